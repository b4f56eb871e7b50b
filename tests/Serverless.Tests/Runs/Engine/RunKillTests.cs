using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Processes that are killed while runs are under way.</summary>
[Trait("Category", "Faults")]
public sealed class RunKillTests(ITestOutputHelper output)
{
    private const int Senders = 6;
    private const int StepsWithEffects = 4;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowestStep = TimeSpan.FromMilliseconds(300);

    /// <summary>All that was accepted comes to its end, each of its steps takes effect once, and its end is reported.</summary>
    [Theory]
    [InlineData(60, 3, 90, null)]
    [InlineData(40, 2, 150, 4)]
    public async Task What_was_accepted_is_done_however_often_the_process_is_killed(int runs, int kills, int patienceSeconds, int? limit)
    {
        await using var receiver = EffectReceiver.StartWaiting(async request =>
        {
            await Task.Delay(SlowestStep * Random.Shared.NextDouble());
            return (200, request.Path);
        });
        var account = await TestStorage.CreateAccountAsync();
        var accepted = new ConcurrentQueue<string>();
        string? key = null;
        for (var round = 1; round <= kills; round++)
        {
            await using var process = await StartAsync(account);
            key ??= await DefineAsync(process, account, receiver.Url, limit);
            await StartRunsUntilKilledAsync(new(process.Client, key), process, accepted, runs * round / kills, receiver.Url);
        }

        await using var last = await StartAsync(account);
        var workspace = ApiKey.Parse(key, KeyPrefix.Lamina)!.Account;
        var ends = await WaitForEndsAsync(account, workspace, accepted, TimeSpan.FromSeconds(patienceSeconds));

        Assert.All(ends, run => Assert.Equal((RunStatus.Completed, null), (run.Status, run.ErrorMessage)));
        foreach (var run in ends)
        {
            Assert.Equal(["a", "b", "c", "b and c", "e"], RunDriver.ValuesOf(run));
            Assert.Equal(StepsWithEffects, receiver.Requests.Keys.Count(request => request.StartsWith(run.Id.Text, StringComparison.Ordinal)));
        }

        Assert.Equal(ends.Count, await CountAsync(account, workspace));
        await WaitForReportsAsync(account, workspace, accepted);
        var repeated = receiver.Requests.Count(request => request.Key.Length > 0 && request.Value > 1);
        output.WriteLine($"{accepted.Count} runs accepted, {ends.Count} completed, {receiver.Requests.Count} effects, {repeated} of them asked for again");
        Assert.True(repeated > 0, "No step was under way when a process was killed: this proves nothing.");
    }

    private static Task<ServerlessProcess> StartAsync(StorageAccount account) =>
        ServerlessProcess.StartAsync(account, new("Outbound__AllowLoopback", "true"), new("Limits__LaminaRequestsPerMinute", "1000000"));

    // An app of five steps: one, two side by side that need it, a text of both, and one more.
    private static async Task<string> DefineAsync(ServerlessProcess process, StorageAccount account, string url, int? limit)
    {
        var key = await CreateKeyAsync(account);
        var app = new JsonObject
        {
            ["name"] = "Five steps",
            ["steps"] = new JsonArray(Http("a"), Http("b", "a"), Http("c", "a"), Step("d", "text", "template", "{{steps.b}} and {{steps.c}}"), Http("e", "d")),
            ["outputs"] = new JsonArray([.. "abcde".Select(step => new JsonObject { ["id"] = $"{step}", ["label"] = $"{step}", ["type"] = "text", ["step"] = $"{step}" })]),
        };
        if (limit is { } number)
        {
            app["concurrency"] = new JsonObject { ["limit"] = number };
        }

        await new LaminaClient(process.Client, key).DoAsync("PUT", "/v1/apps/five", app.ToJsonString(), HttpStatusCode.Created);
        return key;

        JsonObject Http(string id, params string[] after)
        {
            var step = Step(id, "http", "url", url + id);
            step["method"] = "POST";
            step["after"] = new JsonArray([.. after.Select(earlier => JsonValue.Create(earlier))]);
            return step;
        }

        static JsonObject Step(string id, string kind, string property, string value) => new() { ["id"] = id, ["kind"] = kind, [property] = value };
    }

