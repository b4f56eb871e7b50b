using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;

namespace Serverless.Tests.Faults;

/// <summary>Applications that send log batches: small ones and ones that are staged in the table, half of them repeated until they are answered.</summary>
/// <param name="tenants">Whose they are.</param>
/// <param name="smallPerLarge">How many small batches there are for a large one.</param>
internal sealed class LogLoad(FaultTenants tenants, int smallPerLarge = 7) : Load("logs")
{
    private const int Repetitions = 4;
    private const int LargeEntries = 3;

    private readonly SentLogs _sent = new();

    public override async Task<string> ExpectAsync(ServerlessHost host)
    {
        var logs = new LogClient(host.Client, tenants.LogKey, tenants.Account);
        await SentLogs.WaitForEmptyQueueAsync(tenants.Account);

        // A message that came again after its hour had been compacted is put right by the next compaction.
        await host.RunUpkeepAsync();
        var stored = await _sent.ExpectEachOnceAsync(logs, tenants.Account);
        return $"{this}: {_sent.Count} entries sent, {_sent.Acknowledged.Count} acknowledged, {stored} stored, 0 lost, 0 twice";
    }

    protected override async Task<Outcome> TrySendAsync(HttpClient http)
    {
        var batch = Random.Shared.Next(smallPerLarge + 1) == 0 ? _sent.LargeBatch(LargeEntries) : _sent.SmallBatch();
        var body = new JsonObject { ["logs"] = new JsonArray([.. batch]) }.ToJsonString();
        var idempotencyKey = Random.Shared.Next(2) == 0 ? Guid.NewGuid().ToString() : null;
        var outcome = await PostAsync(http, body, idempotencyKey);
        for (var repetition = 0; repetition < Repetitions && idempotencyKey is not null && outcome != Outcome.Acknowledged; repetition++)
        {
            outcome = await PostAsync(http, body, idempotencyKey);
        }

        if (outcome == Outcome.Acknowledged)
        {
            _sent.Acknowledge(batch);
        }

        return outcome;
    }

    private async Task<Outcome> PostAsync(HttpClient http, string body, string? idempotencyKey)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", tenants.LogKey);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return (await SendAsync(http, request)).Outcome;
    }
}
