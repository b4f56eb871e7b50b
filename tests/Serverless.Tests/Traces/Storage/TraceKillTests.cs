using System.Collections.Concurrent;
using System.Net;
using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Traces.Storage;

/// <summary>Processes that end in the middle of storing events: what was answered is kept and counted, and nothing counts twice.</summary>
[Trait("Category", "Faults")]
public sealed class TraceKillTests(ITestOutputHelper output)
{
    private const int Rounds = 3;
    private const int Senders = 6;
    private const int AnswersPerRound = 25;
    private const int EventsPerBatch = 10;

    private readonly ConcurrentDictionary<string, bool> _acknowledged = new(StringComparer.Ordinal);
    private int _sent;

    [Fact]
    public async Task What_was_answered_is_summed_up_once_however_often_the_process_is_killed()
    {
        var account = await TestStorage.CreateAccountAsync();
        TraceClient? client = null;
        for (var round = 0; round < Rounds; round++)
        {
            await using var process = await ServerlessProcess.StartAsync(account);
            client = client is null ? await process.CreateTraceClientAsync() : new TraceClient(process.Client, client.Key, client.Project, account);
            await SendUntilKilledAsync(process, client);
        }

        await using var host = await ServerlessHost.StartAsync(account);
        var reader = await TraceReader.CreateAsync(host, client!);

        // Whatever is left in the queue comes back within the lease of a killed process.
        await Eventually.TrueAsync(async () => await reader.CountStoredAsync() >= _acknowledged.Count * EventsPerBatch && await QueueIsEmptyAsync(account));

        var events = await reader.ReadAllAsync();
        var ids = events.Select(found => found["event_id"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        foreach (var batch in _acknowledged.Keys)
        {
            Assert.All(Ids(batch), id => Assert.Contains(id, ids));
        }

        var costs = await reader.ReadAsync("/v1/costs", "start=2026-11-21T00:00:00Z&end=2026-11-22T00:00:00Z");
        Assert.Equal(ids.Count * 0.001m, costs["byModel"]![0]!["cost"]!.GetValue<decimal>());
        Assert.Equal(ids.Count, (await reader.ReadAsync("/v1/events"))["total"]!.GetValue<int>());
        output.WriteLine($"{_sent} batches sent, {_acknowledged.Count} acknowledged, {ids.Count} events stored");
        Assert.True(_acknowledged.Count < _sent, "No request was under way when a process was killed: this proves nothing.");
    }

    private static async Task<bool> QueueIsEmptyAsync(StorageAccount account) =>
        (await new Azure.Storage.Queues.QueueClient(account.ConnectionString, Serverless.Storage.QueueNames.Traces).GetPropertiesAsync()).Value.ApproximateMessagesCount == 0;

    private static IEnumerable<string> Ids(string batch) => batch.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('"')[3]);

    private async Task SendUntilKilledAsync(ServerlessProcess process, TraceClient client)
    {
        var answers = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var senders = Enumerable.Range(0, Senders).Select(_ => SendAsync()).ToArray();
        await Task.WhenAny(Task.WhenAll(senders), enough.Task);
        await process.KillAsync();
        await Task.WhenAll(senders);

        async Task SendAsync()
        {
            while (await TrySendAsync(client))
            {
                if (Interlocked.Increment(ref answers) == AnswersPerRound)
                {
                    enough.SetResult();
                }
            }
        }
    }

    private async Task<bool> TrySendAsync(TraceClient client)
    {
        var batch = string.Concat(Enumerable.Range(0, EventsPerBatch).Select(_ => TraceEvents.With("cost_usd", "0.001").Replace(TraceEvents.Id, Guid.NewGuid().ToString(), StringComparison.Ordinal) + "\n"));
        Interlocked.Increment(ref _sent);
        try
        {
            using var response = await client.PostAsync(batch);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            _acknowledged[batch] = true;
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