    private static async Task<string> CreateKeyAsync(StorageAccount account)
    {
        var tables = new TableServiceClient(account.ConnectionString);
        using var tenants = new Ledger(tables.GetTableClient(TableNames.Tenants), TimeProvider.System);
        using var clients = new Ledger(tables.GetTableClient(TableNames.Clients), TimeProvider.System);
        var ledgers = new Ledgers(tenants, clients);
        var organization = await new AccountStore(ledgers, TimeProvider.System).CreateOrganizationAsync("Test", Plans.DefaultLogPlan, Plans.DefaultTracePlan);
        return (await new KeyStore(ledgers, TimeProvider.System).CreateAsync(organization.Id, KeyPrefix.Lamina, new KeyOptions { Scopes = "admin" }))!.Reveal();
    }

    private static async Task StartRunsUntilKilledAsync(LaminaClient client, ServerlessProcess process, ConcurrentQueue<string> accepted, int enough, string url)
    {
        var killing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var senders = Enumerable.Range(0, Senders).Select(_ => SendAsync()).ToArray();
        await Task.WhenAny(Task.WhenAll(senders), killing.Task);
        await process.KillAsync();
        await Task.WhenAll(senders);

        async Task SendAsync()
        {
            try
            {
                while (!killing.Task.IsCompleted)
                {
                    var run = await client.DoAsync("POST", $"/v1/apps/five/runs?webhook={Uri.EscapeDataString(url + "webhook")}", "{}", HttpStatusCode.Accepted);
                    accepted.Enqueue(run["runId"]!.GetValue<string>());
                    if (accepted.Count >= enough)
                    {
                        killing.TrySetResult();
                    }
                }
            }
            catch (HttpRequestException)
            {
                // It was killed before it answered.
            }
        }
    }

    private static async Task<IReadOnlyList<Run>> WaitForEndsAsync(StorageAccount account, string workspace, IReadOnlyCollection<string> accepted, TimeSpan patience)
    {
        var table = new TableClient(account.ConnectionString, TableNames.Runs);
        using var end = new CancellationTokenSource(patience);
        while (true)
        {
            var runs = await table.QueryAsync<TableEntity>(RunRow.Filter(workspace)).Select(RunRow.Read).ToListAsync(end.Token);
            if (runs.TrueForAll(run => run.IsTerminal) && !accepted.Except(runs.Select(run => run.Id.Text)).Any())
            {
                return runs;
            }

            await Task.Delay(BetweenLooks, end.Token);
        }
    }

    // Once what has ended is counted.
    private static async Task<int> CountAsync(StorageAccount account, string workspace)
    {
        var tables = new TableServiceClient(account.ConnectionString);
        var settlement = new RunSettlement(tables, Unreadable.Of(tables), TimeProvider.System, NullLogger<RunSettlement>.Instance);
        await Eventually.TrueAsync(() => settlement.SettleAsync(workspace, CancellationToken.None));
        return (await new RunCounter(tables, Unreadable.Of(tables)).CountAsync(workspace, appId: null, CancellationToken.None))![RunStatus.Completed];
    }

    // The runs whose webhook was taken, by the log of deliveries.
    private static async Task WaitForReportsAsync(StorageAccount account, string workspace, IReadOnlyCollection<string> accepted) =>
        await Eventually.TrueAsync(async () =>
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {"delivery-"} and RowKey lt {"delivery."} and State eq {"Delivered"}");
            var delivered = await new TableClient(account.ConnectionString, TableNames.Webhooks)
                .QueryAsync<TableEntity>(filter)
                .Select(row => row.RowKey.Split('-', 4)[3])
                .ToListAsync();
            return !accepted.Except(delivered).Any();
        });
}
