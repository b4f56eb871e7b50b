using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.Tests.Traces.Otel;

/// <summary>What is kept of the attributes that are no field of an event.</summary>
[Trait("Category", "Fast")]
public sealed class SpanTagTests
{
    [Theory]
    [InlineData("gen_ai.request.temperature", "{\"doubleValue\":0.70}", "0.70")]
    [InlineData("gen_ai.request.max_tokens", "{\"intValue\":\"4096\"}", "4096")]
    [InlineData("gen_ai.request.top_k", "{\"double_value\":\"40\"}", "40")]
    [InlineData("gen_ai.usage.reasoning.output_tokens", "{\"intValue\":20}", "20")]
    [InlineData("gen_ai.of.tomorrow", "{\"boolValue\":false}", "false")]
    [InlineData("gen_ai.tool.name", "{\"stringValue\":\"find_trains\"}", "find_trains")]
    [InlineData("gen_ai.tool.call.id", "{\"stringValue\":\"call_1\"}", "call_1")]
    [InlineData("gen_ai.agent.name", "{\"string_value\":\"Planner\"}", "Planner")]
    [InlineData("gen_ai.output.type", "{\"stringValue\":\"json\"}", "json")]
    [InlineData("ai.toolCall.name", "{\"stringValue\":\"find_trains\"}", "find_trains")]
    [InlineData("ai.telemetry.functionId", "{\"stringValue\":\"planner\"}", "planner")]
    [InlineData("tool.name", "{\"stringValue\":\"find_trains\"}", "find_trains")]
    public void Figures_switches_and_known_labels_of_a_call_are_kept(string attribute, string value, string tag) =>
        Assert.Equal(new JsonObject { [attribute] = tag }.ToJsonString(), ReadTags(SpanExport.Attribute(attribute, value))!.ToJsonString());

    [Theory]
    [InlineData("gen_ai.input.messages")]
    [InlineData("gen_ai.output.messages")]
    [InlineData("gen_ai.prompt")]
    [InlineData("gen_ai.prompt.0.content")]
    [InlineData("gen_ai.completion")]
    [InlineData("gen_ai.completion.0.content")]
    [InlineData("gen_ai.system_instructions")]
    [InlineData("gen_ai.tool.call.arguments")]
    [InlineData("gen_ai.tool.call.result")]
    [InlineData("gen_ai.retrieval.query.text")]
    [InlineData("gen_ai.memory.query.text")]
    public void Content_is_dropped_whatever_its_type(string attribute)
    {
        foreach (var value in new[] { "{\"stringValue\":\"Hello\"}", "{\"intValue\":\"42\"}", "{\"boolValue\":true}", "{\"arrayValue\":{\"values\":[{\"stringValue\":\"Hello\"}]}}" })
        {
            Assert.Null(ReadTags(SpanExport.Attribute(attribute, value)));
        }
    }

    [Theory]
    [InlineData("gen_ai.request.messages", "{\"stringValue\":\"Hello\"}")]
    [InlineData("gen_ai.response.text", "{\"stringValue\":\"Hello\"}")]
    [InlineData("gen_ai.tool.definitions", "{\"stringValue\":\"[]\"}")]
    [InlineData("gen_ai.of.tomorrow", "{\"stringValue\":\"Hello\"}")]
    public void Text_under_a_name_that_is_not_known_might_be_content_and_is_dropped(string attribute, string value) =>
        Assert.Null(ReadTags(SpanExport.Attribute(attribute, value)));

    [Theory]
    [InlineData("server.address", "{\"stringValue\":\"api.openai.com\"}")]
    [InlineData("server.port", "{\"intValue\":443}")]
    [InlineData("gen_ai.client.operation.duration", "{\"doubleValue\":0.5}")]
    [InlineData("gen_ai.client.operation.time_per_output_chunk", "{\"doubleValue\":0.5}")]
    [InlineData("gen_ai.execute_tool.duration", "{\"doubleValue\":0.5}")]
    [InlineData("gen_ai.request.stop_sequences", "{\"arrayValue\":{\"values\":[{\"intValue\":1}]}}")]
    [InlineData("gen_ai.request.options", "{\"kvlistValue\":{\"values\":[{\"key\":\"a\",\"value\":{\"intValue\":1}}]}}")]
    [InlineData("gen_ai.request.bytes", "{\"bytesValue\":\"AAA=\"}")]
    [InlineData("gen_ai.request.seed", "{\"intValue\":\"not a number\"}")]
    [InlineData("gen_ai.request.seed", "{\"intValue\":[1]}")]
    [InlineData("gen_ai.request.logprobs", "{\"boolValue\":\"true\"}")]
    [InlineData("gen_ai.tool.name", "{\"stringValue\":\"\"}")]
    [InlineData("gen_ai.tool.name", "{\"stringValue\":null}")]
    public void What_is_no_single_value_of_a_call_is_no_tag(string attribute, string value) =>
        Assert.Null(ReadTags(SpanExport.Attribute(attribute, value)));

    [Fact]
    public void An_attribute_that_comes_twice_counts_once_with_its_last_value() => Assert.Equal(
        """{"gen_ai.tool.name":"second"}""",
        ReadTags($"{SpanExport.Text("gen_ai.tool.name", "first")},{SpanExport.Text("gen_ai.tool.name", "second")}")!.ToJsonString());

    [Fact]
    public void There_are_at_most_64_tags()
    {
        var attributes = string.Join(',', Enumerable.Range(0, 70).Select(number => SpanExport.Attribute($"gen_ai.request.n{number}", $"{{\"intValue\":{number}}}")));

        var tags = ReadTags(attributes)!;

        Assert.Equal(Enumerable.Range(0, 64).Select(number => $"gen_ai.request.n{number}"), tags.Select(tag => tag.Key));
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_tag_s_name_has_at_most_128_bytes(int length, bool isKept)
    {
        var name = "gen_ai." + new string('n', length - 7);

        Assert.Equal(isKept, ReadTags(SpanExport.Attribute(name, "{\"intValue\":1}")) is not null);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("user_id")]
    [InlineData("session_id")]
    [InlineData("finish_reason")]
    [InlineData("error_code")]
    public void A_text_that_is_too_long_is_cut_between_two_characters(string field)
    {
        var attribute = field switch
        {
            "model" => "gen_ai.response.model",
            "user_id" => "user.id",
            "session_id" => "session.id",
            "finish_reason" => "gen_ai.response.finish_reason",
            _ => "error.type",
        };
        var sent = string.Concat(Enumerable.Repeat("a😀", 200));

        var kept = (string)SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(SpanExport.Text(attribute, sent))))[field]!;

        Assert.Equal(sent[..kept.Length], kept);
        Assert.Equal(256, Encoding.UTF8.GetByteCount(kept));
        Assert.DoesNotContain('\uFFFD', kept);
    }

    [Fact]
    public void Of_a_long_message_more_is_kept_than_an_event_shows()
    {
        var sent = new string('大', 600);

        var kept = (string)SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(more: $$"""
            "status":{"code":2,"message":"{{sent}}"}
            """)))["error_message"]!;

        Assert.Equal(sent[..500], kept);
    }

    private static JsonNode? TagsOf(string attributes) => SpanExport.ReadOne(SpanExport.Of(SpanExport.Span(attributes)))["tags"];

    private static JsonObject? ReadTags(string attributes) => TagsOf(attributes)?.AsObject();
}
