using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Faults;

/// <summary>
/// Applications that start runs with a webhook, half of them under an <c>Idempotency-Key</c> and repeated, to whatever instance there is then,
/// until they are answered. A run calls a receiver, waits a second, and calls it again.
/// </summary>
internal sealed class RunLoad(FaultTenants tenants) : Load("runs"), IAsyncDisposable
{
    private const int Effects = 2;
    private static readonly TimeSpan LongerThanAnyTurn = TimeSpan.FromMinutes(11);

    private readonly EffectReceiver _receiver = EffectReceiver.Start();
    private readonly ConcurrentQueue<string> _unanswered = new();
    private readonly ConcurrentDictionary<string, bool> _sent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _accepted = new(StringComparer.Ordinal);

    private string Workspace => ApiKey.Parse(tenants.LaminaKey, KeyPrefix.Lamina)!.Account;

    /// <summary>Defines the app.</summary>
    public async Task DefineAsync(HttpClient http) =>
        await new LaminaClient(http, tenants.LaminaKey).SendAsync("PUT", "/v1/apps/faults", $$$"""
            {"name":"Faults","parameters":[{"id":"who","name":"Who","type":"text"}],
             "steps":[{"id":"a","kind":"http","method":"POST","url":"{{{_receiver.Url}}}a"},{"id":"b","kind":"delay","seconds":1,"after":["a"]},
              {"id":"c","kind":"http","method":"POST","url":"{{{_receiver.Url}}}c","after":["b"]},{"id":"d","kind":"text","template":"{{inputs.Who}} {{steps.c}}"}],
             "outputs":[{"id":"d","label":"D","type":"text","step":"d"}]}
            """);

    public override async Task<string> ExpectAsync(ServerlessHost host)
    {
        var runs = await WaitForEndsAsync(host);
        Assert.All(runs, run => Assert.Equal((RunStatus.Completed, $"{run.Inputs["Who"]} c done"), (run.Status, run.Steps["d"].Output)));
        var effects = _receiver.Requests.Keys.ToLookup(key => key.Split(':')[0], StringComparer.Ordinal);
        Assert.All(runs, run => Assert.Equal(Effects, effects[run.Id.Text].Count()));

        // However often it was sent, under a key or by what lies between: a submission is one run.
        var submissions = runs.Select(run => run.Inputs["Who"]).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(runs.Count, submissions.Count);
        Assert.All(submissions, submission => Assert.True(_sent.ContainsKey(submission), $"{submission} was never sent"));
        var reported = await WaitForReportsAsync(runs);
        return $"{this}: {_sent.Count} submitted, {_accepted.Count} accepted, {runs.Count} completed, {reported} reported, 0 lost, 0 twice, 0 stuck";
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    protected override async Task<Outcome> TrySendAsync(HttpClient http)
    {
        var isRepeated = _unanswered.TryDequeue(out var unanswered);
        var submission = unanswered ?? Guid.NewGuid().ToString();
        var idempotencyKey = isRepeated || Random.Shared.Next(2) == 0 ? submission : null;
        _sent[submission] = true;
        var outcome = await PostAsync(http, submission, idempotencyKey);
        if (outcome != Outcome.Acknowledged && idempotencyKey is not null)
        {
            _unanswered.Enqueue(submission);
        }

        return outcome;
    }

    private async Task<Outcome> PostAsync(HttpClient http, string submission, string? idempotencyKey)
    {
        var body = new JsonObject { ["inputs"] = new JsonObject { ["Who"] = submission } }.ToJsonString();
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/apps/faults/runs?webhook={Uri.EscapeDataString(_receiver.Url + "webhook")}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-api-key", tenants.LaminaKey);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        var (outcome, answer) = await SendAsync(http, request);
        if (outcome == Outcome.Acknowledged)
        {
            _accepted[answer!["data"]!["runId"]!.GetValue<string>()] = true;
        }

        return outcome;
    }

    private async Task<IReadOnlyList<Run>> WaitForEndsAsync(ServerlessHost host)
    {
        var table = new TableClient(tenants.Account.Direct.ConnectionString, TableNames.Runs);
        var queue = new QueueClient(tenants.Account.Direct.ConnectionString, QueueNames.Runs);
        IReadOnlyList<Run> runs = [];
        await Patiently.UntilAsync(
            async () =>
            {
                runs = await table.QueryAsync<TableEntity>(RunRow.Filter(Workspace)).Select(RunRow.Read).ToListAsync();
                if (IsOver())
                {
                    return true;
                }

                if ((await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0)
                {
                    await SweepAsync(host);
                }

                return false;
            },
            () => $"Stuck: {string.Join(' ', runs.Where(run => !run.IsTerminal).Select(run => run.Id))}; missing: {string.Join(' ', Missing())}");
        return runs;

        bool IsOver() => runs.All(run => run.IsTerminal) && !Missing().Any();

        IEnumerable<string> Missing() => _accepted.Keys.Except(runs.Select(run => run.Id.Text), StringComparer.Ordinal);
    }

    // What the hourly timer does for a run whose message a silent queue never took, without the wait.
    private static async Task SweepAsync(ServerlessHost host)
    {
        var later = new WallClock();
        later.Jump(LongerThanAnyTurn);
        await ActivatorUtilities.CreateInstance<RunUpkeep>(host.Services, later).RunAsync(CancellationToken.None);
    }

    // By the log of deliveries.
    private async Task<int> WaitForReportsAsync(IReadOnlyList<Run> runs)
    {
        var table = new TableClient(tenants.Account.Direct.ConnectionString, TableNames.Webhooks);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Workspace} and RowKey ge {"delivery-"} and RowKey lt {"delivery."} and State eq {"Delivered"}");
        HashSet<string> reported = [];
        await Patiently.UntilAsync(
            async () =>
            {
                reported = await table.QueryAsync<TableEntity>(filter).Select(row => row.RowKey.Split('-', 4)[3]).ToHashSetAsync();
                return !runs.Select(run => run.Id.Text).Except(reported, StringComparer.Ordinal).Any();
            },
            () => $"Not reported: {string.Join(' ', runs.Select(run => run.Id.Text).Except(reported, StringComparer.Ordinal))}");
        return reported.Count;
    }
}
