using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Reading;

/// <summary>What a project's events and figures look like to whoever reads them.</summary>
[Trait("Category", "Contract")]
public sealed class ReadingAnswerTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private static readonly DateTime Noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task An_event_comes_out_as_it_went_in()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        const string Sent = """
            {"event_id":"0197A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b","trace_id":"t-1","span_id":"s-1","parent_span_id":"s-0","timestamp":"2026-11-21T13:00:00.123456789+01:00",
            "provider":"anthropic","model":"claude-opus-4","operation":"chat","latency_ms":1234.50,"status":"error","ttft_ms":80,"cost_usd":0.0125,"input_tokens":1000,"output_tokens":200,
            "cached_tokens":300,"span_kind":"client","error_code":"overloaded","error_message":"Über \"laden\"","finish_reason":"stop","prompt_hash":"abc","environment":"production",
            "user_id":"u-1","session_id":"se-1","sdk_version":"1.2.3","stream":true,"tags":{"team":"search"},"unknown":1}
            """;
        using (await client.PostAsync(Sent.ReplaceLineEndings("")))
        {
            await reader.WaitForAsync(1);
        }

        var answer = await reader.ReadAsync("/v1/events");

        var found = Assert.Single(answer["events"]!.AsArray())!.AsObject();
        Assert.True(DateTimeOffset.TryParse(found["received_at"]!.GetValue<string>(), CultureInfo.InvariantCulture, out _));
        found.Remove("received_at");
        Assert.Equal(
            """
            {"event_id":"0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b","timestamp":"2026-11-21T12:00:00.123456789Z","status":"error","trace_id":"t-1","span_id":"s-1","parent_span_id":"s-0","provider":"anthropic","model":"claude-opus-4","operation":"chat","latency_ms":1234.50,"ttft_ms":80,"cost_usd":0.0125,"cost_source":"reported","input_tokens":1000,"output_tokens":200,"cached_tokens":300,"span_kind":"client","error_code":"overloaded","error_message":"Über \"laden\"","finish_reason":"stop","prompt_hash":"abc","environment":"production","user_id":"u-1","session_id":"se-1","sdk_version":"1.2.3","stream":true,"tags":{"team":"search"}}
            """,
            found.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Null(answer["nextCursor"]);
        Assert.Equal(["events", "nextCursor", "total"], answer.AsObject().Select(member => member.Key));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("//a")]
    [InlineData("a/../b")]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("../a", false)]
    [InlineData("a%2Fb")]
    [InlineData("%2f")]
    [InlineData("%2e%2e")]
    [InlineData("100 %")]
    [InlineData(" a b ")]
    [InlineData("a+b?c#d&e=f")]
    [InlineData("größer/大/😀")]
    public async Task Every_trace_can_be_asked_for_whatever_its_id(string traceId, bool isPathPossible = true)
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        var (span, other) = (TraceEvents.Span("root", null, Noon), TraceEvents.Span("other", null, Noon));
        span["trace_id"] = traceId;
        await client.SendAsync(span, other);
        await reader.WaitForAsync(2);

        var found = (await reader.ReadAsync("/v1/traces", $"traceId={Uri.EscapeDataString(traceId)}")).AsArray();

        Assert.Equal("root", Assert.Single(found)!["span_id"]!.GetValue<string>());
        if (isPathPossible)
        {
            Assert.Equal(found.ToJsonString(), (await reader.ReadAsync($"/v1/traces/{Uri.EscapeDataString(traceId)}")).ToJsonString());
        }
    }

    [Fact]
    public async Task A_slash_may_stand_in_a_path_as_it_is()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        var span = TraceEvents.Span("root", null, Noon);
        span["trace_id"] = "a/b/c";
        await client.SendAsync(span);
        await reader.WaitForAsync(1);

        Assert.Single((await reader.ReadAsync("/v1/traces/a/b/c")).AsArray());
    }

    [Theory]
    [InlineData("traceId=", "\"traceId\" must have 1 to 1024 characters")]
    [InlineData("traceId=a&traceId=b", "\"traceId\" must be given once")]
    public async Task A_trace_that_is_asked_for_in_the_query_has_to_be_named_once(string query, string error)
    {
        var reader = await fixture.Host.AnyTraceReaderAsync();

        using var response = await reader.GetAsync("/v1/traces", query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(error, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Both_ends_of_a_range_are_part_of_it_in_every_report()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        await client.SendAsync([.. new[] { Noon.AddTicks(-1), Noon, Noon.AddHours(1), Noon.AddHours(12), Noon.AddHours(12).AddTicks(1) }.Select(Failed)]);
        await reader.WaitForAsync(5);
        var query = $"start={Noon:O}&end={Noon.AddHours(12):O}";

        var overview = await reader.ReadAsync($"/v1/projects/{client.Project}/overview", query);
        var costs = await reader.ReadAsync("/v1/costs", query);
        var performance = await reader.ReadAsync("/v1/performance", query);

        Assert.Equal(3, (await reader.ReadAsync("/v1/events", query))["total"]!.GetValue<int>());
        Assert.Equal(3, (await reader.ReadAllAsync(query)).Count);
        Assert.Equal((3, 3m), (overview["kpis"]!["totalRequests"]!.GetValue<int>(), overview["kpis"]!["totalCost"]!.GetValue<decimal>()));
        Assert.Equal(3, overview["recentErrors"]!.AsArray().Count);
        Assert.Equal(13, overview["timeline"]!.AsArray().Count);
        Assert.Equal(3, overview["timeline"]!.AsArray().Sum(hour => hour!["requests"]!.GetValue<int>()));
        Assert.Equal(3, overview["topModels"]!.AsArray().Sum(model => model!["requests"]!.GetValue<int>()));
        Assert.Equal(3, costs["byModel"]!.AsArray().Sum(model => model!["requests"]!.GetValue<int>()));
        Assert.Equal([2m, 1m], costs["daily"]!.AsArray().Select(day => day!["cost"]!.GetValue<decimal>()));
        Assert.Equal(3, performance["byModel"]!.AsArray().Sum(model => model!["requests"]!.GetValue<int>()));

        JsonObject Failed(DateTime time)
        {
            var line = TraceEvents.At(time);
            line["cost_usd"] = 1;
            line["status"] = "error";
            return line;
        }
    }

    [Fact]
    public async Task An_unknown_trace_is_not_found()
    {
        var (_, reader) = await TraceReader.StartAsync(fixture.Host);

        using var response = await reader.GetAsync("/v1/traces/unknown");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"error":"Trace not found"}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("model=rare", 2)]
    [InlineData("status=timeout", 3)]
    [InlineData("environment=staging", 2)]
    [InlineData("userId=u-3", 4)]
    [InlineData("model=rare&status=timeout", 0)]
    [InlineData("start=2026-10-05T12:30:00Z&end=2026-10-05T12:59:59.999Z", 12)]
    [InlineData("", 24)]
    public async Task Every_filter_wants_and_counts_what_it_says_newest_first(string query, int expected)
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        var sent = Enumerable.Range(0, 24).Select(number =>
        {
            var line = TraceEvents.At(Noon.AddSeconds(150 * number));
            line["model"] = number % 12 == 5 ? "rare" : "usual";
            line["status"] = number % 8 == 3 ? "timeout" : "success";
            line["environment"] = number % 10 == 7 ? "staging" : "production";
            line["user_id"] = $"u-{number % 6}";
            return line;
        }).ToList();
        await client.SendAsync([.. sent]);
        await reader.WaitForAsync(sent.Count);

        var found = await reader.ReadAllAsync("limit=5&" + query);

        Assert.Equal(expected, found.Count);
        var order = sent.Select(line => line["event_id"]!.GetValue<string>()).Reverse().ToList();
        Assert.Equal(found.Select(one => order.IndexOf(one["event_id"]!.GetValue<string>())).Order(), found.Select(one => order.IndexOf(one["event_id"]!.GetValue<string>())));
        Assert.Equal(expected, (await reader.ReadAsync("/v1/events", "limit=5&" + query))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_trace_is_a_tree_of_its_spans()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        await client.SendAsync(TraceEvents.Span("root", null, Noon), TraceEvents.Span("grandchild", "child", Noon.AddMinutes(2)), TraceEvents.At(Noon));
        await client.SendAsync(TraceEvents.Span("child", "root", Noon.AddMinutes(1)), TraceEvents.Span("orphan", "missing", Noon.AddMinutes(3)));
        await reader.WaitForAsync(5);

        var roots = (await reader.ReadAsync("/v1/traces/the-trace")).AsArray();

        Assert.Equal(["root", "orphan"], roots.Select(root => root!["span_id"]!.GetValue<string>()));
        Assert.Equal("child", roots[0]!["children"]![0]!["span_id"]!.GetValue<string>());
        Assert.Equal("grandchild", roots[0]!["children"]![0]!["children"]![0]!["span_id"]!.GetValue<string>());
        Assert.Empty(roots[1]!["children"]!.AsArray());
    }

    [Fact]
    public async Task An_event_that_is_sent_again_is_shown_and_counted_once()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        var once = TraceEvents.At(Noon);
        await client.SendAsync(once, once.DeepClone().AsObject());
        await reader.WaitForAsync(1);

        await client.SendAsync(once.DeepClone().AsObject(), TraceEvents.At(Noon.AddSeconds(1)));
        await reader.WaitForAsync(2);

        Assert.Equal(2, (await reader.ReadAllAsync()).Count);
    }

    [Fact]
    public async Task Overview_costs_and_performance_sum_up_what_was_sent()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        await client.SendAsync([.. Enumerable.Range(0, 4).Select(number =>
        {
            var line = TraceEvents.At(DateTime.UtcNow.AddMinutes(-number));
            line["cost_usd"] = 0.25m;
            line["latency_ms"] = 100;
            line["input_tokens"] = 10;
            line["status"] = number == 0 ? "timeout" : "success";
            return line;
        })]);
        await reader.WaitForAsync(4);

        var overview = await reader.ReadAsync($"/v1/projects/{client.Project}/overview");
        var costs = await reader.ReadAsync("/v1/costs");
        var performance = await reader.ReadAsync("/v1/performance");

        Assert.Equal(["kpis", "timeline", "topModels", "recentErrors"], overview.AsObject().Select(member => member.Key));
        Assert.Equal(["totalRequests", "totalCost", "avgLatency", "errorRate", "unpricedRequests"], overview["kpis"]!.AsObject().Select(member => member.Key));
        Assert.Equal((4, 1m, 0.25), (
            overview["kpis"]!["totalRequests"]!.GetValue<int>(), overview["kpis"]!["totalCost"]!.GetValue<decimal>(), overview["kpis"]!["errorRate"]!.GetValue<double>()));
        Assert.Equal("timeout", Assert.Single(overview["recentErrors"]!.AsArray())!["status"]!.GetValue<string>());
        Assert.Equal(["byModel", "daily", "monthToDate", "forecast30d", "cacheUtilization", "dailyByModel", "unpricedRequests"], costs.AsObject().Select(member => member.Key));
        var model = Assert.Single(costs["byModel"]!.AsArray())!;
        Assert.Equal(["model", "cost", "requests", "inputTokens", "outputTokens", "cachedTokens", "unpricedRequests"], model.AsObject().Select(member => member.Key));
        Assert.Equal((4, 40), (model["requests"]!.GetValue<int>(), model["inputTokens"]!.GetValue<int>()));
        Assert.Equal(["latency", "avgTtft", "tokensPerSecond", "timeoutRate", "byModel", "timeline"], performance.AsObject().Select(member => member.Key));
        Assert.Equal(["p50", "p90", "p95", "p99"], performance["latency"]!.AsObject().Select(member => member.Key));
        Assert.Equal(0.25, performance["timeoutRate"]!.GetValue<double>());
    }

    [Fact]
    public async Task Anomalies_are_looked_for_without_a_model()
    {
        var (_, reader) = await TraceReader.StartAsync(fixture.Host);

        var answer = await reader.ReadAsync("/v1/ai/anomalies");

        Assert.Equal(["anomalies", "hoursChecked", "hoursWithoutBaseline"], answer.AsObject().Select(member => member.Key));
        Assert.Empty(answer["anomalies"]!.AsArray());
    }

    [Theory]
    [InlineData("/v1/events", "limit=0")]
    [InlineData("/v1/events", "limit=201")]
    [InlineData("/v1/events", "status=done")]
    [InlineData("/v1/events", "start=yesterday")]
    [InlineData("/v1/events", "cursor=nonsense")]
    [InlineData("/v1/traces", "limit=0")]
    [InlineData("/v1/traces", "limit=101")]
    [InlineData("/v1/traces", "status=done")]
    [InlineData("/v1/traces", "cursor=nonsense")]
    [InlineData("/v1/traces", "cursor=MQ.MQ")]
    [InlineData("/v1/sessions", "limit=201")]
    [InlineData("/v1/users", "start=yesterday")]
    [InlineData("/v1/costs", "groupBy=model")]
    [InlineData("/v1/costs", "start=yesterday")]
    [InlineData("/v1/performance", "end=never")]
    [InlineData("/v1/ai/anomalies", "start=2026-10-05T12:00:00Z&end=2026-10-05T11:00:00Z")]
    public async Task A_parameter_that_is_not_valid_is_named(string path, string query)
    {
        var reader = await fixture.Host.AnyTraceReaderAsync();

        using var response = await reader.GetAsync(path, query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = Assert.Single(JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
        Assert.Equal("error", error.Key);
        Assert.StartsWith($"\"{query[..query.IndexOf('=')]}\" ", error.Value!.GetValue<string>(), StringComparison.Ordinal);
    }
}
