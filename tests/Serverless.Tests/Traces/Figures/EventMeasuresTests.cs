using System.Text;
using Serverless.Tests.Ingestion;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>What is read of a stored event.</summary>
[Trait("Category", "Fast")]
public sealed class EventMeasuresTests
{
    private const string Head =
        """{"event_id":"01234567-89ab-cdef-0123-456789abcdef","received_at":"2026-12-31T23:59:59.999Z",""";

    [Fact]
    public void Every_measure_is_read_and_nothing_else() => Assert.Equal(
        new EventMeasures
        {
            Ticks = new DateTime(2026, 1, 26, 14, 29, 59, DateTimeKind.Utc).AddTicks(1_234_567).Ticks,
            Status = 3,
            Model = "größer \"9\"",
            Environment = "a\nb",
            TraceId = "trace/1",
            UserId = "u🚀",
            SessionId = "x",
            LatencyMs = 0.15m,
            TtftMs = 20,
            CostUsd = 0.000000123457m,
            InputTokens = 1_000,
            OutputTokens = 2_147_483_647,
            CachedTokens = 0,
        },
        Read(
            """
            "timestamp":"2026-01-26T14:29:59.123456789Z","status":"rate_limited","trace_id":"trace\/1","span_id":"s","provider":"custom",
            "model":"gr\u00f6\u00dfer \"9\"","operation":"chat","latency_ms":1.5e-1,"ttft_ms":2E+1,"cost_usd":1.23456789e-7,"input_tokens":1e3,
            "output_tokens":2147483647,"cached_tokens":0.0,"error_message":"model","environment":"a\nb","user_id":"u\ud83d\ude80","session_id":"x",
            "stream":true,"tags":{"model":"other","latency_ms":"7","environment":"tagged"}}
            """));

    [Fact]
    public void What_is_absent_is_null_or_empty() => Assert.Equal(
        new EventMeasures
        {
            Ticks = new DateTime(2026, 1, 26, 0, 0, 0, DateTimeKind.Utc).Ticks,
            Status = EventStatuses.Success,
            Model = "m",
            Environment = "",
            TraceId = "t",
            UserId = "",
            SessionId = "",
            LatencyMs = 0,
        },
        Read("\"timestamp\":\"2026-01-26T00:00:00Z\",\"status\":\"success\",\"trace_id\":\"t\",\"span_id\":\"s\",\"model\":\"m\",\"latency_ms\":-0}"));

    [Theory]
    [InlineData("chat", "", true)]
    [InlineData("embed", "", true)]
    [InlineData("custom", "", false)]
    [InlineData("custom", ",\"input_tokens\":0", true)]
    [InlineData("custom", ",\"output_tokens\":1", true)]
    [InlineData("custom", ",\"cached_tokens\":1", true)]
    [InlineData("tool", ",\"input_tokens\":1", false)]
    [InlineData("agent", ",\"input_tokens\":1", false)]
    [InlineData("chat", ",\"cost_usd\":0", false)]
    [InlineData("chat", ",\"cost_usd\":0.5,\"cost_source\":\"priced\",\"input_tokens\":1", false)]
    [InlineData("chat", ",\"cost_source\":\"unknown\",\"input_tokens\":1", true)]
    public void A_call_of_a_model_without_a_cost_has_an_unknown_one_also_in_the_form_of_the_version_before(string operation, string rest, bool isUnpriced) => Assert.Equal(
        isUnpriced,
        Read($"\"timestamp\":\"2026-01-26T00:00:00Z\",\"status\":\"success\",\"trace_id\":\"t\",\"span_id\":\"s\",\"model\":\"m\",\"operation\":\"{operation}\",\"latency_ms\":1{rest}}}").IsUnpriced);

    [Fact]
    public void Any_event_is_read_as_it_was_sent() => Always.Holds(SentEvent.Any, static sent => Assert.Equal(
        new EventMeasures
        {
            Ticks = sent.Time.Ticks,
            Status = EventStatuses.Names.ToList().IndexOf(sent.Status),
            Model = sent.Model,
            Environment = sent.Environment ?? "",
            TraceId = "t-1",
            UserId = "",
            SessionId = "",
            LatencyMs = sent.LatencyMs,
            TtftMs = sent.TtftMs,
            CostUsd = sent.CostUsd,
            InputTokens = sent.InputTokens,
            OutputTokens = sent.OutputTokens,
            CachedTokens = sent.CachedTokens,
            IsUnpriced = sent.CostUsd is null,
        },
        sent.Measures));

    private static EventMeasures Read(string rest) => EventMeasures.Read(Encoding.UTF8.GetBytes(Head + rest.ReplaceLineEndings("")));
}
