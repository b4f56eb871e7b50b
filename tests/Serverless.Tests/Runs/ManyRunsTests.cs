using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;
using Serverless.Tests.Runs.Upkeep;

namespace Serverless.Tests.Runs;

/// <summary><c>POST /v1/runs/replay</c> and <c>POST /v1/runs/cancel</c>: many runs at once.</summary>
public sealed class ManyRunsTests(RunFixture fixture) : IClassFixture<RunFixture>, IAsyncLifetime
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddHours(-3);

    private LaminaClient _client = null!;
    private StoredRuns _runs = null!;

    public async Task InitializeAsync()
    {
        _client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        _runs = new(fixture.Host, _client.Workspace);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task All_runs_that_fit_are_replayed_once()
    {
        var fit = await Task.WhenAll(Enumerable.Range(0, 12).Select(minute => _runs.AddAsync(RunStatus.Failed, Start.AddMinutes(minute), "one")));
        await _runs.AddAsync(RunStatus.Failed, Start.AddMinutes(3), "other");
        await _runs.AddAsync(RunStatus.Completed, Start.AddMinutes(3), "one");
        await _runs.AddAsync(RunStatus.Failed, Start.AddMinutes(-1), "one");
        await _runs.AddAsync(RunStatus.Failed, Start.AddMinutes(12), "one");
        var body = $$"""{"status":"failed","appId":"one","since":"{{Start:O}}","until":"{{Start.AddMinutes(11):O}}"}""";

        var answer = await _client.SendAsync("POST", "/v1/runs/replay", body, ("Idempotency-Key", "key"));
        var again = await _client.SendAsync("POST", "/v1/runs/replay", body, ("Idempotency-Key", "key"));

        answer.AssertIs(HttpStatusCode.Accepted, """{"data":{"count":12,"nextCursor":null}}""");
        Assert.Equal(answer.Body, again.Body);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotent-Replayed")));
        await Eventually.TrueAsync(async () => (await ReplaysAsync("completed")).Count == 12);
        Assert.Equal(fit.Select(run => run.Id.Text).Order(StringComparer.Ordinal), (await ReplaysAsync("completed")).Order(StringComparer.Ordinal));
        Assert.Equal(12 + 16, (await _client.GetAsync("/v1/runs")).Body is var list ? JsonNode.Parse(list)!["pagination"]!["total"]!.GetValue<int>() : 0);
    }

    [Fact]
    public async Task All_runs_that_fit_and_are_under_way_are_ended()
    {
        await _client.DoAsync(
            "PUT", "/v1/apps/long", """{"name":"Long","steps":[{"id":"wait","kind":"delay","seconds":60}],"outputs":[{"id":"o","label":"O","type":"text","step":"wait"}]}""", HttpStatusCode.Created);
        for (var number = 0; number < 5; number++)
        {
            await _client.DoAsync("POST", "/v1/apps/long/runs", "{}", HttpStatusCode.Accepted);
        }

        var other = await _runs.AddAsync(RunStatus.Running, Start, "other");
        await _runs.AddAsync(RunStatus.Completed, Start, "long");

        (await _client.SendAsync("POST", "/v1/runs/cancel", """{"appId":"long"}""")).AssertIs(HttpStatusCode.Accepted, """{"data":{"count":5,"nextCursor":null}}""");

        await Eventually.TrueAsync(async () => (await _runs.CountRowsAsync("long"))[(int)RunStatus.Cancelled] == 5);
        Assert.Equal([0, 1, 0, 0, 0], await _runs.CountRowsAsync("other"));
        await _client.DoAsync("POST", $"/v1/runs/{other.Id}/cancel");
        (await _client.SendAsync("POST", "/v1/runs/cancel")).AssertIs(HttpStatusCode.Accepted, """{"data":{"count":0,"nextCursor":null}}""");
    }

    [Fact]
    public async Task A_batch_that_comes_twice_or_is_passed_on_is_carried_out_once()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 60).Select(minute => _runs.AddAsync(RunStatus.Failed, Start.AddMinutes(minute))));
        var batch = new RunBatch(_client.Workspace, RunId.New(DateTimeOffset.UtcNow), RunAction.Replay, [.. runs.Select(run => run.Id)]);
        var batches = fixture.Host.Services.GetRequiredService<RunBatches>();
        using var leaving = new CancellationTokenSource();
        await leaving.CancelAsync();

        await batches.CarryOutAsync(batch, batch.Encode(), CancellationToken.None);
        await batches.CarryOutAsync(batch, batch.Encode(), leaving.Token);

        await Eventually.TrueAsync(async () => (await _runs.CountRowsAsync())[(int)RunStatus.Completed] == 60);
        Assert.Equal([0, 0, 60, 60, 0], await _runs.CountRowsAsync());
    }

    [Fact]
    public async Task A_run_that_cannot_be_read_keeps_no_other_from_its_replay()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(minute => _runs.AddAsync(RunStatus.Failed, Start.AddMinutes(minute))));
        await new TableClient(fixture.Host.Account.Direct.ConnectionString, TableNames.Runs)
            .UpsertEntityAsync(new TableEntity(_client.Workspace, $"run-{runs[1].Id}") { ["Data0"] = new byte[] { 1, 2, 3 } });

        await _client.DoAsync("POST", "/v1/runs/replay", """{"status":"failed"}""", HttpStatusCode.Accepted);

        await Eventually.TrueAsync(async () => (await ReplaysAsync("completed")).Count == 2);
    }

    [Fact]
    public async Task A_thousand_runs_are_taken_at_once_by_one_message_and_a_cursor_leads_to_the_others()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await RunDriver.StartHostAsync(proxy.Account, builder => builder.Configuration["AzureWebJobs.AdvanceRuns.Disabled"] = "true");
        var client = await LaminaClient.CreateAsync(host);
        var stored = new StoredRuns(host, client.Workspace);
        await stored.AddEarlierAsync(Enumerable.Range(0, 1100).Select(second => stored.Make(RunStatus.Failed, Start.AddSeconds(second))));
        proxy.Reset();

        var first = await client.DoAsync("POST", "/v1/runs/replay", """{"status":"failed"}""", HttpStatusCode.Accepted);
        Assert.InRange(proxy.Transactions.Count(transaction => transaction.Service == "table"), 1, 10);
        var second = await client.DoAsync("POST", "/v1/runs/replay", $$"""{"status":"failed","cursor":"{{first["nextCursor"]}}"}""", HttpStatusCode.Accepted);

        Assert.Equal((1000, 100, null), (first["count"]!.GetValue<int>(), second["count"]!.GetValue<int>(), second["nextCursor"]));
        Assert.Equal(2, proxy.CountSent(QueueNames.Runs));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Category", "Faults")]
    public async Task Whatever_happens_to_storage_each_run_of_a_batch_is_replayed_once(int seed)
    {
        await using var receiver = EffectReceiver.Start();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await RunDriver.StartHostAsync(proxy.Account);
        var driver = new RunDriver(host);
        var app = TestRuns.App(TestRuns.Post("call", receiver.Url + "call"));
        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => driver.RunAsync(app)));
        var batch = new RunBatch(driver.Workspace, RunId.New(DateTimeOffset.UtcNow), RunAction.Replay, [.. runs.Select(run => run.Id)]);
        var faults = new RandomFaults(seed, share: 0.1);
        await host.Services.GetRequiredService<RunQueue>().SendAsync(batch);
        proxy.Fault = faults.Next;

        await Eventually.TrueAsync(async () => await driver.CountAsync() == 40);
        var table = new TableClient(host.Account.Direct.ConnectionString, TableNames.Runs);
        await Eventually.TrueAsync(async () => await table.QueryAsync<TableEntity>(RunRow.Filter(driver.Workspace)).AllAsync(row => RunRow.EndOf(row) is not null));
        proxy.Fault = static _ => StorageFault.None;

        Assert.True(faults.Count > 5, "Hardly anything went wrong: this proves nothing.");
        Assert.Equal(40, await driver.CountAsync());
        var replays = await table.QueryAsync<TableEntity>(RunRow.Filter(driver.Workspace)).Select(RunRow.Read).Where(run => run.ReplayOf is not null).ToListAsync();
        Assert.Equal(runs.Select(run => run.Id.Text).Order(StringComparer.Ordinal), replays.Select(run => run.ReplayOf!.Text).Order(StringComparer.Ordinal));
        Assert.All(replays, run => Assert.Equal(["call done"], RunDriver.ValuesOf(run)));
        Assert.Equal(40, receiver.Requests.Count);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        (await _client.SendAsync("POST", "/v1/runs/replay", """{"status":"done","since":"x","until":1,"appId":2,"cursor":"c"}""")).AssertInvalid(
            "Invalid request body",
            ("status", "invalid_option", "\"status\": invalid option \"done\". Must be one of: queued, running, completed, failed, cancelled"),
            ("appId", "invalid_type", "\"appId\": must be a string."),
            ("since", "invalid_option", "\"since\": must be an ISO 8601 time such as 2026-01-26T14:30:00Z."),
            ("until", "invalid_type", "\"until\": must be a string."),
            ("cursor", "invalid_option", "\"cursor\": must be the nextCursor of an earlier answer."));
        (await _client.SendAsync("POST", "/v1/runs/cancel", """{"status":"failed"}""")).AssertInvalid(
            "Invalid request body", ("status", "invalid_option", "\"status\": invalid option \"failed\". Must be one of: queued, running"));
    }

    // The runs that were replayed, by the status of their replays.
    private async Task<IReadOnlyList<string>> ReplaysAsync(string status) =>
        [.. (await _client.DoAsync("GET", $"/v1/runs?source=replay&status={status}&limit=100")).AsArray().Select(run => run!["replayOf"]!.GetValue<string>())];
}
