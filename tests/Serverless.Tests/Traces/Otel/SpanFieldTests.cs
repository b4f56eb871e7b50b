using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Times;

namespace Serverless.Tests.Traces.Otel;

/// <summary>Where each field of an event comes from.</summary>
[Trait("Category", "Fast")]
public sealed class SpanFieldTests
{
    [Fact]
    public void A_span_with_the_least_there_can_be_becomes_an_event_with_the_least_there_can_be() => Assert.Equal(
        """{"event_id":"69c97120-d558-849c-b567-66ddc3532d85","timestamp":"2026-01-26T14:30:00.000000001Z","status":"success","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","provider":"custom","model":"m","operation":"custom","latency_ms":1000}""",
        Assert.Single(SpanExport.ReadAll(SpanExport.Of(SpanExport.Span()))));

    [Theory]
    [InlineData("openai", "openai", false)]
    [InlineData("OpenAI", "openai", true)]
    [InlineData("azure.ai.openai", "openai", true)]
    [InlineData("az.ai.openai", "openai", true)]
    [InlineData("Azure", "openai", true)]
    [InlineData("anthropic", "anthropic", false)]
    [InlineData("Anthropic", "anthropic", true)]
    [InlineData("gcp.gemini", "google", true)]
    [InlineData("gcp.vertex_ai", "google", true)]
    [InlineData("gcp.gen_ai", "google", true)]
    [InlineData("vertex_ai", "google", true)]
    [InlineData("gemini", "google", true)]
    [InlineData("Google", "google", true)]
    [InlineData("aws.bedrock", "custom", true)]
    [InlineData("azure.ai.inference", "custom", true)]
    [InlineData("mistral_ai", "custom", true)]
    [InlineData("custom", "custom", false)]
    public void The_provider_is_one_of_four_and_its_own_name_is_kept_where_that_says_more(string name, string provider, bool isTagged)
    {
        foreach (var attribute in new[] { "gen_ai.system", "gen_ai.provider.name" })
        {
            var read = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Text(attribute, name))));

            Assert.Equal(provider, Text(read, "provider"));
            Assert.Equal(isTagged ? name : null, Tag(read, attribute));
        }
    }

    [Theory]
    [InlineData("anthropic.claude-sonnet-4-20250514-v1:0", "anthropic")]
    [InlineData("us.anthropic.claude-opus-4", "anthropic")]
    [InlineData("claude-3-haiku", "anthropic")]
    [InlineData("amazon.nova-pro-v1:0", "custom")]
    public void On_Bedrock_the_model_tells_the_provider(string model, string provider)
    {
        var attributes = $"{SpanExport.Text("gen_ai.system", "aws.bedrock")},{SpanExport.Text("gen_ai.request.model", model)}";

        Assert.Equal(provider, Text(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(attributes))), "provider"));
    }

    [Theory]
    [InlineData("chat", "chat")]
    [InlineData("text_completion", "chat")]
    [InlineData("generate_content", "chat")]
    [InlineData("embeddings", "embed")]
    [InlineData("execute_tool", "tool")]
    [InlineData("invoke_agent", "agent")]
    [InlineData("create_agent", "agent")]
    [InlineData("retrieval", "custom")]
    [InlineData("invoke_workflow", "custom")]
    public void The_operation_is_one_of_five(string name, string operation) =>
        Assert.Equal(operation, Text(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Text("gen_ai.operation.name", name)))), "operation"));

    [Theory]
    [InlineData("chat", "chat")]
    [InlineData("completion", "chat")]
    [InlineData("embedding", "embed")]
    [InlineData("rerank", "custom")]
    public void The_operation_has_an_older_name(string name, string operation) =>
        Assert.Equal(operation, Text(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Text("llm.request.type", name)))), "operation"));

    [Fact]
    public void The_model_is_the_one_that_answered_else_the_one_that_was_asked_else_unknown()
    {
        var answered = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Text("gen_ai.response.model", "m-2026"))));
        var empty = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Text("gen_ai.response.model", ""))));
        var none = SpanExport.ReadOne(SpanExport.Of($$"""{{{SpanExport.Fields}},"attributes":[{{SpanExport.Text("gen_ai.system", "openai")}}]}"""));

        Assert.Equal(("m-2026", "m"), (Text(answered, "model"), Tag(answered, "gen_ai.request.model")));
        Assert.Equal(("m", null), (Text(empty, "model"), Tag(empty, "gen_ai.request.model")));
        Assert.Equal("unknown", Text(none, "model"));
    }

    [Theory]
    [InlineData("input_tokens", "gen_ai.usage.input_tokens")]
    [InlineData("input_tokens", "gen_ai.usage.prompt_tokens")]
    [InlineData("output_tokens", "gen_ai.usage.output_tokens")]
    [InlineData("output_tokens", "gen_ai.usage.completion_tokens")]
    [InlineData("cached_tokens", "gen_ai.usage.cache_read.input_tokens")]
    [InlineData("cached_tokens", "gen_ai.usage.cache_read_input_tokens")]
    [InlineData("cached_tokens", "gen_ai.usage.cached_input_tokens")]
    [InlineData("cached_tokens", "gen_ai.usage.input_tokens.cached")]
    [InlineData("cached_tokens", "gen_ai.usage.cached_tokens")]
    public void Tokens_are_counted_under_new_names_and_old(string field, string attribute)
    {
        foreach (var (value, expected) in new[]
        {
            ("{\"intValue\":\"12\"}", "12"), ("{\"intValue\":12}", "12"), ("{\"int_value\":0}", "0"), ("{\"doubleValue\":12.0}", "12"),
            ("{\"stringValue\":\"12\"}", "12"), ("{\"intValue\":\"2147483647\"}", "2147483647"), ("{\"intValue\":\"2147483648\"}", null),
            ("{\"intValue\":-1}", null), ("{\"doubleValue\":1.5}", null), ("{\"doubleValue\":\"NaN\"}", null), ("{\"stringValue\":\"many\"}", null),
            ("{\"boolValue\":true}", null), ("{}", null), ("null", null), ("7", null),
        })
        {
            var read = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Attribute(attribute, value))));

            Assert.Equal(expected, read[field]?.ToJsonString());
            Assert.Null(read["tags"]);
        }
    }

    [Theory]
    [InlineData("gen_ai.usage.cost", "{\"doubleValue\":0.00125}", "cost_usd", "0.00125")]
    [InlineData("gen_ai.usage.cost", "{\"doubleValue\":1000001}", "cost_usd", null)]
    [InlineData("gen_ai.usage.cost", "{\"doubleValue\":-0.1}", "cost_usd", null)]
    [InlineData("gen_ai.response.time_to_first_chunk", "{\"doubleValue\":0.35}", "ttft_ms", "350")]
    [InlineData("gen_ai.server.time_to_first_token", "{\"doubleValue\":1.25e-1}", "ttft_ms", "125")]
    [InlineData("gen_ai.client.operation.time_to_first_chunk", "{\"doubleValue\":0.099}", "ttft_ms", "99")]
    [InlineData("gen_ai.server.time_to_first_token", "{\"doubleValue\":-1}", "ttft_ms", null)]
    [InlineData("gen_ai.server.time_to_first_token", "{\"doubleValue\":1000001}", "ttft_ms", null)]
    [InlineData("gen_ai.request.stream", "{\"boolValue\":true}", "stream", "true")]
    [InlineData("gen_ai.request.stream", "{\"bool_value\":false}", "stream", "false")]
    [InlineData("gen_ai.is_streaming", "{\"boolValue\":true}", "stream", "true")]
    [InlineData("gen_ai.request.stream", "{\"stringValue\":\"true\"}", "stream", null)]
    [InlineData("gen_ai.response.finish_reasons", "{\"arrayValue\":{\"values\":[{\"stringValue\":\"length\"},{\"stringValue\":\"stop\"}]}}", "finish_reason", "\"length\"")]
    [InlineData("gen_ai.response.finish_reasons", "{\"array_value\":{\"values\":[]}}", "finish_reason", null)]
    [InlineData("gen_ai.response.finish_reasons", "{\"arrayValue\":{}}", "finish_reason", null)]
    [InlineData("gen_ai.response.finish_reasons", "{\"stringValue\":\"[\\\"stop\\\",\\\"length\\\"]\"}", "finish_reason", "\"stop\"")]
    [InlineData("gen_ai.response.finish_reasons", "{\"stringValue\":\"stop\"}", "finish_reason", "\"stop\"")]
    [InlineData("gen_ai.response.finish_reason", "{\"stringValue\":\"stop\"}", "finish_reason", "\"stop\"")]
    [InlineData("gen_ai.completion.0.finish_reason", "{\"stringValue\":\"stop\"}", "finish_reason", "\"stop\"")]
    [InlineData("anthropic.message.stop_reason", "{\"stringValue\":\"end_turn\"}", "finish_reason", "\"end_turn\"")]
    [InlineData("gen_ai.conversation.id", "{\"stringValue\":\"c-1\"}", "session_id", "\"c-1\"")]
    [InlineData("session.id", "{\"stringValue\":\"c-1\"}", "session_id", "\"c-1\"")]
    [InlineData("user.id", "{\"stringValue\":\"u-1\"}", "user_id", "\"u-1\"")]
    [InlineData("enduser.id", "{\"stringValue\":\"u-1\"}", "user_id", "\"u-1\"")]
    [InlineData("user.id", "{\"stringValue\":\"\"}", "user_id", null)]
    [InlineData("error.type", "{\"stringValue\":\"500\"}", "error_code", "\"500\"")]
    public void An_attribute_becomes_a_field(string attribute, string value, string field, string? expected)
    {
        var read = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Attribute(attribute, value))));

        Assert.Equal(expected, read[field]?.ToJsonString());
        Assert.Null(read["tags"]);
    }

    [Theory]
    [InlineData("deployment.environment.name", "environment")]
    [InlineData("deployment.environment", "environment")]
    [InlineData("telemetry.sdk.version", "sdk_version")]
    public void An_attribute_of_the_resource_becomes_a_field(string attribute, string field)
    {
        Assert.Equal("x", Text(SpanExport.ReadOne(SpanExport.WithResource(SpanExport.Text(attribute, "x"), SpanExport.Span())), field));
        Assert.Null(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Text(attribute, "x"))))[field]);
    }

    [Fact]
    public void Today_s_names_win_over_yesterday_s()
    {
        static string Both(string today, string yesterday) => $"{SpanExport.Text(yesterday, "2")},{SpanExport.Text(today, "1")}";
        var attributes = string.Join(
            ',',
            Both("gen_ai.provider.name", "gen_ai.system"),
            Both("gen_ai.operation.name", "llm.request.type"),
            Both("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
            Both("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
            Both("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cached_tokens"),
            Both("gen_ai.conversation.id", "session.id"),
            Both("user.id", "enduser.id"));
        var resource = Both("deployment.environment.name", "deployment.environment");

        var read = SpanExport.ReadOne(SpanExport.WithResource(resource, SpanExport.Span(attributes)));

        Assert.Equal(
            """1 1 1 "1" "1" "1" """.TrimEnd(),
            string.Join(' ', "input_tokens output_tokens cached_tokens session_id user_id environment".Split(' ').Select(field => read[field]!.ToJsonString())));
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("1", "internal")]
    [InlineData("2", "server")]
    [InlineData("3", "client")]
    [InlineData("4", "producer")]
    [InlineData("5", "consumer")]
    [InlineData("6", null)]
    [InlineData("-1", null)]
    [InlineData("null", null)]
    [InlineData("\"SPAN_KIND_CLIENT\"", "client")]
    [InlineData("\"SPAN_KIND_UNSPECIFIED\"", null)]
    public void The_kind_is_told_by_number_or_name(string kind, string? expected) =>
        Assert.Equal(expected, Text(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(more: $"\"kind\":{kind}"))), "span_kind"));

    [Theory]
    [InlineData("{}", "success")]
    [InlineData("null", "success")]
    [InlineData("{\"code\":0}", "success")]
    [InlineData("{\"code\":1,\"message\":\"not for an error\"}", "success")]
    [InlineData("{\"code\":\"STATUS_CODE_OK\"}", "success")]
    [InlineData("{\"code\":2}", "error")]
    [InlineData("{\"code\":2,\"message\":null,\"later\":[1]}", "error")]
    [InlineData("{\"code\":\"STATUS_CODE_ERROR\"}", "error")]
    public void The_status_is_told_by_number_or_name(string status, string expected)
    {
        var read = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(more: $"\"status\":{status}")));

        Assert.Equal(expected, Text(read, "status"));
        Assert.Null(read["error_message"]);
    }

    [Theory]
    [InlineData("TimeoutError", "timeout")]
    [InlineData("openai.APITimeoutError", "timeout")]
    [InlineData("System.TimeoutException", "timeout")]
    [InlineData("request_timed_out", "timeout")]
    [InlineData("DEADLINE_EXCEEDED", "timeout")]
    [InlineData("408", "timeout")]
    [InlineData("504", "timeout")]
    [InlineData("429", "rate_limited")]
    [InlineData("HTTP 429", "rate_limited")]
    [InlineData("openai.RateLimitError", "rate_limited")]
    [InlineData("rate_limit_exceeded", "rate_limited")]
    [InlineData("TooManyRequests", "rate_limited")]
    [InlineData("RESOURCE_EXHAUSTED", "rate_limited")]
    [InlineData("ThrottlingException", "rate_limited")]
    [InlineData("asyncio.CancelledError", "cancelled")]
    [InlineData("System.Threading.Tasks.TaskCanceledException", "cancelled")]
    [InlineData("AbortError", "cancelled")]
    [InlineData("499", "cancelled")]
    [InlineData("500", "error")]
    [InlineData("14290", "error")]
    [InlineData("content_filter", "error")]
    [InlineData("_OTHER", "error")]
    public void The_class_of_error_tells_what_kind_of_failure_it_was(string errorType, string status)
    {
        const string Failed = "\"status\":{\"code\":2,\"message\":\"It failed\"}";
        var attribute = SpanExport.Text("error.type", errorType);
        var exception = $$"""{"name":"exception","attributes":[{{SpanExport.Text("exception.type", errorType)}}]}""";

        var told = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(attribute, Failed)));
        var recorded = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(more: $"{Failed},\"events\":[{exception}]")));

        Assert.All([told, recorded], read => Assert.Equal((status, errorType, "It failed"), (Text(read, "status"), Text(read, "error_code"), Text(read, "error_message"))));
        Assert.Equal("success", Text(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(attribute))), "status"));
    }

    [Theory]
    [InlineData("gen_ai.content.completion.chunk", "1769437800250000001", "250")]
    [InlineData("llm.content.completion.chunk", "1769437800000000001", "0")]
    [InlineData("llm.content.completion.chunk", "1769437801000000001", "1000")]
    [InlineData("llm.content.completion.chunk", "1769437801000000002", null)]
    [InlineData("llm.content.completion.chunk", "1769437800000000000", null)]
    [InlineData("llm.content.completion.chunk", "0", null)]
    [InlineData("another", "1769437800250000001", null)]
    public void The_event_of_a_first_chunk_tells_the_time_to_the_first_token(string name, string time, string? expected) => Assert.Equal(
        expected,
        SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(more: $$"""
            "events":[{"name":"{{name}}","timeUnixNano":{{time}}},{"name":"{{name}}","time_unix_nano":"1769437809000000000"},{"name":5},null]
            """)))["ttft_ms"]?.ToJsonString());

    [Fact]
    public void An_attribute_tells_the_time_to_the_first_token_better_than_an_event() => Assert.Equal(
        "20",
        SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(
            SpanExport.Attribute("gen_ai.server.time_to_first_token", "{\"doubleValue\":0.02}"),
            "\"events\":[{\"name\":\"llm.content.completion.chunk\",\"timeUnixNano\":\"1769437800250000001\"}]")))["ttft_ms"]!.ToJsonString());

    [Fact]
    public void Times_are_kept_to_the_nanosecond() => Always.Holds(
        from start in Gen.Choose(1, int.MaxValue)
        from fraction in Gen.Choose(0, 999_999_999)
        from duration in Gen.Choose(0, int.MaxValue)
        from unit in Gen.Elements(1UL, 1_000UL, 465_661UL)
        select (Start: ((ulong)start * 1_000_000_000) + (ulong)fraction, Duration: (ulong)duration * unit),
        static given =>
        {
            var times = $"\"startTimeUnixNano\":\"{given.Start}\",\"endTimeUnixNano\":{given.Start + given.Duration}";

            var read = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(more: times)));

            Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(Text(read, "timestamp")!), out var time));
            Assert.Equal((long)(given.Start / 100), time.Ticks - DateTime.UnixEpoch.Ticks);
            Assert.Equal(((int)(given.Start % 1_000_000_000), 9), (time.Fraction, time.FractionDigits));
            Assert.Equal(given.Duration / 1_000_000m, read["latency_ms"]!.GetValue<decimal>());
        });

    [Theory]
    [InlineData("00F067AA0BA902B7", "00f067aa0ba902b7")]
    [InlineData("0000000000000000", null)]
    [InlineData("", null)]
    public void The_span_above_is_told_in_lower_case_unless_there_is_none(string parent, string? expected) =>
        Assert.Equal(expected, Text(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(more: $"\"parentSpanId\":\"{parent}\""))), "parent_span_id"));

    [Theory]
    [InlineData("AI_APICallError", 429, "rate_limited")]
    [InlineData("AI_APICallError", 504, "timeout")]
    [InlineData("AI_APICallError", 500, "error")]
    [InlineData("TimeoutError", 429, "timeout")]
    public void The_status_of_HTTP_tells_it_where_the_class_of_error_does_not(string errorType, int httpStatus, string status)
    {
        var attributes = $"{SpanExport.Text("error.type", errorType)},{SpanExport.Attribute("http.response.status_code", $"{{\"intValue\":{httpStatus}}}")}";

        Assert.Equal(status, Text(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(attributes, "\"status\":{\"code\":2}"))), "status"));
        Assert.Equal("success", Text(SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(attributes))), "status"));
    }

    // Its calls are events of their own.
    [Theory]
    [InlineData("invoke_agent", 1, null)]
    [InlineData("invoke_agent", 3, 12)]
    [InlineData("chat", 1, 12)]
    public void Tokens_of_an_agent_that_runs_here_are_not_counted_again(string operation, int kind, int? tokens)
    {
        string[] names = ["input_tokens", "output_tokens", "cache_read.input_tokens"];
        var attributes = string.Join(',', names.Select(name => SpanExport.Attribute($"gen_ai.usage.{name}", "{\"intValue\":12}")).Prepend(SpanExport.Text("gen_ai.operation.name", operation)));

        var read = SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(attributes, $"\"kind\":{kind}")));

        Assert.Equal([tokens, tokens, tokens], ((string[])["input_tokens", "output_tokens", "cached_tokens"]).Select(name => read[name]?.GetValue<int>()));
    }

    [Theory]
    [InlineData("agent_step", true)]
    [InlineData("invoke_workflow", true)]
    [InlineData("execute_tool", false)]
    [InlineData("chat", false)]
    public void A_span_of_no_call_and_no_model_is_a_step(string operation, bool isStep)
    {
        var read = SpanExport.Read(SpanExport.Of($$"""{{{SpanExport.Fields}},"attributes":[{{SpanExport.Text("gen_ai.operation.name", operation)}}]}"""));

        Assert.Equal(isStep ? (0, 1) : (1, 0), (read.Accepted, read.Steps.Count));
        Assert.All(SpanExport.Steps(read), step => Assert.Equal(operation, Text(JsonNode.Parse(step)!["attributes"]!.AsObject(), "gen_ai.operation.name")));
    }

    private static string? Text(JsonObject read, string field) => (string?)read[field];

    private static string? Tag(JsonObject read, string name) => (string?)read["tags"]?[name];
}
