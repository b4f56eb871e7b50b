using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;

namespace Serverless.Tests.Faults;

/// <summary>
/// Applications that send log batches: small ones and ones that are staged in the table, half of them under an <c>Idempotency-Key</c> and
/// repeated, to whatever instance there is then, until they are answered.
/// </summary>
/// <param name="tenants">Whose they are.</param>
/// <param name="smallPerLarge">How many small batches there are for a large one.</param>
internal sealed class LogLoad(FaultTenants tenants, int smallPerLarge = 7) : Load("logs")
{
    private const int LargeEntries = 3;

    private readonly SentLogs _sent = new();
    private readonly ConcurrentQueue<Submission> _unanswered = new();

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
        var submission = _unanswered.TryDequeue(out var unanswered) ? unanswered : NewSubmission();
        var outcome = await PostAsync(http, submission);
        if (outcome == Outcome.Acknowledged)
        {
            _sent.Acknowledge(submission.Batch);
        }
        else if (submission.IdempotencyKey is not null)
        {
            _unanswered.Enqueue(submission);
        }

        return outcome;
    }

    private Submission NewSubmission()
    {
        var batch = Random.Shared.Next(smallPerLarge + 1) == 0 ? _sent.LargeBatch(LargeEntries) : _sent.SmallBatch();
        var body = new JsonObject { ["logs"] = new JsonArray([.. batch]) }.ToJsonString();
        return new(batch, body, Random.Shared.Next(2) == 0 ? Guid.NewGuid().ToString() : null);
    }

    private async Task<Outcome> PostAsync(HttpClient http, Submission submission)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = new StringContent(submission.Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", tenants.LogKey);
        if (submission.IdempotencyKey is { } idempotencyKey)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return (await SendAsync(http, request)).Outcome;
    }

    private sealed record Submission(IReadOnlyList<JsonObject> Batch, string Body, string? IdempotencyKey);
}
