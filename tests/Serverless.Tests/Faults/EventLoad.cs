using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>Applications that send events, some of them again; what is stored and what the figures say has to be the same, to the last digit.</summary>
internal sealed class EventLoad(FaultTenants tenants) : Load("events")
{
    private const int EventsPerBatch = 5;
    private const decimal Cost = 0.001m;

    private readonly DateTimeOffset _begun = DateTimeOffset.UtcNow;
    private readonly ConcurrentQueue<(string Body, string[] Ids)> _acknowledged = new();
    private readonly ConcurrentDictionary<string, bool> _sent = new(StringComparer.Ordinal);

    public override async Task<string> ExpectAsync(ServerlessHost host)
    {
        var reader = await TraceReader.CreateAsync(host, new TraceClient(host.Client, tenants.TraceKey, tenants.Project, tenants.Account));
        var queue = new QueueClient(tenants.Account.Direct.ConnectionString, QueueNames.Traces);
        await Patiently.UntilAsync(async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0);

        var ids = (await reader.ReadAllAsync()).Select(found => found["event_id"]!.GetValue<string>()).ToList();
        var distinct = ids.ToHashSet(StringComparer.Ordinal);
        Assert.Equal(ids.Count, distinct.Count);
        var acknowledged = _acknowledged.SelectMany(batch => batch.Ids).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(acknowledged.Except(distinct, StringComparer.Ordinal));
        Assert.All(distinct, id => Assert.True(_sent.ContainsKey(id), $"{id} was never sent"));
        await ExpectFiguresAsync(reader, ids.Count);
        return $"{this}: {_sent.Count} events sent, {acknowledged.Count} acknowledged, {ids.Count} stored, 0 lost, 0 twice, figures exact";
    }

    protected override async Task<Outcome> TrySendAsync(HttpClient http)
    {
        var (body, ids) = Random.Shared.Next(5) == 0 && _acknowledged.TryPeek(out var earlier) ? earlier : NewBatch();
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/ingest") { Content = new StringContent(body, Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Add("x-api-key", tenants.TraceKey);
        var outcome = (await SendAsync(http, request)).Outcome;
        if (outcome == Outcome.Acknowledged)
        {
            _acknowledged.Enqueue((body, ids));
        }

        return outcome;
    }

    private async Task ExpectFiguresAsync(TraceReader reader, int count)
    {
        var range = $"start={Hour(_begun.AddHours(-5))}&end={Hour(DateTimeOffset.UtcNow.AddHours(1))}";
        var costs = (await reader.ReadAsync("/v1/costs", range))["byModel"]!.AsArray();
        Assert.Equal((count, count * Cost), (costs.Sum(model => model!["requests"]!.GetValue<int>()), costs.Sum(model => model!["cost"]!.GetValue<decimal>())));
        Assert.Equal(count, (await reader.ReadAsync("/v1/events", "limit=1"))["total"]!.GetValue<int>());
    }

    private (string Body, string[] Ids) NewBatch()
    {
        string[] ids = [.. Enumerable.Range(0, EventsPerBatch).Select(_ => Guid.NewGuid().ToString())];
        var time = DateTimeOffset.UtcNow.AddHours(-Random.Shared.Next(4));
        var body = string.Concat(ids.Select(id =>
        {
            _sent[id] = true;
            var sent = TraceEvents.Simple(id);
            sent["timestamp"] = time.ToString("O");
            sent["cost_usd"] = JsonValue.Create(Cost);
            return sent.ToJsonString() + "\n";
        }));
        return (body, ids);
    }

    private static string Hour(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:00:00'Z'", CultureInfo.InvariantCulture);
}
