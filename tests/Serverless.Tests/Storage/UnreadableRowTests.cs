using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;
using Serverless.Tests.Operator;
using Serverless.Traces.Hours;
using Serverless.Webhooks.Deliveries;

namespace Serverless.Tests.Storage;

/// <summary>Rows whose content is destroyed, of every kind: they are left out, and everything around them reads as before.</summary>
public sealed class UnreadableRowTests : IAsyncLifetime
{
    private static readonly byte[] Garbage = [1, 2, 3];

    private ServerlessHost _host = null!;
    private OperatorClient _operator = null!;

    public async Task InitializeAsync()
    {
        _host = await OperatorClient.StartHostAsync();
        _operator = new(_host.Client, OperatorClient.Key);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_chunk_of_logs_is_left_out_set_aside_and_put_back_by_the_operator()
    {
        var logs = await LogClient.CreateAsync(_host);
        await logs.AcceptAsync(LogEntries.Simple("kept"));
        await logs.WaitForAsync(1);
        await logs.AcceptAsync(LogEntries.Simple("destroyed"));
        await logs.WaitForAsync(2);
        var key = (await logs.RowKeysAsync())[0];
        var whole = await DestroyAsync(TableNames.Logs, logs.Organization, key, "Data0");

        Assert.Single((await logs.ReadAsync(LogReads.Always))["logs"]!.AsArray());
        Assert.Single((await logs.ReadAsync(LogReads.Always + "&q=e"))["logs"]!.AsArray());
        using var stats = await logs.GetAsync("/stats?start=2026-01-26T14:29:59Z&end=2026-01-26T14:30:01Z&interval=1m&environment=x");
        Assert.Equal(HttpStatusCode.OK, stats.StatusCode);
        var noted = Assert.Single((await _operator.DoAsync("GET", "unreadable")).AsArray())!;
        Assert.Equal(("logs", logs.Organization, key, false), Describe(noted));

        await _host.RunUpkeepAsync();

        Assert.DoesNotContain(key, await logs.RowKeysAsync());
        Assert.Equal(("logs", logs.Organization, key, true), Describe((await _operator.DoAsync("GET", "unreadable"))[0]!));
        Assert.Single((await logs.ReadAsync(LogReads.Always))["logs"]!.AsArray());

        // Whoever has repaired it puts it back; here the next version reads it.
        (await _operator.SendAsync("POST", "unreadable/restore")).AssertIs(HttpStatusCode.OK, """{"data":{"restored":1}}""");
        Assert.Contains(key, await logs.RowKeysAsync());
        await Table(TableNames.Logs).UpsertEntityAsync(whole, TableUpdateMode.Replace);
        Assert.Equal(2, (await logs.ReadAsync(LogReads.Always))["logs"]!.AsArray().Count);
        Assert.Empty((await _operator.DoAsync("GET", "unreadable")).AsArray());
    }

    [Fact]
    public async Task A_destroyed_chunk_does_not_keep_its_hour_from_being_compacted()
    {
        var logs = await LogClient.CreateAsync(_host);
        for (var number = 1; number <= 3; number++)
        {
            await logs.AcceptAsync(LogEntries.Simple($"{number}"));
            await logs.WaitForAsync(number);
        }

        await DestroyAsync(TableNames.Logs, logs.Organization, (await logs.RowKeysAsync())[1], "Data0");

        await _host.RunUpkeepAsync();
        await _host.RunUpkeepAsync();

        Assert.Equal(2, Assert.Single(await logs.ChunksAsync()).Header.Count);
        Assert.Equal(2, (await logs.ReadAsync(LogReads.Always))["logs"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_chunk_of_events_and_the_figures_of_an_hour_are_left_out()
    {
        var client = await TraceClient.CreateAsync(_host);
        var reader = await TraceReader.CreateAsync(_host, client);
        foreach (var hour in (string[])["T08", "T09"])
        {
            using var response = await client.PostAsync(TraceEvents.Lines(3).Replace("T11", hour, StringComparison.Ordinal));
            await reader.WaitForAsync(hour == "T08" ? 3 : 6);
        }

        var keys = await reader.RowKeysAsync();
        await DestroyAsync(TableNames.Traces, client.Project, keys.First(key => key[0] == 'n'), "Data0");
        await DestroyAsync(TableNames.Traces, client.Project, keys.First(key => key[0] == 'f'), "Data0");
        const string Range = "start=2026-11-21T08:00:00Z&end=2026-11-21T12:00:00Z";

        Assert.Equal(3, (await reader.ReadAllAsync("limit=200&" + Range)).Count);
        Assert.Equal(3, (await reader.ReadAsync("/v1/costs", Range))["byModel"]![0]!["requests"]!.GetValue<int>());
        await reader.ReadAsync("/v1/performance", "start=2026-11-21T08:10:00Z&end=2026-11-21T09:50:00Z");

        await _host.Services.GetRequiredService<TraceUpkeep>().RunAsync(CancellationToken.None);

        Assert.Equal(2, (await _operator.DoAsync("GET", "unreadable")).AsArray().Count(row => row!["setAside"]!.GetValue<bool>()));
        Assert.Equal(3, (await reader.ReadAllAsync("limit=200&" + Range)).Count);
    }

    [Fact]
    public async Task Runs_deliveries_endpoints_triggers_and_apps_are_left_out()
    {
        var client = await LaminaClient.CreateAsync(_host, "admin");
        var runs = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            runs.Add((await client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hi"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>());
            await client.GetAsync($"/v1/runs/{runs[^1]}/wait");
        }

        await client.DoAsync("PUT", "/v1/triggers/often", """{"appId":"echo","inputs":{"Text":"Hi"}}""", HttpStatusCode.Created);
        const string App = """{"name":"Mine","steps":[{"id":"a","kind":"text","template":"Hi"}],"outputs":[{"id":"a","label":"A","type":"text","step":"a"}]}""";
        await client.DoAsync("PUT", "/v1/apps/mine", App, HttpStatusCode.Created);
        await Table(TableNames.Runs).AddEntityAsync(new TableEntity(client.Workspace, $"delivery-{runs[2]}-01") { ["At"] = "yesterday" });
        await Table(TableNames.Webhooks).AddEntityAsync(new TableEntity(client.Workspace, "endpoint-0123456789abcdef") { ["Url"] = "https://example.com/" });
        await DestroyAsync(TableNames.Runs, client.Workspace, $"run-{runs[0]}", "Data0");
        await DestroyAsync(TableNames.Runs, client.Workspace, $"run-{runs[1]}", "Status");
        await DestroyAsync(TableNames.Apps, client.Workspace, "trigger-often", "IsActive");
        await DestroyAsync(TableNames.Apps, client.Workspace, "app-mine", "Data0");

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/runs/{runs[0]}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/v1/runs/{runs[2]}")).Status);
        Assert.Empty(await _host.Services.GetRequiredService<EarlierDeliveries>().ReadAsync(client.Workspace, runs[2], CancellationToken.None).ToListAsync());
        Assert.Empty((await client.DoAsync("GET", "/v1/webhooks/endpoints")).AsArray());
        Assert.Equal([runs[2], runs[0]], (await client.DoAsync("GET", "/v1/runs")).AsArray().Select(run => run!["runId"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/account/usage")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/triggers/often")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/apps/mine")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/apps")).Status);

        await _host.Services.GetRequiredService<ExpiredRows>().RemoveAsync(CancellationToken.None);

        var aside = (await _operator.DoAsync("GET", "unreadable")).AsArray().Where(row => row!["setAside"]!.GetValue<bool>()).Select(row => row!["row"]!.GetValue<string>());
        Assert.Equal(["app-mine", $"delivery-{runs[2]}-01", "endpoint-0123456789abcdef", $"run-{runs[1]}", $"run-{runs[0]}", "trigger-often"], aside.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_destroyed_key_is_unknown_and_the_others_are_listed()
    {
        var logs = await LogClient.CreateAsync(_host);
        var key = logs.Key.Substring(15, 8);
        await DestroyAsync(TableNames.Tenants, logs.Organization, $"key-{key}", "Hash");

        using var response = await logs.GetAsync("");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _operator.SendAsync("GET", $"organizations/{logs.Organization}/keys")).Status);
    }

    private static (string Table, string Partition, string Row, bool IsAside) Describe(JsonNode row) =>
        (row["table"]!.GetValue<string>(), row["partition"]!.GetValue<string>(), row["row"]!.GetValue<string>(), row["setAside"]!.GetValue<bool>());

    private TableClient Table(string name) => new(_host.Account.Direct.ConnectionString, name);

    // The row as it was.
    private async Task<TableEntity> DestroyAsync(string table, string partition, string row, string column)
    {
        var whole = (await Table(table).GetEntityAsync<TableEntity>(partition, row)).Value;
        var destroyed = new TableEntity(whole);
        destroyed[column] = whole[column] is string ? "garbage" : Garbage;
        await Table(table).UpdateEntityAsync(destroyed, whole.ETag, TableUpdateMode.Replace);
        return whole;
    }
}
