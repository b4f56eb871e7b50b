using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Alerts;
using Serverless.Ingestion.Chunks;
using Serverless.Logs.Entries;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Local;
using Serverless.Tests.Logs;
using Serverless.Tests.Traces.Figures;
using Serverless.Webhooks.Messages;

namespace Serverless.Tests.Alerts;

/// <summary>Alerts evaluated over what is stored: their values, their changes, and who is told, each once.</summary>
public sealed class AlertEvaluationTests : IAsyncLifetime
{
    private const string Errors = """{"name":"Errors","query":"level:error","window":"5m","threshold":1}""";
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private AlertHost _host = null!;

    private DateTimeOffset Now => _host.Time.GetUtcNow();

    public async Task InitializeAsync() => _host = await AlertHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_alert_fires_when_its_threshold_is_crossed_and_is_resolved_when_it_is_not_any_more()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now.AddSeconds(1)), AlertHost.Entry(Now, level: "info"));

        await _host.EvaluateAfterAsync(FiveMinutes);

        var fired = await _host.ShowAsync("errors");
        Assert.Equal(
            ("firing", 2, AlertHost.Start.AddMinutes(3), AlertHost.Start.AddMinutes(3)),
            (fired["state"]!.GetValue<string>(), fired["value"]!.GetValue<int>(), fired["since"]!.GetValue<DateTimeOffset>(), fired["judgedTo"]!.GetValue<DateTimeOffset>()));

        await _host.EvaluateAfterAsync(FiveMinutes);
        await _host.EvaluateAfterAsync(FiveMinutes);

        var resolved = await _host.ShowAsync("errors");
        Assert.Equal(
            ("resolved", 0, AlertHost.Start.AddMinutes(8), AlertHost.Start.AddMinutes(13)),
            (resolved["state"]!.GetValue<string>(), resolved["value"]!.GetValue<int>(), resolved["since"]!.GetValue<DateTimeOffset>(), resolved["judgedTo"]!.GetValue<DateTimeOffset>()));
        Assert.Equal([("alert.fired", AlertHost.Start.AddMinutes(3), 2m), ("alert.resolved", AlertHost.Start.AddMinutes(8), 0m)], await _host.HistoryAsync("errors"));
        Assert.Equal(await ChangesAsync("errors"), _host.Announced);
    }

    [Fact]
    public async Task Endpoints_are_told_what_the_history_says()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);
        var change = (await _host.Client.DoAsync("GET", "/v1/alerts/errors/history"))[0]!;
        var source = _host.Host.Services.GetServices<IWebhookSource>().Single(source => source.Name == "alert");

        var content = await source.FindAsync(_host.Client.Workspace, change["changeId"]!.GetValue<string>(), CancellationToken.None);

        Assert.Equal(("alert.fired", AlertHost.Start.AddMinutes(3), change["changeId"]!.GetValue<string>()), (content!.Type, content.At, content.Id));
        Assert.Null(content.Url);
        Assert.True(JsonNode.DeepEquals(change, JsonNode.Parse(content.Data.Span)));
        Assert.Null(await source.FindAsync(_host.Client.Workspace, "errors-0000000000", CancellationToken.None));
        Assert.Null(await source.FindAsync(_host.Client.Workspace, "errors", CancellationToken.None));
        Assert.Null(await source.FindAsync("000000000000", content.Id, CancellationToken.None));
    }

    [Theory]
    [InlineData("level:error", "5m")]
    [InlineData("level:error environment:production", "15m")]
    [InlineData("environment:staging", "1h")]
    [InlineData("timeout", "15m")]
    [InlineData("level:warn OR timeout", "30m")]
    [InlineData("/fail(ed|ure)/ NOT level:info", "1h")]
    public async Task The_value_over_logs_is_what_the_list_of_entries_finds(string query, string window)
    {
        var random = new Random(7);
        string[] levels = ["info", "warn", "error"];
        string[] messages = ["Payment failed", "A timeout", "failure after timeout", "All is well"];
        string[] environments = ["production", "staging"];
        await _host.DefineAsync("count", new JsonObject { ["name"] = "n", ["query"] = query, ["window"] = window, ["threshold"] = 0 }.ToJsonString());
        for (var batch = 0; batch < 30; batch++)
        {
            // Some of one environment and of a minute, others of both and of many.
            var (spread, isMixed) = (random.Next(2) == 0 ? 30 : 1200, random.Next(2) == 0);
            var environment = environments[random.Next(2)];
            await _host.StoreAsync([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => AlertHost.Entry(
                Now.AddMinutes(5).AddSeconds(-random.Next(spread)), levels[random.Next(3)], messages[random.Next(4)], isMixed ? environments[random.Next(2)] : environment))]);
            _host.Time.Advance(TimeSpan.FromMinutes(3));
        }

        await _host.EvaluateAsync();

        var alert = await _host.ShowAsync("count");
        var end = alert["judgedTo"]!.GetValue<DateTimeOffset>();
        var logs = new LogClient(_host.Host.Client, (await _host.Host.Services.GetRequiredService<KeyStore>().CreateAsync(_host.Client.Workspace, KeyPrefix.LuminaLog, new KeyOptions()))!.Reveal());
        var (from, to) = (AlertHost.Text(end.AddMinutes(-AlertRule.Windows[window])), AlertHost.Text(end.AddTicks(-1)));
        var found = await logs.ReadAsync($"?limit=1000&start={from}&end={to}&query={Uri.EscapeDataString(query)}");
        Assert.Null(alert["lastError"]);
        Assert.Equal(found["logs"]!.AsArray().Count, alert["value"]!.GetValue<int>());
        Assert.NotEqual(0, alert["value"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_values_over_events_are_exact_also_where_an_earlier_version_has_written_the_hour(bool isEarlier)
    {
        foreach (var metric in (string[])["error_rate", "cost_usd", "latency_ms", "token_count", "request_count"])
        {
            await _host.DefineAsync(metric.Replace('_', '-'), $$"""{"name":"n","projectId":"{project}","metric":"{{metric}}","window":"30m","threshold":0.5}""");
        }

        var random = new Random(3);
        var sent = new List<SentEvent>();
        for (var batch = 0; batch < 12; batch++)
        {
            var some = Enumerable.Range(0, random.Next(1, 12)).Select(_ => new SentEvent
            {
                Time = Now.UtcDateTime.AddMinutes(6).AddSeconds(-random.Next(360)),
                Status = random.Next(3) == 0 ? "timeout" : "success",
                LatencyMs = random.Next(1, 9_000),
                CostUsd = random.Next(2) == 0 ? null : random.Next(1_000_000) / 1e9m,
                InputTokens = random.Next(5_000),
                OutputTokens = random.Next(500),
                CachedTokens = 7,
            }).ToList();
            sent.AddRange(some);
            await _host.PersistAsync([.. some.Select(EventOf)]);
            _host.Time.Advance(TimeSpan.FromMinutes(6));
        }

        if (isEarlier)
        {
            // Whatever is added to such an hour goes on from what is there.
            await ForgetFiveMinutesAsync();
            var late = new SentEvent { Time = Now.UtcDateTime.AddMinutes(-9), LatencyMs = 20, CostUsd = 0.25m, InputTokens = 3, OutputTokens = 4, CachedTokens = 0 };
            sent.Add(late);
            await _host.PersistAsync(EventOf(late));
        }

        await _host.EvaluateAsync();

        var end = (await _host.ShowAsync("request-count"))["judgedTo"]!.GetValue<DateTimeOffset>().UtcDateTime;
        var events = sent.Where(one => one.Time >= end.AddMinutes(-30) && one.Time < end).ToList();
        Assert.NotEmpty(events);
        Assert.Equal(events.Count, await ValueAsync("request-count"));
        Assert.Equal(events.Sum(one => one.CostUsd ?? 0), await ValueAsync("cost-usd"));
        Assert.Equal(events.Sum(one => one.InputTokens!.Value + one.OutputTokens!.Value), await ValueAsync("token-count"));
        Assert.Equal(decimal.Round((decimal)events.Count(one => one.IsError) / events.Count, 6, MidpointRounding.AwayFromZero), await ValueAsync("error-rate"));
        var latency = events.Select(one => one.LatencyMs).Order().ElementAt((int)Math.Ceiling(0.95 * events.Count) - 1);
        Assert.InRange(await ValueAsync("latency-ms"), latency * 0.99m, latency * 1.01m);

        async Task<decimal> ValueAsync(string id) => (await _host.ShowAsync(id))["value"]!.GetValue<decimal>();
    }

    [Fact]
    public async Task A_rate_of_nothing_is_no_value_and_a_count_of_nothing_is_zero()
    {
        await _host.DefineAsync("rate", """{"name":"n","projectId":"{project}","metric":"error_rate","window":"5m","threshold":0.5}""");
        await _host.DefineAsync("slow", """{"name":"n","projectId":"{project}","metric":"latency_ms","window":"5m","threshold":500,"direction":"below"}""");
        await _host.DefineAsync("silence", """{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":1,"direction":"below"}""");
        await _host.PersistAsync(AlertHost.Event(Now, "error", latency: 1));

        await _host.EvaluateAfterAsync(FiveMinutes);
        Assert.Equal(("firing", "firing", "ok"), await StatesAsync());
        await _host.EvaluateAfterAsync(FiveMinutes);
        Assert.Equal(("resolved", "resolved", "firing"), await StatesAsync());
        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Equal(("resolved", "resolved", "firing"), await StatesAsync());
        Assert.Null((await _host.ShowAsync("rate"))["value"]);
        Assert.Equal(0, (await _host.ShowAsync("silence"))["value"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_comes_later_than_two_minutes_is_not_counted()
    {
        await _host.DefineAsync("errors", """{"name":"n","query":"level:error","window":"15m","threshold":100}""");
        await _host.StoreAsync(AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);

        await _host.StoreAsync(AlertHost.Entry(Now.AddMinutes(-4)), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Equal(2, (await _host.ShowAsync("errors"))["value"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_alert_that_cannot_be_evaluated_says_so_keeps_its_state_and_hurts_no_other()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.DefineAsync("words", """{"name":"n","query":"failed","window":"5m","threshold":1}""");
        await _host.DefineAsync("requests", """{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":0}""");
        await _host.PersistAsync(AlertHost.Event(Now));
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);

        // A question that this version cannot read, and a project that is gone.
        var table = new TableServiceClient(_host.Host.Account.Direct.ConnectionString).GetTableClient(TableNames.Alerts);
        await table.UpdateEntityAsync(new TableEntity(_host.Client.Workspace, "rule-words") { ["Query"] = "(failed" }, Azure.ETag.All, TableUpdateMode.Merge);
        await _host.Host.Services.GetRequiredService<ProjectStore>().EraseAsync(_host.Project);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(TimeSpan.FromMinutes(55));
        await _host.EvaluateAfterAsync(FiveMinutes);

        var (words, requests) = (await _host.ShowAsync("words"), await _host.ShowAsync("requests"));
        Assert.Equal(("firing", "The query makes no sense at character 1: there is no \")\" for this \"(\""), (words["state"]!.GetValue<string>(), words["lastError"]!.GetValue<string>()));
        Assert.Equal($"There is no project {_host.Project} any more", requests["lastError"]!.GetValue<string>());
        var errors = await _host.ShowAsync("errors");
        Assert.Equal(("resolved", null), (errors["state"]!.GetValue<string>(), errors["lastError"]?.GetValue<string>()));
        Assert.Equal(AlertHost.Start.AddMinutes(63), errors["judgedTo"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task An_outage_is_said_and_its_windows_are_made_up_for()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.DefineAsync("requests", """{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":0}""");
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.PersistAsync(AlertHost.Event(Now));
        _host.Proxy.Fault = request => request.Path.Value!.Contains("/logs(", StringComparison.Ordinal) ? StorageFault.Unavailable : StorageFault.None;

        await _host.EvaluateAfterAsync(FiveMinutes);

        var failed = await _host.ShowAsync("errors");
        Assert.Equal(("ok", "Storage could not be reached"), (failed["state"]!.GetValue<string>(), failed["lastError"]!.GetValue<string>()));
        Assert.Equal("firing", (await _host.ShowAsync("requests"))["state"]!.GetValue<string>());

        _host.Proxy.Fault = static _ => StorageFault.None;
        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Null((await _host.ShowAsync("errors"))["lastError"]);
        Assert.Equal([("alert.fired", AlertHost.Start.AddMinutes(3), 2m), ("alert.resolved", AlertHost.Start.AddMinutes(8), 0m)], await _host.HistoryAsync("errors"));
    }

    [Fact]
    public async Task A_change_waits_while_it_is_unknown_whether_the_workspace_is_suspended()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.DefineAsync("silence", """{"name":"n","query":"level:error","window":"5m","threshold":9}""");
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        _host.Proxy.Fault = request => request.Path.Value!.Contains("/tenants(", StringComparison.Ordinal) ? StorageFault.Unavailable : StorageFault.None;

        await _host.EvaluateAfterAsync(FiveMinutes);

        var (waits, other) = (await _host.ShowAsync("errors"), await _host.ShowAsync("silence"));
        Assert.Equal(("ok", "Storage could not be reached"), (waits["state"]!.GetValue<string>(), waits["lastError"]!.GetValue<string>()));
        Assert.Equal(("ok", null), (other["state"]!.GetValue<string>(), other["lastError"]?.GetValue<string>()));
        Assert.Empty(_host.Announced);

        _host.Proxy.Fault = static _ => StorageFault.None;
        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Equal([("alert.fired", AlertHost.Start.AddMinutes(3), 2m), ("alert.resolved", AlertHost.Start.AddMinutes(8), 0m)], await _host.HistoryAsync("errors"));
        Assert.Equal(2, _host.Announced.Count);
    }

    [Fact]
    public async Task What_was_compacted_meanwhile_or_delivered_again_is_counted_once()
    {
        await _host.DefineAsync("errors", """{"name":"n","query":"level:error","window":"1h","threshold":0}""");
        await _host.DefineAsync("words", """{"name":"n","query":"failed","window":"1h","threshold":0}""");
        var (expected, chunks) = (0, new List<Chunk>());
        for (; Now < AlertHost.Start.AddHours(2); _host.Time.Advance(TimeSpan.FromMinutes(4)))
        {
            var chunk = LogChunk.Create(_host.Client.Workspace, Now, [AlertHost.Entry(Now), AlertHost.Entry(Now.AddSeconds(30))]);
            chunks.Add(chunk);
            await StoreAsync(chunk);
            expected += Now >= AlertHost.Start.AddMinutes(18) && Now < AlertHost.Start.AddMinutes(78) ? 2 : 0;
        }

        // The window that ends at 9:20 begins in an hour that is put together by now, and of which a message comes once more.
        _host.Time.Advance(AlertHost.Start.AddMinutes(138) - Now);
        await _host.Host.RunUpkeepAsync();
        await StoreAsync(chunks[6]);
        await _host.EvaluateAsync();

        foreach (var id in (string[])["errors", "words"])
        {
            Assert.Equal([("alert.fired", AlertHost.Start.AddMinutes(78), (decimal?)expected)], await _host.HistoryAsync(id));
        }

        Task StoreAsync(Chunk chunk) => _host.Host.Services.GetRequiredService<ChunkStore>().WriteAsync(LogChunks.Schema, [chunk], CancellationToken.None);
    }

    [Fact]
    public async Task One_that_takes_too_long_says_so_and_the_others_are_judged()
    {
        await _host.DefineAsync("a-slow", """{"name":"n","query":"failed","window":"5m","threshold":1}""");
        await _host.DefineAsync("b-requests", """{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":0}""");
        await _host.PersistAsync(AlertHost.Event(Now));
        var release = new TaskCompletionSource();
        _host.Proxy.Fault = request => request.Path.Value!.Contains("/logs(", StringComparison.Ordinal) ? StorageFault.Held(release.Task) : StorageFault.None;
        _host.Time.TimerSpeed = 100;

        await _host.EvaluateAfterAsync(FiveMinutes);

        _host.Time.TimerSpeed = 1;
        _host.Proxy.Fault = static _ => StorageFault.None;
        release.SetResult();
        Assert.Equal("Counting took longer than 60 seconds", (await _host.ShowAsync("a-slow"))["lastError"]!.GetValue<string>());
        Assert.Equal("firing", (await _host.ShowAsync("b-requests"))["state"]!.GetValue<string>());
        await _host.EvaluateAfterAsync(FiveMinutes);
        Assert.Null((await _host.ShowAsync("a-slow"))["lastError"]);
    }

    [Fact]
    public async Task A_clock_that_was_far_ahead_is_told_of_until_the_alert_is_defined_again()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.EvaluateAfterAsync(TimeSpan.FromDays(30));
        await _host.EvaluateAfterAsync(TimeSpan.FromDays(-30));
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);
        Assert.Equal(
            "A clock that was ahead has judged it up to 2026-04-01 08:00:00Z: until then it rests, unless it is defined again",
            (await _host.ShowAsync("errors"))["lastError"]!.GetValue<string>());

        await _host.Client.DoAsync("PUT", "/v1/alerts/errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);

        var alert = await _host.ShowAsync("errors");
        Assert.Equal(("firing", null), (alert["state"]!.GetValue<string>(), alert["lastError"]?.GetValue<string>()));
    }

    [Fact]
    public async Task Alerts_of_a_suspended_workspace_do_not_change_and_its_windows_pass()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.DefineAsync("silence", """{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":1,"direction":"below"}""");
        await _host.PersistAsync(AlertHost.Event(Now));
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.SetStatusAsync(TenantStatus.Suspended);

        // The one would fire by what came in just before, the other by the silence after that.
        foreach (var suspect in (string[])["errors", "silence"])
        {
            await _host.EvaluateAfterAsync(FiveMinutes);
            await _host.SetStatusAsync(TenantStatus.Active);
            var rested = await _host.ShowAsync(suspect);
            Assert.Equal(
                ("ok", "The workspace was suspended", Now.AddMinutes(-2)),
                (rested["state"]!.GetValue<string>(), rested["lastError"]!.GetValue<string>(), rested["judgedTo"]!.GetValue<DateTimeOffset>()));
            Assert.Empty(await _host.HistoryAsync("errors"));
            Assert.Empty(await _host.HistoryAsync("silence"));
            await _host.SetStatusAsync(TenantStatus.Suspended);
        }

        await _host.SetStatusAsync(TenantStatus.Active);

        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Equal([("alert.fired", AlertHost.Start.AddMinutes(13), 2m)], await _host.HistoryAsync("errors"));
        Assert.Equal([("alert.fired", AlertHost.Start.AddMinutes(13), 0m)], await _host.HistoryAsync("silence"));
        Assert.Null((await _host.ShowAsync("errors"))["lastError"]);
    }

    [Fact]
    public async Task An_evaluation_that_takes_too_long_ends_says_so_and_the_next_one_makes_up_for_the_rest()
    {
        var other = await LaminaClient.CreateAsync(_host.Host, "admin");
        await other.DoAsync("PUT", "/v1/alerts/silence", """{"name":"n","query":"level:error","window":"5m","threshold":1,"direction":"below"}""", HttpStatusCode.Created);
        await _host.DefineAsync("errors", Errors);
        await _host.DefineAsync("requests", """{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":0}""");
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.PersistAsync(AlertHost.Event(Now));
        var log = new RecordedLog();
        using var logs = LoggerFactory.Create(builder => builder.AddProvider(log));
        var release = new TaskCompletionSource();
        _host.Proxy.Fault = request =>
        {
            // From the first request on the clock of the evaluation runs, and no other is to be in a hurry.
            _host.Time.TimerSpeed = 1;
            return request.Path.Value!.Contains($"tenants(PartitionKey='{_host.Client.Workspace}'", StringComparison.Ordinal) ? StorageFault.Held(release.Task) : StorageFault.None;
        };

        _host.Time.Advance(FiveMinutes);
        _host.Time.TimerSpeed = 24;
        await _host.Round(logs.CreateLogger<AlertRound>()).RunAsync(CancellationToken.None).WaitAsync(Patience.Limit);

        Assert.Equal("The evaluation of alerts ran out of time; the next one makes up for the rest", Assert.Single(log.Lines).Message);
        Assert.Equal("firing", (await other.DoAsync("GET", "/v1/alerts/silence"))["state"]!.GetValue<string>());
        _host.Proxy.Fault = static _ => StorageFault.None;
        release.SetResult();
        foreach (var id in (string[])["errors", "requests"])
        {
            Assert.Equal(AlertHost.Start.AddMinutes(-2), (await _host.ShowAsync(id))["judgedTo"]!.GetValue<DateTimeOffset>());
        }

        await _host.EvaluateAfterAsync(FiveMinutes);

        foreach (var (id, value) in ((string, decimal)[])[("errors", 2), ("requests", 1)])
        {
            Assert.Equal([("alert.fired", AlertHost.Start.AddMinutes(3), value), ("alert.resolved", AlertHost.Start.AddMinutes(8), 0m)], await _host.HistoryAsync(id));
        }

        Assert.Equal(5, _host.Announced.Distinct().Count());
        Assert.Equal(5, _host.Announced.Count);
    }

    [Fact]
    public async Task Tenants_do_not_see_each_other()
    {
        var other = await LaminaClient.CreateAsync(_host.Host, "admin");
        await _host.DefineAsync("errors", Errors);
        await other.DoAsync("PUT", "/v1/alerts/errors", Errors, HttpStatusCode.Created);
        await other.DoAsync("PUT", "/v1/alerts/errors-2", Errors, HttpStatusCode.Created);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));

        await _host.EvaluateAfterAsync(FiveMinutes);

        Assert.Single(await _host.HistoryAsync("errors"));
        Assert.Empty(await _host.HistoryAsync("errors", other));
        Assert.Equal(0, (await other.DoAsync("GET", "/v1/alerts/errors"))["value"]!.GetValue<int>());
        (await _host.Client.GetAsync("/v1/alerts/errors-2")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Alert not found");
        Assert.Single(_host.Announced);
    }

    [Fact]
    public async Task The_histories_of_alerts_whose_ids_begin_alike_are_apart()
    {
        foreach (var id in (string[])["a", "a-1", "a-1-0"])
        {
            await _host.DefineAsync(id, Errors);
        }

        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);
        await _host.EvaluateAfterAsync(FiveMinutes);

        foreach (var id in (string[])["a", "a-1", "a-1-0"])
        {
            Assert.Equal(["alert.fired", "alert.resolved"], (await _host.HistoryAsync(id)).Select(change => change.Type));
        }
    }

    [Fact]
    public async Task Changes_go_after_ninety_days_and_alerts_stay()
    {
        await _host.DefineAsync("errors", Errors);
        await _host.StoreAsync(AlertHost.Entry(Now), AlertHost.Entry(Now));
        await _host.EvaluateAfterAsync(FiveMinutes);
        var expired = _host.Host.Services.GetRequiredService<ExpiredRows>();

        _host.Time.Advance(TimeSpan.FromDays(89));
        await expired.RemoveAsync(CancellationToken.None);
        Assert.Single(await _host.HistoryAsync("errors"));
        _host.Time.Advance(TimeSpan.FromDays(1.1));
        await expired.RemoveAsync(CancellationToken.None);

        Assert.Empty(await _host.HistoryAsync("errors"));
        Assert.Equal("firing", (await _host.ShowAsync("errors"))["state"]!.GetValue<string>());
    }

    private static JsonNode EventOf(SentEvent sent)
    {
        var line = AlertHost.Event(new(sent.Time, TimeSpan.Zero), sent.Status, sent.LatencyMs);
        line["cost_usd"] = sent.CostUsd;
        line["input_tokens"] = sent.InputTokens;
        line["output_tokens"] = sent.OutputTokens;
        line["cached_tokens"] = sent.CachedTokens;
        if (sent.CostUsd is null)
        {
            line.Remove("cost_usd");
        }

        return line;
    }

    private async Task<(string, string, string)> StatesAsync()
    {
        return (await StateAsync("rate"), await StateAsync("slow"), await StateAsync("silence"));

        async Task<string> StateAsync(string id) => (await _host.ShowAsync(id))["state"]!.GetValue<string>();
    }

    // As the version before has it: no row knows anything by five minutes.
    private async Task ForgetFiveMinutesAsync()
    {
        var table = new TableServiceClient(_host.Host.Account.Direct.ConnectionString).GetTableClient(TableNames.Traces);
        var rows = await table.QueryAsync<TableEntity>(row => row.PartitionKey == _host.Project).Where(row => row.ContainsKey("FiveMinutes")).ToListAsync();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            row.Remove("FiveMinutes");
            if (row.GetInt64("Version") is { } version)
            {
                row["Version"] = version + 1;
            }

            await table.UpdateEntityAsync(row, Azure.ETag.All, TableUpdateMode.Replace);
        }
    }

    private async Task<IEnumerable<string>> ChangesAsync(string id) =>
        (await _host.Client.DoAsync("GET", $"/v1/alerts/{id}/history")).AsArray().Reverse().Select(change => $"{_host.Client.Workspace}/{change!["changeId"]!.GetValue<string>()}");
}
