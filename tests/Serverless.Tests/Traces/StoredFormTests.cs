using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Traces;

/// <summary>The form events are kept in, and what their chunk's header says of them.</summary>
public sealed class StoredFormTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private const string ReceivedAt = "2026-11-21T12:00:00.123Z";

    private const string Start =
        $$"""{"event_id":"{{TraceEvents.Id}}","received_at":"{{ReceivedAt}}","timestamp":"2026-11-21T11:59:59.5Z","status":"success","trace_id":"trace-1","span_id":"span-1",""";

    [Fact]
    public async Task Every_field_has_its_place_and_unknown_ones_and_white_space_are_dropped()
    {
        var stored = await StoreAsync(
            """
            { "tags" : { "team" : "search", "größe" : "\u00fcber\n" } , "stream":true, "sdk_version":"1.2.3", "session_id":"s", "user_id":"u",
            "environment":"production", "prompt_hash":"h", "finish_reason":"stop", "error_message":"boom", "error_code":"E1", "span_kind":"llm",
            "cached_tokens":3, "output_tokens":20, "input_tokens":10, "cost_usd":1.50e-3, "ttft_ms":120.0, "unknown":{"a":[1,2,{}]},
            "status":"error", "latency_ms":812.50, "operation":"chat", "model":"gpt-4o", "provider":"openai", "timestamp":"2026-11-21T13:59:59.123456789+02:00",
            "parent_span_id":"span-0", "span_id":"span-1", "trace_id":"trace-1", "event_id":"0197A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B", "received_at":"x" }
            """.ReplaceLineEndings(""));

        Assert.Equal(
            $$$"""
            {"event_id":"{{{TraceEvents.Id}}}","received_at":"{{{ReceivedAt}}}","timestamp":"2026-11-21T11:59:59.123456789Z","status":"error",
            "trace_id":"trace-1","span_id":"span-1","parent_span_id":"span-0","provider":"openai","model":"gpt-4o","operation":"chat",
            "latency_ms":812.50,"ttft_ms":120.0,"cost_usd":1.50e-3,"cost_source":"reported","input_tokens":10,"output_tokens":20,"cached_tokens":3,"span_kind":"llm",
            "error_code":"E1","error_message":"boom","finish_reason":"stop","prompt_hash":"h","environment":"production","user_id":"u",
            "session_id":"s","sdk_version":"1.2.3","stream":true,"tags":{"team":"search","größe":"\u00fcber\n"}}
            """.ReplaceLineEndings(""),
            stored);
    }

    [Fact]
    public async Task What_is_stored_can_be_told_without_parsing_the_rest()
    {
        var stored = await StoreAsync(TraceEvents.With("status", "\"rate_limited\""));

        var line = Encoding.UTF8.GetBytes(stored);
        var identity = TraceChunks.Schema.ReadIdentity(line);
        Assert.Equal((Guid.Parse(TraceEvents.Id), 0, 3), (identity.Id, identity.Number, identity.Kind));
        Assert.Equal((TraceEvents.Id, fixture.Time.GetUtcNow().ToUnixTimeMilliseconds()), TraceChunks.Schema.ReadReceipt(line));
    }

    [Fact]
    public async Task Words_and_ids_that_are_written_with_escapes_are_kept_plain()
    {
        var stored = await StoreAsync(
            """{"event_id":"\u0030197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5\u0042","trace_id":"trace-1","span_id":"span-1","timestamp":"2026-11-21T11:59:59.5\u005a","provider":"\u006fpenai","model":"gpt-4o","operation":"c\u0068at","latency_ms":1,"status":"s\u0075ccess"}""");

        Assert.Equal(Start + "\"provider\":\"openai\",\"model\":\"gpt-4o\",\"operation\":\"chat\",\"latency_ms\":1,\"cost_source\":\"unknown\"}", stored);
    }

    [Fact]
    public async Task Names_that_are_written_with_escapes_are_the_same_names()
    {
        var stored = await StoreAsync(TraceEvents.With("e\\u006evironment", "\"staging\""));

        Assert.EndsWith(",\"environment\":\"staging\"}", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_equal_names_the_last_counts()
    {
        var stored = await StoreAsync(
            $"{TraceEvents.Simple().ToJsonString()[..^1]},\"latency_ms\":\"bad\",\"latency_ms\":7,\"user_id\":\"u\",\"user_id\":null,\"provider\":\"google\"}}");

        Assert.Equal(Start + "\"provider\":\"google\",\"model\":\"gpt-4o\",\"operation\":\"chat\",\"latency_ms\":7,\"cost_source\":\"unknown\"}", stored);
    }

    [Theory]
    [InlineData("model", "\"\\ud800\"", "\"\\ufffd\"")]
    [InlineData("trace_id", "\"\\ud83d \\ude00\"", "\"\\ufffd \\ufffd\"")]
    [InlineData("error_message", "\"\\ude00\\ud83d\"", "\"\\ufffd\\ufffd\"")]
    [InlineData("tags", "{\"a\":\"\\ud800\",\"\\udc00\":\"b\"}", "{\"a\":\"\\ufffd\",\"\\ufffd\":\"b\"}")]
    public async Task Half_a_surrogate_pair_becomes_the_replacement_character(string field, string sent, string kept) =>
        Assert.Contains($"\"{field}\":{kept}", await StoreAsync(TraceEvents.With(field, sent)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\"}", "{\"a\":\"3\",\"b\":\"2\"}")]
    [InlineData("{\"a\":\"1\",\"\\u0061\":\"2\"}", "{\"\\u0061\":\"2\"}")]
    [InlineData("{\"\\u0061\":\"1\",\"a\":\"2\"}", "{\"a\":\"2\"}")]
    [InlineData("{\"a\":5,\"a\":\"fine\"}", "{\"a\":\"fine\"}")]
    [InlineData("{\"a\":{\"a\":\"b\"},\"a\":\"fine\"}", "{\"a\":\"fine\"}")]
    public async Task Of_equal_tags_the_last_counts(string tags, string kept)
    {
        var stored = await StoreAsync(TraceEvents.With("tags", tags));

        Assert.EndsWith($",\"tags\":{kept}}}", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tags_of_one_event_are_not_those_of_another()
    {
        var client = await fixture.CreateClientAsync();
        string[] tags = ["{\"a\":\"1\",\"b\":\"2\"}", "{}", "{\"c\":\"3\"}"];

        using var response = await client.PostAsync(string.Join('\n', [.. tags.Select(value => TraceEvents.With("tags", value)), TraceEvents.With("tags", null)]));

        await response.ExpectAcceptedAsync(4);
        Assert.Equal([.. tags, null], (await client.TakeSentEventsAsync()).Select(line => Member(line, "tags")));
    }

    [Theory]
    [InlineData("x", 1)]
    [InlineData("é", 1)]
    [InlineData("大", 1)]
    [InlineData("😀", 1)]
    [InlineData("\\ud83d\\ude00", 1)]
    [InlineData("\\uD83D\\uDE00", 1)]
    [InlineData("\\u00e9", 1)]
    [InlineData("\\n", 1)]
    [InlineData("\\\\", 1)]
    [InlineData("e\\u0301", 2)]
    public async Task An_error_message_is_cut_to_500_characters_and_none_of_them_in_half(string unit, int characters)
    {
        var whole = string.Concat(Enumerable.Repeat(unit, 500 / characters));

        var stored = await StoreAsync(TraceEvents.With("error_message", $"\"{whole}{unit}tail\""));

        Assert.Equal($"\"{whole}\"", Member(stored, "error_message"));
    }

    [Fact]
    public async Task An_error_message_is_cut_right_before_a_character_of_two_escapes()
    {
        var beginning = new string('x', 499);

        Assert.Equal($"\"{beginning}\\ud83d\\ude00\"", Member(await StoreAsync(TraceEvents.With("error_message", $"\"{beginning}\\ud83d\\ude00\\ud83d\\ude00\"")), "error_message"));
        Assert.Equal($"\"{beginning}x\"", Member(await StoreAsync(TraceEvents.With("error_message", $"\"{beginning}x\\ud83d\\ude00\"")), "error_message"));
    }

    [Fact]
    public async Task The_header_says_whose_the_events_are_and_what_they_have_in_common()
    {
        var client = await fixture.CreateClientAsync();
        string[] events =
        [
            TraceEvents.With("environment", "\"pr\\u006fd\""),
            TraceEvents.With("environment", "\"prod\"").Replace("11:59:59.5", "11:59:58.25", StringComparison.Ordinal).Replace("success", "timeout", StringComparison.Ordinal),
        ];

        using var response = await client.PostAsync(string.Join('\n', events));

        var header = Assert.Single(await client.TakeSentAsync()).Header;
        Assert.Equal((client.Project, 2, 0), (header.Partition, header.Count, header.Parts));
        Assert.Equal((Ticks("11:59:58.25"), Ticks("11:59:59.5")), (header.Min, header.Max));
        Assert.Equal([1, 0, 1, 0, 0], header.Kinds);
        Assert.Equal(["=gpt-4o", "=prod"], header.Labels);
        Assert.Equal(fixture.Time.GetUtcNow(), BatchId.ReceivedAt(header.Batch));

        static long Ticks(string time) => DateTime.Parse($"2026-11-21T{time}Z", null, DateTimeStyles.AdjustToUniversal).Ticks;
    }

    [Fact]
    public async Task Events_of_several_models_and_without_environment_have_a_header_that_says_so()
    {
        var client = await fixture.CreateClientAsync();

        using var response = await client.PostAsync($"{TraceEvents.With("model", "\"a\"")}\n{TraceEvents.With("model", "\"b\"")}");

        Assert.Equal([Label.Mixed, Label.Uniform("")], Assert.Single(await client.TakeSentAsync()).Header.Labels);
    }

    private async Task<string> StoreAsync(string line)
    {
        var client = await fixture.CreateClientAsync();
        using var response = await client.PostAsync(line);
        await response.ExpectAcceptedAsync(1);
        return Assert.Single(await client.TakeSentEventsAsync());
    }

    private static string? Member(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out var member) ? member.GetRawText() : null;
    }
}
