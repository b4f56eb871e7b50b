namespace Serverless.Tests.Traces.Otel;

/// <summary>Spans that cannot become events are counted, and the others are taken.</summary>
[Trait("Category", "Fast")]
public sealed class SpanRejectionTests
{
    [Theory]
    [InlineData("\"traceId\":null", "\"traceId\" must be 32 hexadecimal digits, not all 0")]
    [InlineData("\"traceId\":\"\"", "\"traceId\" must be 32 hexadecimal digits, not all 0")]
    [InlineData("\"traceId\":\"00000000000000000000000000000000\"", "\"traceId\" must be 32 hexadecimal digits, not all 0")]
    [InlineData("\"traceId\":\"S/kvNXezTaajzpKdDg5HNg==\"", "\"traceId\" must be 32 hexadecimal digits, not all 0")]
    [InlineData("\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e473g\"", "\"traceId\" must be 32 hexadecimal digits, not all 0")]
    [InlineData("\"traceId\":5", "\"traceId\" must be a string")]
    [InlineData("\"spanId\":\"00f067aa0ba902b\"", "\"spanId\" must be 16 hexadecimal digits, not all 0")]
    [InlineData("\"spanId\":\"0000000000000000\"", "\"spanId\" must be 16 hexadecimal digits, not all 0")]
    [InlineData("\"spanId\":{}", "\"spanId\" must be a string")]
    [InlineData("\"parentSpanId\":\"root\"", "\"parentSpanId\" must be 16 hexadecimal digits")]
    [InlineData("\"parentSpanId\":[[]]", "\"parentSpanId\" must be a string")]
    [InlineData("\"startTimeUnixNano\":null", "\"startTimeUnixNano\" is required")]
    [InlineData("\"startTimeUnixNano\":0", "\"startTimeUnixNano\" is required")]
    [InlineData("\"startTimeUnixNano\":-1", "\"startTimeUnixNano\" must be a whole number of nanoseconds")]
    [InlineData("\"startTimeUnixNano\":\"1.5\"", "\"startTimeUnixNano\" must be a whole number of nanoseconds")]
    [InlineData("\"startTimeUnixNano\":\"18446744073709551616\"", "\"startTimeUnixNano\" must be a whole number of nanoseconds")]
    [InlineData("\"startTimeUnixNano\":true", "\"startTimeUnixNano\" must be a whole number of nanoseconds")]
    [InlineData("\"endTimeUnixNano\":\"0\"", "\"endTimeUnixNano\" is required")]
    [InlineData("\"endTimeUnixNano\":1769437800000000000", "\"endTimeUnixNano\" must not be before \"startTimeUnixNano\"")]
    [InlineData("\"endTimeUnixNano\":1770437800000000002", "a span must not last longer than 1000000000 milliseconds")]
    [InlineData("\"kind\":\"CLIENT\"", "\"kind\" must be a number or one of: SPAN_KIND_UNSPECIFIED, SPAN_KIND_INTERNAL, SPAN_KIND_SERVER, SPAN_KIND_CLIENT, SPAN_KIND_PRODUCER, SPAN_KIND_CONSUMER")]
    [InlineData("\"kind\":1.5", "\"kind\" must be a number or one of: SPAN_KIND_UNSPECIFIED, SPAN_KIND_INTERNAL, SPAN_KIND_SERVER, SPAN_KIND_CLIENT, SPAN_KIND_PRODUCER, SPAN_KIND_CONSUMER")]
    [InlineData("\"status\":2", "\"status\" must be an object")]
    [InlineData("\"status\":{\"code\":\"ERROR\"}", "\"status.code\" must be a number or one of: STATUS_CODE_UNSET, STATUS_CODE_OK, STATUS_CODE_ERROR")]
    [InlineData("\"status\":{\"message\":5}", "\"status.message\" must be a string")]
    [InlineData("\"traceId\":5,\"spanId\":5", "\"traceId\" must be a string")]
    public void A_span_that_cannot_be_mapped_is_left_out_with_its_reason(string more, string reason)
    {
        var events = SpanExport.Read(SpanExport.Of(SpanExport.Span(), SpanExport.Span(more: more), SpanExport.Span()));

        Assert.Equal((2, 1, $"Span 2: {reason}"), (events.Accepted, events.Rejected, events.Reason));
        Assert.Equal(SpanExport.ReadAll(SpanExport.Of(SpanExport.Span(), SpanExport.Span())), SpanExport.Lines(events));
    }

    [Fact]
    public void Of_several_reasons_the_first_is_kept()
    {
        var events = SpanExport.Read(SpanExport.Of("{}", SpanExport.Span(more: "\"spanId\":5"), SpanExport.Span(), "{}"));

        Assert.Equal((1, 3), (events.Accepted, events.Rejected));
        Assert.StartsWith("Span 1: \"traceId\" must be", events.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_span_whose_event_would_be_refused_for_its_size_does_not_take_the_others_with_it()
    {
        // Each of these is written with six bytes.
        var bells = string.Concat(Enumerable.Repeat("\\u0007", 1500));
        var names = Enumerable.Range(0, 64).Select(number => SpanExport.Attribute($"gen_ai.{number}{new string('n', 100)}", $"{{\"intValue\":\"{new string('1', 256)}\"}}"));
        var large = SpanExport.Span(string.Join(',', names), $"\"status\":{{\"code\":2,\"message\":\"{bells}\"}}");

        var events = SpanExport.Read(SpanExport.Of(SpanExport.Span(), large, SpanExport.Span()));

        Assert.Equal((2, 1, "Span 2: its event would be larger than 32768 bytes"), (events.Accepted, events.Rejected, events.Reason));
        Assert.Equal(SpanExport.ReadAll(SpanExport.Of(SpanExport.Span(), SpanExport.Span())), SpanExport.Lines(events));
    }

    [Theory]
    [InlineData("gen_ai.input.messages")]
    [InlineData("gen_ai.of.tomorrow")]
    public void Any_gen_ai_attribute_makes_a_span_an_LLM_call_whether_it_is_kept_or_not(string attribute) =>
        Assert.Single(SpanExport.ReadAll(SpanExport.Of($$"""{{{SpanExport.Fields}},"attributes":[{{SpanExport.Text(attribute, "x")}}]}""")));

    [Fact]
    public void A_span_may_last_up_to_the_longest_time_an_event_has() =>
        Assert.Equal("1000000000", SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(more: "\"endTimeUnixNano\":1770437800000000001")))["latency_ms"]!.ToJsonString());
}
