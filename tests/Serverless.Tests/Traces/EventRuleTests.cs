using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Tests.Hosting;
using Serverless.Traces.Events;

namespace Serverless.Tests.Traces;

/// <summary>The rules for the fields of an event, each broken and each met at its limit.</summary>
[Trait("Category", "Contract")]
public sealed class EventRuleTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Id = "a string of 1 to 128 characters";
    private const string Model = "a string of 1 to 256 characters";
    private const string Label = "a string of at most 256 characters";
    private const string Text = "a string of at most 1024 characters";
    private const string Time = "a number from 0 to 1000000000";
    private const string Cost = "a number from 0 to 1000000";
    private const string Count = "a whole number from 0 to 2147483647";
    private const string Uuid = "a UUID such as 01234567-89ab-cdef-0123-456789abcdef";
    private const string Timestamp = "an ISO 8601 time such as 2026-01-26T14:30:00.000Z, with at most 9 digits of fraction";
    private const string Provider = "one of: openai, anthropic, google, custom";
    private const string Operation = "one of: chat, embed, tool, agent, custom";
    private const string Status = "one of: success, error, timeout, rate_limited, cancelled";
    private const string Tags = "an object of at most 64 strings of at most 1024 characters, with names of at most 128";

    private static readonly (string Field, string Rule)[] Rules =
    [
        ("event_id", Uuid), ("trace_id", Id), ("span_id", Id), ("parent_span_id", Id), ("timestamp", Timestamp), ("provider", Provider), ("model", Model),
        ("operation", Operation), ("latency_ms", Time), ("status", Status), ("ttft_ms", Time), ("cost_usd", Cost), ("input_tokens", Count),
        ("output_tokens", Count), ("cached_tokens", Count), ("span_kind", Text), ("error_code", Text), ("error_message", "a string"),
        ("finish_reason", Text), ("prompt_hash", Text), ("environment", Label), ("user_id", Text), ("session_id", Text), ("sdk_version", Text),
        ("stream", "true or false"), ("tags", Tags),
    ];

    private static readonly string[] OneOfEachType = ["1", "\"x\"", "true", "{}", "[]", "[{\"a\":\"x\"}]"];

    private static readonly string[] Required =
        ["event_id", "trace_id", "span_id", "timestamp", "provider", "model", "operation", "latency_ms", "status"];

    public static TheoryData<string> RequiredFields => [.. Required];

    public static TheoryData<string> OptionalFields => [.. Rules.Select(rule => rule.Field).Except(Required, StringComparer.Ordinal)];

    /// <summary>A value of each JSON type that a field must not have.</summary>
    public static TheoryData<string, string, string> OtherTypes
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var (name, rule) in Rules)
            {
                var own = rule is Time or Cost or Count ? "1" : rule == Tags ? "{}" : rule == "true or false" ? "true" : "\"x\"";
                foreach (var value in OneOfEachType.Where(value => value != own))
                {
                    data.Add(name, value, rule);
                }
            }

            return data;
        }
    }

    public static TheoryData<string, string, string> BrokenRules => new()
    {
        { "event_id", "\"\"", Uuid },
        { "event_id", "\"0197a1b2c3d47e5f8a9b0c1d2e3f4a5b\"", Uuid },
        { "event_id", "\"{0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}\"", Uuid },
        { "event_id", "\"0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5\"", Uuid },
        { "event_id", "\"0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b0\"", Uuid },
        { "event_id", "\"0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g\"", Uuid },
        { "event_id", "\"0197a1b2-c3d4-7e5f-8a9b0-c1d2e3f4a5b\"", Uuid },
        { "event_id", "\" 197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\"", Uuid },
        { "event_id", "\"0197a1b--c3d4-7e5f-8a9b-0c1d2e3f4a5b\"", Uuid },
        { "event_id", "\"+197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\"", Uuid },
        { "event_id", "\"0x97a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\"", Uuid },
        { "event_id", $"\"{new string('0', 300)}\"", Uuid },
        { "trace_id", "\"\"", Id },
        { "trace_id", String(129), Id },
        { "trace_id", String(129, "é"), Id },
        { "span_id", "\"\"", Id },
        { "span_id", String(129, "😀"), Id },
        { "span_id", String(129, "\\u0061"), Id },
        { "parent_span_id", "\"\"", Id },
        { "parent_span_id", String(129), Id },
        { "timestamp", "\"\"", Timestamp },
        { "timestamp", "\"now\"", Timestamp },
        { "timestamp", "\"2026-01-26\"", Timestamp },
        { "timestamp", "\"2026-02-30T00:00:00Z\"", Timestamp },
        { "timestamp", "\"2026-01-26T14:30:00.0123456789Z\"", Timestamp },
        { "timestamp", $"\"{new string('2', 300)}\"", Timestamp },
        { "provider", "\"OpenAI\"", Provider },
        { "provider", "\"mistral\"", Provider },
        { "provider", "\"\"", Provider },
        { "model", "\"\"", Model },
        { "model", String(257), Model },
        { "operation", "\"completion\"", Operation },
        { "operation", "\"chat \"", Operation },
        { "status", "\"ok\"", Status },
        { "status", "\"rate-limited\"", Status },
        { "status", "\"Success\"", Status },
        { "latency_ms", "-1", Time },
        { "latency_ms", "-0.001", Time },
        { "latency_ms", "1000000000.1", Time },
        { "latency_ms", "1e10", Time },
        { "latency_ms", "1e400", Time },
        { "latency_ms", "1e99999999999999999999", Time },
        { "latency_ms", "\"12\"", Time },
        { "latency_ms", "\"NaN\"", Time },
        { "ttft_ms", "-1", Time },
        { "ttft_ms", "1000000001", Time },
        { "cost_usd", "-0.01", Cost },
        { "cost_usd", "1000000.000001", Cost },
        { "cost_usd", "1000001", Cost },
        { "cost_usd", "10000000", Cost },
        { "cost_usd", "\"0.01\"", Cost },
        { "input_tokens", "-1", Count },
        { "input_tokens", "-0", Count },
        { "input_tokens", "1.5", Count },
        { "input_tokens", "2147483648", Count },
        { "input_tokens", "99999999999999999999", Count },
        { "output_tokens", "1e2", Count },
        { "output_tokens", "3.0", Count },
        { "cached_tokens", "\"12\"", Count },
        { "span_kind", String(1025), Text },
        { "error_code", String(1025), Text },
        { "finish_reason", String(1025), Text },
        { "prompt_hash", String(1025), Text },
        { "environment", String(257), Label },
        { "user_id", String(1025), Text },
        { "session_id", String(1025, "é"), Text },
        { "sdk_version", String(1025, "\\ud83d\\ude00"), Text },
        { "stream", "\"true\"", "true or false" },
        { "stream", "0", "true or false" },
        { "tags", TagsOf(65), Tags },
        { "tags", $"{{{String(129)}:\"x\"}}", Tags },
        { "tags", $"{{\"a\":{String(1025)}}}", Tags },
        { "tags", "{\"a\":\"x\",\"b\":1}", Tags },
        { "tags", "{\"a\":null}", Tags },
        { "tags", "{\"a\":true}", Tags },
        { "tags", "{\"a\":{\"b\":\"c\"},\"d\":\"e\"}", Tags },
        { "tags", "{\"a\":[\"x\"]}", Tags },
        { "tags", "{\"a\":\"x\",\"a\":1}", Tags },
    };

    public static TheoryData<string, string> MetRules => new()
    {
        { "trace_id", String(1) },
        { "trace_id", String(128) },
        { "trace_id", String(128, "é") },
        { "span_id", String(128, "😀") },
        { "span_id", String(128, "\\u0061") },
        { "span_id", String(128, "\\ud83d\\ude00") },
        { "span_id", String(128, "\\\"") },
        { "parent_span_id", String(128) },
        { "model", String(256, "大") },
        { "latency_ms", "0" },
        { "latency_ms", "-0.0" },
        { "latency_ms", "1000000000" },
        { "latency_ms", "1e9" },
        { "latency_ms", "1E-3" },
        { "latency_ms", "0.1234567890123456789012345678901234567890" },
        { "ttft_ms", "12.75" },
        { "cost_usd", "1000000" },
        { "cost_usd", "999999" },
        { "cost_usd", "999999.99999999999999999999" },
        { "cost_usd", "0.000001" },
        { "cost_usd", "1e-30" },
        { "input_tokens", "0" },
        { "input_tokens", "2147483647" },
        { "output_tokens", "12" },
        { "cached_tokens", "1" },
        { "span_kind", String(0) },
        { "span_kind", String(1024) },
        { "error_code", String(1024, "é") },
        { "error_message", String(0) },
        { "error_message", String(500) },
        { "finish_reason", String(1024) },
        { "prompt_hash", String(1024) },
        { "environment", String(256, "é") },
        { "user_id", String(1024, "\\ud83d\\ude00") },
        { "session_id", String(1024) },
        { "sdk_version", String(1024) },
        { "stream", "true" },
        { "stream", "false" },
        { "tags", "{}" },
        { "tags", TagsOf(64) },
        { "tags", $"{{{String(128, "é")}:{String(1024, "😀")},\"\":\"\"}}" },
    };

    [Theory]
    [MemberData(nameof(RequiredFields))]
    public async Task A_required_field_that_is_missing_or_null_is_named(string field)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var missing = await client.PostAsync(TraceEvents.With(field, null));
        using var absent = await client.PostAsync(TraceEvents.With(field, "null"));
        using var overruled = await client.PostAsync($"{TraceEvents.Simple().ToJsonString()[..^1]},\"{field}\":null}}");

        await missing.ExpectInvalidAsync($"Line 1: \"{field}\" is required");
        await absent.ExpectInvalidAsync($"Line 1: \"{field}\" is required");
        await overruled.ExpectInvalidAsync($"Line 1: \"{field}\" is required");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Theory]
    [MemberData(nameof(OptionalFields))]
    public async Task An_optional_field_that_is_null_is_absent(string field)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(TraceEvents.With(field, "null"));

        await response.ExpectAcceptedAsync(1);
        Assert.DoesNotContain($"\"{field}\"", Assert.Single(await fixture.Host.StoredEventsAsync(client, 1)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OtherTypes))]
    [MemberData(nameof(BrokenRules))]
    public async Task A_broken_rule_is_named(string field, string value, string rule)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(TraceEvents.With(field, value));

        await response.ExpectInvalidAsync($"Line 1: \"{field}\" must be {rule}");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Theory]
    [MemberData(nameof(MetRules))]
    public async Task A_value_at_the_limit_of_its_rule_is_kept_as_it_stands(string field, string value)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(TraceEvents.With(field, value));

        await response.ExpectAcceptedAsync(1);
        using var stored = JsonDocument.Parse(Assert.Single(await fixture.Host.StoredEventsAsync(client, 1)));
        Assert.Equal(value, stored.RootElement.GetProperty(field).GetRawText());
    }

    [Theory]
    [InlineData("success")]
    [InlineData("error")]
    [InlineData("timeout")]
    [InlineData("rate_limited")]
    [InlineData("cancelled")]
    public async Task Every_status_is_accepted_and_counted(string status)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(TraceEvents.With("status", $"\"{status}\""));

        await response.ExpectAcceptedAsync(1);
        var reader = await TraceReader.CreateAsync(fixture.Host, client);
        await reader.WaitForAsync(1);
        foreach (var name in EventStatuses.Names)
        {
            Assert.Equal(name == status ? 1 : 0, (await reader.ReadAsync("/v1/events", $"status={name}"))["total"]!.GetValue<int>());
        }
    }

    [Theory]
    [InlineData("provider", "openai anthropic google custom")]
    [InlineData("operation", "chat embed tool agent custom")]
    public async Task Every_other_choice_is_accepted(string field, string names)
    {
        foreach (var name in names.Split(' '))
        {
            var client = await TraceClient.CreateAsync(fixture.Host);

            using var response = await client.PostAsync(TraceEvents.With(field, $"\"{name}\""));

            await response.ExpectAcceptedAsync(1);
            Assert.Contains($"\"{field}\":\"{name}\"", Assert.Single(await fixture.Host.StoredEventsAsync(client, 1)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{\"model\":\"\",\"trace_id\":5}", "\"model\" must be " + Model)]
    [InlineData("{\"trace_id\":5,\"model\":\"\"}", "\"trace_id\" must be " + Id)]
    [InlineData("{\"trace_id\":5,\"model\":\"\",\"trace_id\":\"fine\"}", "\"model\" must be " + Model)]
    [InlineData("{\"trace_id\":\"fine\",\"model\":\"\",\"trace_id\":5}", "\"model\" must be " + Model)]
    [InlineData("{\"trace_id\":\"\"}", "\"trace_id\" must be " + Id)]
    [InlineData("{}", "\"event_id\" is required")]
    public async Task Of_several_problems_that_which_stands_first_is_named(string line, string problem)
    {
        var client = await fixture.Host.AnyTraceClientAsync();

        using var response = await client.PostAsync(line);

        await response.ExpectInvalidAsync($"Line 1: {problem}");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("\"event\"")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("[{\"event_id\":\"0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\"}]")]
    public async Task What_is_no_object_is_no_event(string line)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var lines = await client.PostAsync($"{TraceEvents.Simple().ToJsonString()}\n{line}");
        using var array = await client.PostJsonAsync($"[{TraceEvents.Simple().ToJsonString()},{line}]");

        await lines.ExpectInvalidAsync("Line 2: an event must be an object");
        await array.ExpectInvalidAsync("Event 2: an event must be an object");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Fact]
    public async Task An_event_may_take_64_KB_and_not_more()
    {
        var probe = await TraceClient.CreateAsync(fixture.Host);
        using var smallest = await probe.PostAsync(WithPadding(0));
        var room = (64 * 1024) - Encoding.UTF8.GetByteCount(Assert.Single(await fixture.Host.StoredEventsAsync(probe, 1)));
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var accepted = await client.PostAsync(WithPadding(room));
        using var refused = await client.PostAsync(WithPadding(room + 1));

        await accepted.ExpectAcceptedAsync(1);
        await refused.ExpectInvalidAsync("Line 1: an event must be at most 65536 bytes");
        Assert.Equal(64 * 1024, Encoding.UTF8.GetByteCount(Assert.Single(await fixture.Host.StoredEventsAsync(client, 1))));

        // Digits after the point are the only thing with no limit of its own.
        static string WithPadding(int digits) => TraceEvents.With("cost_usd", "0.1" + new string('1', digits));
    }

    private static string String(int count, string character = "x") => $"\"{string.Concat(Enumerable.Repeat(character, count))}\"";

    private static string TagsOf(int count) =>
        $"{{{string.Join(',', Enumerable.Range(0, count).Select(number => $"\"tag{number.ToString(CultureInfo.InvariantCulture)}\":\"x\""))}}}";
}
