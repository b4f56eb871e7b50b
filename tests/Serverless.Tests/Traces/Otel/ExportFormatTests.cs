using System.Text;
using Serverless.Http;
using Serverless.Traces.Otel;

namespace Serverless.Tests.Traces.Otel;

/// <summary>The forms an export may have, and those it may not.</summary>
[Trait("Category", "Fast")]
public sealed class ExportFormatTests
{
    private const string EventId = "69c97120-d558-849c-b567-66ddc3532d85";

    [Fact]
    public void Fields_are_known_by_their_original_names_too()
    {
        const string Original =
            """
            {"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7",
            "parent_span_id":"00f067aa0ba902b8","start_time_unix_nano":1769437800000000001,"end_time_unix_nano":1769437801000000001,
            "attributes":[{"key":"gen_ai.request.model","value":{"string_value":"m"}},{"key":"gen_ai.request.seed","value":{"int_value":"1"}},
            {"key":"gen_ai.response.finish_reasons","value":{"array_value":{"values":[{"string_value":"stop"}]}}}],
            "events":[{"name":"llm.content.completion.chunk","time_unix_nano":1769437800500000001}]}]}]}]}
            """;
        var names = new[] { "resource_spans", "scope_spans", "trace_id", "span_id", "start_time_unix_nano", "end_time_unix_nano", "time_unix_nano", "parent_span_id", "string_value", "int_value", "array_value" };
        var today = names.Aggregate(Original, (text, name) => text.Replace($"\"{name}\"", $"\"{Camel(name)}\"", StringComparison.Ordinal));

        Assert.DoesNotContain('_', today.Replace("gen_ai", "", StringComparison.Ordinal).Replace("finish_reasons", "", StringComparison.Ordinal));
        Assert.Equal(SpanExport.ReadAll(Encoding.UTF8.GetBytes(today)), SpanExport.ReadAll(Encoding.UTF8.GetBytes(Original)));

        static string Camel(string name) =>
            string.Concat(name.Split('_').Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
    }

    [Fact]
    public void Hexadecimal_digits_may_be_of_any_case()
    {
        var upper = SpanExport.ReadAll(SpanExport.Of(SpanExport.Span(more: "\"traceId\":\"4BF92F3577B34DA6A3CE929D0E0E4736\",\"spanId\":\"00F067AA0BA902B7\"")));

        Assert.Equal(SpanExport.ReadAll(SpanExport.Of(SpanExport.Span())), upper);
    }

    [Fact]
    public void The_event_of_a_span_has_an_id_that_only_its_span_has()
    {
        var export = SpanExport.Of(
            SpanExport.Span(),
            SpanExport.Span(SpanExport.Text("gen_ai.system", "openai"), "\"kind\":3"),
            SpanExport.Span(more: "\"spanId\":\"00f067aa0ba902b8\""),
            SpanExport.Span(more: "\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4737\""));

        var ids = SpanExport.ReadAll(export).Select(line => line.Split('"')[3]).ToList();

        Assert.Equal([EventId, EventId], ids[..2]);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id));
    }

    [Fact]
    public void A_resource_holds_for_its_own_spans_alone_wherever_it_stands()
    {
        static string From(string resource, string span) => $$"""{"scopeSpans":[{"spans":[{{span}}]}]{{resource}}}""";
        static string Resource(string name) => $$""","resource":{"attributes":[{{SpanExport.Text("deployment.environment", name)}}]}""";
        var export = $$"""{"resourceSpans":[{{From(Resource("a"), SpanExport.Span())}},{{From("", SpanExport.Span())}},{{From(Resource("b"), SpanExport.Span())}}]}""";

        var environments = SpanExport.ReadAll(Encoding.UTF8.GetBytes(export)).Select(line => (string?)System.Text.Json.Nodes.JsonNode.Parse(line)!["environment"]);

        Assert.Equal(["a", null, "b"], environments);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" { } \n")]
    [InlineData("{\"resourceSpans\":null}")]
    [InlineData("{\"resourceSpans\":[]}")]
    [InlineData("{\"resourceSpans\":[{}]}")]
    [InlineData("{\"resourceSpans\":[{\"resource\":null,\"scopeSpans\":null}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":null}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[]}]}],\"resource_spans\":null}")]
    [InlineData("{\"later\":{\"resourceSpans\":5}}")]
    public void An_export_may_be_empty(string body) => Assert.Equal(new SpanEvents(default, 0, 0, null), Read(body) with { Lines = default, Steps = new(default, 0) });

    [Theory]
    [InlineData("\"name\":\"chat m\",\"flags\":257,\"links\":[{\"traceId\":5}],\"traceState\":\"\",\"later\":[{\"spans\":[]}]")]
    [InlineData("\"events\":null")]
    [InlineData("\"events\":[null,5,{},{\"name\":null,\"timeUnixNano\":[],\"attributes\":{}}]")]
    [InlineData("\"parentSpanId\":null,\"kind\":null,\"status\":null")]
    [InlineData("\"status\":{\"message\":\"one\",\"code\":2},\"status\":{\"code\":0}")]
    [InlineData("\"traceId\":\"x\",\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\"")]
    public void What_is_unknown_not_set_or_said_again_changes_nothing(string more) =>
        Assert.Equal(SpanExport.ReadAll(SpanExport.Of(SpanExport.Span())), SpanExport.ReadAll(SpanExport.Of(SpanExport.Span(more: more))));

    [Theory]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("{\"key\":\"gen_ai.tool.name\"}")]
    [InlineData("{\"value\":{\"stringValue\":\"x\"}}")]
    [InlineData("{\"key\":5,\"value\":{\"stringValue\":\"x\"}}")]
    [InlineData("{\"key\":\"gen_ai.tool.name\",\"value\":\"x\"}")]
    [InlineData("{\"key\":\"gen_ai.tool.name\",\"value\":null}")]
    [InlineData("{\"key\":\"gen_ai.tool.name\",\"value\":{\"stringValue\":5}}")]
    [InlineData("{\"value\":{\"stringValue\":\"m\"},\"later\":1,\"key\":\"gen_ai.request.model\"}")]
    [InlineData("{\"key\":\"gen_ai.request.mode\\u006c\",\"value\":{\"string\\u0056alue\":\"m\"}}")]
    public void An_attribute_that_is_none_changes_nothing(string attribute) =>
        Assert.Equal(SpanExport.ReadAll(SpanExport.Of(SpanExport.Span())), SpanExport.ReadAll(SpanExport.Of(SpanExport.Span(attribute))));

    [Fact]
    public void A_byte_order_mark_is_passed_over() =>
        Assert.Equal(SpanExport.ReadAll(SpanExport.Of(SpanExport.Span())), SpanExport.ReadAll([0xEF, 0xBB, 0xBF, .. SpanExport.Of(SpanExport.Span())]));

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() => Assert.Equal(
        SpanExport.ReadAll(SpanExport.Of(SpanExport.Span("{\"key\":\"gen_ai.response.model\",\"value\":{\"stringValue\":\"\\ufffdm\"}}"))),
        SpanExport.ReadAll(SpanExport.Of(SpanExport.Span("{\"key\":\"gen_ai.response.model\",\"value\":{\"stringValue\":\"\\ud83dm\"}}"))));

    [Theory]
    [InlineData("", "The body is not valid JSON at line 1, byte 1: ")]
    [InlineData("{\"resourceSpans\":[", "The body is not valid JSON at line 1, byte 19: ")]
    [InlineData("{\n\"resourceSpans\":[],}", "The body is not valid JSON at line 2, byte 20: ")]
    [InlineData("{} {}", "The body is not valid JSON at line 1, byte 4: ")]
    [InlineData("{/**/}", "The body is not valid JSON at line 1, byte 2: ")]
    [InlineData("{\"resourceSpans\":[{\"later\":NaN}]}", "The body is not valid JSON at line 1, byte ")]
    [InlineData("[]", "The body must be an object with \"resourceSpans\"")]
    [InlineData("null", "The body must be an object with \"resourceSpans\"")]
    [InlineData("{\"resourceSpans\":{}}", "\"resourceSpans\" must be an array of objects")]
    [InlineData("{\"resourceSpans\":[null]}", "\"resourceSpans\" must be an array of objects")]
    [InlineData("{\"resourceSpans\":[{\"resource\":[]}]}", "\"resource\" must be an object")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":\"\"}]}", "\"scopeSpans\" must be an array of objects")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":5}]}]}", "\"spans\" must be an array of objects")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[[]]}]}]}", "\"spans\" must be an array of objects")]
    public void A_body_that_is_no_export_is_refused(string body, string message)
    {
        var refused = Assert.Throws<ApiException>(() => Read(body));

        Assert.Equal(400, refused.Error.Status);
        Assert.StartsWith(message, refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_is_not_UTF8_is_refused()
    {
        var refused = Assert.Throws<ApiException>(() => SpanExport.Read([.. "{\"later\":\""u8, 0xFF, .. "\"}"u8]));

        Assert.Equal((400, "The body is not UTF-8"), (refused.Error.Status, refused.Error.Message));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Nesting_goes_64_deep(int depth, bool isTaken)
    {
        var body = $"{{\"later\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";

        Assert.Equal(isTaken, Record.Exception(() => Read(body)) is null);
    }

    [Fact]
    public void An_export_holds_at_most_8192_spans()
    {
        var span = SpanExport.Span();
        var whole = SpanExport.Read(SpanExport.Of(Enumerable.Repeat(span, 8192)));

        var refused = Assert.Throws<ApiException>(() => SpanExport.Read(SpanExport.Of(Enumerable.Repeat("{}", 8193))));

        Assert.Equal(8192, SpanExport.Lines(whole).Count);
        Assert.Equal((400, "Max 8192 records per export"), (refused.Error.Status, refused.Error.Message));
    }

    private static SpanEvents Read(string body) => SpanExport.Read(Encoding.UTF8.GetBytes(body));
}
