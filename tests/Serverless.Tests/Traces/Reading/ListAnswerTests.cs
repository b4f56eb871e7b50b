using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Reading;

/// <summary>What traces, sessions and users look like to whoever lists them.</summary>
[Trait("Category", "Contract")]
public sealed class ListAnswerTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private static readonly DateTime Noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Traces_are_listed_with_what_their_spans_come_to()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        var (root, child, other) = (TraceEvents.Span("root", null, Noon), TraceEvents.Span("child", "root", Noon.AddMinutes(1)), TraceEvents.At(Noon.AddMinutes(-5)));
        (root["operation"], root["latency_ms"], root["environment"], root["user_id"], root["session_id"], root["input_tokens"]) = ("agent", 90_000.5, "production", "u-1", "s-1", 10);
        (child["model"], child["status"], child["cost_usd"], child["input_tokens"], child["output_tokens"], child["cached_tokens"]) = ("claude", "timeout", 0.25, 1, 2, 3);
        await client.SendAsync(root, child, other);
        await reader.WaitForAsync(3);

        var answer = await reader.ReadAsync("/v1/traces");
        var first = await reader.ReadAsync("/v1/traces", "limit=1");
        var second = await reader.ReadAsync("/v1/traces", $"limit=1&cursor={first["nextCursor"]!.GetValue<string>()}");

        Assert.Equal(["traces", "nextCursor"], answer.AsObject().Select(member => member.Key));
        Assert.Null(answer["nextCursor"]);
        Assert.Equal(
            """
            {"trace_id":"the-trace","started_at":"2026-10-05T12:00:00Z","ended_at":"2026-10-05T12:01:30.0005Z","duration_ms":90000.5,"root":{"span_id":"root","operation":"agent","model":"gpt-4o","provider":"openai"},"models":["claude","gpt-4o"],"spans":2,"errors":1,"status":"timeout","input_tokens":11,"output_tokens":2,"cached_tokens":3,"cost_usd":0.25,"environment":"production","user_id":"u-1","session_id":"s-1","unpriced_requests":0}
            """,
            answer["traces"]![0]!.ToJsonString());
        Assert.Equal(
            """
            {"trace_id":"trace-1","started_at":"2026-10-05T11:55:00Z","ended_at":"2026-10-05T11:55:00.8125Z","duration_ms":812.5,"root":{"span_id":"span-1","operation":"chat","model":"gpt-4o","provider":"openai"},"models":["gpt-4o"],"spans":1,"errors":0,"status":"success","input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost_usd":null,"environment":null,"user_id":null,"session_id":null,"unpriced_requests":1}
            """,
            answer["traces"]![1]!.ToJsonString());
        Assert.Equal(answer["traces"]!.ToJsonString(), new JsonArray(first["traces"]![0]!.DeepClone(), second["traces"]![0]!.DeepClone()).ToJsonString());
        Assert.Null(second["nextCursor"]);
    }

    [Theory]
    [InlineData("/v1/events", "events")]
    [InlineData("/v1/traces", "traces")]
    public async Task A_list_is_given_out_one_record_a_line_to_whoever_asks_for_lines(string path, string list)
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        await client.SendAsync(TraceEvents.Span("root", null, Noon), TraceEvents.Span("child", "root", Noon.AddMinutes(1)), TraceEvents.At(Noon.AddMinutes(-5)));
        await reader.WaitForAsync(3);

        using var response = await reader.GetAsync(path, "limit=1", "application/x-ndjson");

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            (await reader.ReadAsync(path))[list]!.AsArray().Select(record => record!.ToJsonString()),
            (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.ToJsonString()));
    }

    [Fact]
    public async Task Sessions_and_users_are_listed_with_what_their_events_come_to()
    {
        var (client, reader) = await TraceReader.StartAsync(fixture.Host);
        var now = DateTime.UtcNow;
        var time = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc).AddMinutes(-10);
        await client.SendAsync([Of(0, "s-1", "ann", 1), Of(1, "s-1", "ann", 2), Of(2, "s-2", "ben", 9), Of(3, "s-3", null, 0), Of(4, null, "ann", 0)]);
        await reader.WaitForAsync(5);

        var sessions = await reader.ReadAsync("/v1/sessions");
        var users = await reader.ReadAsync("/v1/users");
        var costs = await reader.ReadAsync("/v1/costs", "groupBy=user");

        Assert.Equal(["sessions", "total", "completeSince"], sessions.AsObject().Select(member => member.Key));
        Assert.Equal(["s-3", "s-2", "s-1"], sessions["sessions"]!.AsArray().Select(session => session!["sessionId"]!.GetValue<string>()));
        Assert.Equal(
            $$"""
            {"sessionId":"s-1","userId":"ann","requests":2,"traces":1,"errors":1,"cost":3,"inputTokens":2,"outputTokens":4,"firstSeen":"{{time:yyyy-MM-ddTHH:mm:ssZ}}","lastSeen":"{{time.AddMinutes(1):yyyy-MM-ddTHH:mm:ssZ}}","models":["gpt-4o"],"unpricedRequests":0}
            """,
            sessions["sessions"]![2]!.ToJsonString());
        Assert.Equal((3, true), (sessions["total"]!.GetValue<int>(), sessions["completeSince"] is null));
        Assert.Equal("s-1", Assert.Single((await reader.ReadAsync("/v1/sessions", "userId=ann"))["sessions"]!.AsArray())!["sessionId"]!.GetValue<string>());
        Assert.Equal(["ben", "ann"], users["users"]!.AsArray().Select(user => user!["userId"]!.GetValue<string>()));
        Assert.Equal(["userId", "requests", "traces", "errors", "cost", "inputTokens", "outputTokens", "firstSeen", "lastSeen", "models", "unpricedRequests"], users["users"]![0]!.AsObject().Select(member => member.Key));
        Assert.Equal("ben", Assert.Single((await reader.ReadAsync("/v1/users", "limit=1"))["users"]!.AsArray())!["userId"]!.GetValue<string>());
        Assert.Equal(
            """
            {"users":[{"userId":"ben","cost":9,"requests":1,"inputTokens":1,"outputTokens":2,"cachedTokens":0,"unpricedRequests":0},{"userId":"ann","cost":3,"requests":3,"inputTokens":3,"outputTokens":6,"cachedTokens":0,"unpricedRequests":0},{"userId":null,"cost":0,"requests":1,"inputTokens":1,"outputTokens":2,"cachedTokens":0,"unpricedRequests":0}],"others":{"users":0,"cost":0,"requests":0,"inputTokens":0,"outputTokens":0,"cachedTokens":0,"unpricedRequests":0},"completeSince":null}
            """,
            costs["byUser"]!.ToJsonString());

        JsonObject Of(int minute, string? session, string? user, decimal cost)
        {
            var line = TraceEvents.At(time.AddMinutes(minute));
            (line["status"], line["cost_usd"], line["input_tokens"], line["output_tokens"]) = (minute == 1 ? "error" : "success", cost, 1, 2);
            (line["user_id"], line["session_id"]) = (user, session);
            return line;
        }
    }
}
