using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Traces.Otel;

namespace Serverless.Tests.Traces;

/// <summary>What events cost that do not say it, and what is said of those whose cost nobody knows.</summary>
[Trait("Category", "Contract")]
public sealed class PricedEventTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private static readonly DateTime Noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("chat", "gpt-4o", 1000, 200, 300, null, "0.004125", "priced")]
    [InlineData("chat", "gpt-4o", 1000, null, null, null, "0.0025", "priced")]
    [InlineData("embed", "text-embedding-3-small", 1, null, null, null, "0.00000002", "priced")]
    [InlineData("custom", "gpt-4o", 0, 0, null, null, "0", "priced")]
    [InlineData("chat", "gpt-4o", 1000, 200, 300, "1.50", "1.50", "reported")]
    [InlineData("tool", "x", null, null, null, "0", "0", "reported")]
    [InlineData("chat", "gpt-4o", null, null, null, null, null, "unknown")]
    [InlineData("chat", "my-model", 1000, 200, 300, null, null, "unknown")]
    [InlineData("custom", "my-model", 1, null, null, null, null, "unknown")]
    [InlineData("custom", "gpt-4o", null, null, null, null, null, null)]
    [InlineData("tool", "gpt-4o", 1000, 200, null, null, null, null)]
    [InlineData("agent", "gpt-4o", 1000, 200, null, null, null, null)]
    public async Task An_event_says_where_its_cost_comes_from(
        string operation, string model, int? input, int? output, int? cached, string? sent, string? cost, string? source)
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        var line = Event(model, input, output, cached);
        line["operation"] = operation;
        line["cost_source"] = "reported by me";
        if (sent is not null)
        {
            line["cost_usd"] = JsonNode.Parse(sent);
        }

        await client.SendAsync(line);

        var stored = JsonNode.Parse(Assert.Single(await fixture.Host.StoredEventsAsync(client, 1)))!;
        Assert.Equal((cost, source), (stored["cost_usd"]?.ToJsonString(), stored["cost_source"]?.GetValue<string>()));
        Assert.Equal(source == "unknown" ? 1 : 0, await UnpricedAsync(reader));
    }

    [Fact]
    public async Task A_price_of_the_organization_goes_before_those_built_in_and_holds_from_its_day_on()
    {
        var (client, _) = await TraceReader.StartAsync(fixture.Host);
        await SetPricesAsync(client, """{"model":"gpt-*","input":1,"output":0},{"model":"gpt-4o-*","input":2,"output":0,"from":"2026-10-05"},{"model":"mine","input":0.000001,"output":0}""");

        await client.SendAsync(
            Event("gpt-4o-2024-08-06", 1_000_000, time: Noon.Date.AddTicks(-1)),
            Event("gpt-4o-2024-08-06", 1_000_000, time: Noon.Date),
            Event("gpt-4o", 1_000_000),
            Event("mine", 1),
            Event("claude-3-haiku", 1_000_000));

        var stored = (await fixture.Host.StoredEventsAsync(client, 5)).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            ["claude-3-haiku 0.25", "gpt-4o 1", "gpt-4o-2024-08-06 1", "gpt-4o-2024-08-06 2", "mine 0.000000000001"],
            stored.Select(line => $"{line["model"]} {line["cost_usd"]!.ToJsonString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_price_that_changes_does_not_change_what_was_counted_and_a_copy_is_priced_once()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        await SetPricesAsync(client, """{"model":"mine","input":1,"output":0}""");
        var (first, second) = (Event("mine", 1_000_000), Event("mine", 1_000_000));
        await client.SendAsync(first, first);
        await reader.WaitForAsync(1);

        await SetPricesAsync(client, """{"model":"mine","input":100,"output":0}""");
        await client.SendAsync(first);
        await client.SendAsync(second);
        await reader.WaitForAsync(2);
        await SetPricesAsync(client, "");

        var costs = await CostsAsync(reader);
        Assert.Equal((101m, 2, 0), (costs["byModel"]![0]!["cost"]!.GetValue<decimal>(), costs["byModel"]![0]!["requests"]!.GetValue<int>(), costs["unpricedRequests"]!.GetValue<int>()));
        Assert.Equal(["1", "100"], (await fixture.Host.StoredEventsAsync(client, 2)).Select(line => JsonNode.Parse(line)!["cost_usd"]!.ToJsonString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_span_is_priced_as_an_event_is()
    {
        var (client, _) = await TraceReader.StartAsync(fixture.Host);
        await SetPricesAsync(client, """{"model":"m","input":1,"output":2}""");
        var span = SpanExport.Span(string.Join(
            ',',
            SpanExport.Text("gen_ai.operation.name", "chat"),
            SpanExport.Attribute("gen_ai.usage.input_tokens", """{"intValue":"1000000"}"""),
            SpanExport.Attribute("gen_ai.usage.output_tokens", """{"intValue":"1"}""")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/otel") { Content = new ByteArrayContent(SpanExport.Of(span)) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("x-api-key", client.Key);

        using var response = await fixture.Host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var stored = JsonNode.Parse(Assert.Single(await fixture.Host.StoredEventsAsync(client, 1)))!;
        Assert.Equal(("1.000002", "priced"), (stored["cost_usd"]!.ToJsonString(), stored["cost_source"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_cost_that_nobody_could_have_reported_is_not_known()
    {
        var (client, _) = await TraceReader.StartAsync(fixture.Host);
        await SetPricesAsync(client, """{"model":"mine","input":10000,"output":10000}""");

        await client.SendAsync(Event("mine", int.MaxValue, int.MaxValue));

        var stored = JsonNode.Parse(Assert.Single(await fixture.Host.StoredEventsAsync(client, 1)))!;
        Assert.Null(stored["cost_usd"]);
        Assert.Equal("unknown", stored["cost_source"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_report_tells_how_many_requests_its_costs_are_without()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        await client.SendAsync(Event("gpt-4o", 1000, 200, 300), Event("mine", 10), Event("mine", null), Tool());
        await reader.WaitForAsync(4);

        var query = $"start={Noon:O}&end={Noon.AddMinutes(59):O}";
        var overview = await reader.ReadAsync($"/v1/projects/{client.Project}/overview", query);
        var costs = await reader.ReadAsync("/v1/costs", query + "&groupBy=user");
        var trace = Assert.Single((await reader.ReadAsync("/v1/traces", query))["traces"]!.AsArray())!;
        var session = Assert.Single((await reader.ReadAsync("/v1/sessions", query))["sessions"]!.AsArray())!;
        var user = Assert.Single((await reader.ReadAsync("/v1/users", query))["users"]!.AsArray())!;

        Assert.Equal((0.004125m, 2), Of(overview["kpis"]!, "totalCost"));
        Assert.Equal((0.004125m, 2), Of(Assert.Single(overview["timeline"]!.AsArray())!));
        Assert.Equal([(0.004125m, 0), (0m, 2), (0m, 0)], overview["topModels"]!.AsArray().Select(model => Of(model!)));
        Assert.Equal([(0.004125m, 0), (0m, 2), (0m, 0)], costs["byModel"]!.AsArray().Select(model => Of(model!)));
        Assert.Equal((0.004125m, 2), Of(Assert.Single(costs["daily"]!.AsArray())!));
        Assert.Equal((0.004125m, 2), Of(Assert.Single(costs["byUser"]!["users"]!.AsArray())!));
        Assert.Equal((0m, 0), Of(costs["byUser"]!["others"]!));
        Assert.Equal(2, costs["unpricedRequests"]!.GetValue<int>());
        Assert.Equal((0.004125m, 2), (trace["cost_usd"]!.GetValue<decimal>(), trace["unpriced_requests"]!.GetValue<int>()));
        Assert.Equal((0.004125m, 2), Of(session));
        Assert.Equal((0.004125m, 2), Of(user));

        static (decimal, int) Of(JsonNode sums, string cost = "cost") => (sums[cost]!.GetValue<decimal>(), sums["unpricedRequests"]!.GetValue<int>());
    }

    private static JsonObject Tool()
    {
        var line = Event("calculator", null);
        line["operation"] = "tool";
        return line;
    }

    private static JsonObject Event(string model, int? input, int? output = null, int? cached = null, DateTime? time = null)
    {
        var line = TraceEvents.At(time ?? Noon);
        (line["model"], line["user_id"], line["session_id"]) = (model, "u-1", "s-1");
        Set("input_tokens", input);
        Set("output_tokens", output);
        Set("cached_tokens", cached);
        return line;

        void Set(string name, int? tokens)
        {
            if (tokens is not null)
            {
                line[name] = tokens;
            }
        }
    }

    private static async Task<int> UnpricedAsync(TraceReader reader) => (await CostsAsync(reader))["unpricedRequests"]!.GetValue<int>();

    private static Task<JsonNode> CostsAsync(TraceReader reader) => reader.ReadAsync("/v1/costs", $"start={Noon.AddDays(-1):O}&end={Noon.AddDays(1):O}");

    private Task<JsonNode> SetPricesAsync(TraceClient client, string prices) =>
        fixture.Operator.DoAsync("PUT", $"organizations/{client.Organization}/prices", $$"""{"prices":[{{prices}}]}""", HttpStatusCode.OK);
}
