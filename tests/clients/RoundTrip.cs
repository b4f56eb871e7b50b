// One round trip a surface, with the client that the description of the API generates. Whatever it misses throws.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Generated;

public static class RoundTrip
{
    public static async Task RunAsync(HttpClient host, IReadOnlyDictionary<string, string> values)
    {
        await LogsAsync(ClientOf("x-api-key", values["LUMINALOG_KEY"]));
        await RunsAsync(ClientOf("x-api-key", values["LAMINA_KEY"]));
        await AgentsAsync(ClientOf("Authorization", $"Bearer {values["LITHTRIX_KEY"]}"));
        await TracesAsync(ClientOf("x-api-key", values["LUMIQTRACE_KEY"]), token => ClientOf("Authorization", $"Bearer {token}"), values);

        ServerlessClient ClientOf(string header, string value)
        {
            var client = new HttpClient { BaseAddress = host.BaseAddress };
            client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
            return new ServerlessClient(client);
        }
    }

    private static async Task LogsAsync(ServerlessClient client)
    {
        var message = $"A round trip {Guid.NewGuid()}";
        var entry = new LogEntry { Timestamp = DateTimeOffset.UtcNow, Level = LogEntryLevel.Warn, Message = message };
        var accepted = await client.IngestLogsAsync(new LogBatch { Logs = new List<LogEntry> { entry } });
        Require(accepted.Processed == 1, "The entry was not accepted.");
        await EventuallyAsync(async () => (await client.ReadLogsAsync(q: message, min_level: Min_level.Warn)).Logs.SingleOrDefault()?.Message == message);
    }

    private static async Task TracesAsync(ServerlessClient sender, Func<string, ServerlessClient> readerOf, IReadOnlyDictionary<string, string> values)
    {
        var traceEvent = new TraceEvent
        {
            Event_id = Guid.NewGuid(),
            Timestamp = DateTimeOffset.UtcNow,
            Status = TraceEventStatus.Success,
            Trace_id = Guid.NewGuid().ToString(),
            Span_id = "1",
            Provider = TraceEventProvider.Openai,
            Model = "gpt-4o",
            Operation = TraceEventOperation.Chat,
            Latency_ms = 12,
        };
        var batch = new TraceEventBatch();
        batch.AdditionalProperties["events"] = new[] { traceEvent };
        var accepted = await sender.IngestEventsAsync(batch);
        Require(accepted.Accepted == 1, "The event was not accepted.");

        var session = await sender.LoginAsync(new LoginRequest { Email = values["DEMO_EMAIL"], Password = values["DEMO_PASSWORD"] });
        var reader = readerOf(session.Token);
        await EventuallyAsync(async () =>
            (await reader.ReadEventsAsync(values["LUMIQTRACE_PROJECT"])).Events.Any(found => found.Event_id == traceEvent.Event_id));
    }

    private static async Task RunsAsync(ServerlessClient client)
    {
        var started = await client.StartRunAsync("echo", body: new StartRunRequest { Inputs = new Dictionary<string, string> { ["Text"] = "There and back" } });
        var ended = await client.WaitForRunAsync(Guid.Parse(started.Data.RunId), timeout: 30);
        Require(ended.Data.Outputs.Single().Value?.ToString() == "There and back", $"The run ended as {ended.Data.Status}.");
    }

    private static async Task AgentsAsync(ServerlessClient client)
    {
        var found = await client.SearchAsync("durable queues", num_results: 3);
        Require(found.Results.Count > 0 && found.Usage.Calls_total > 0, "Nothing was found.");
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var end = DateTime.UtcNow.AddSeconds(30); DateTime.UtcNow < end; await Task.Delay(100))
        {
            if (await condition())
            {
                return;
            }
        }

        throw new TimeoutException();
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidOperationException(problem);
        }
    }
}
