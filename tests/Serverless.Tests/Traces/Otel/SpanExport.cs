using System.Text;
using System.Text.Json.Nodes;
using Serverless.Otlp;
using Serverless.Tests.Hosting;
using Serverless.Traces.Otel;

namespace Serverless.Tests.Traces.Otel;

/// <summary>Exports to read, and what they become.</summary>
internal static class SpanExport
{
    /// <summary>The fields of a span that every test's span has: one second, beginning 2026-01-26T14:30:00.000000001Z.</summary>
    public const string Fields =
        """
        "traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","startTimeUnixNano":"1769437800000000001","endTimeUnixNano":"1769437801000000001"
        """;

    /// <summary>The attribute that makes a span that of an LLM call.</summary>
    public const string Model = """{"key":"gen_ai.request.model","value":{"stringValue":"m"}}""";

    /// <summary>An export that is kept as a file.</summary>
    public static byte[] FromFile(string name) =>
        File.ReadAllBytes(SourceTree.PathOf("tests", "Serverless.Tests", "Traces", "Otel", "Exports", name));

    /// <summary>An export of spans.</summary>
    /// <param name="spans">The spans in JSON.</param>
    public static byte[] Of(params IEnumerable<string> spans) => WithResource("", spans);

    /// <summary>An export of spans that come from a resource.</summary>
    /// <param name="attributes">The attributes of the resource.</param>
    /// <param name="spans">The spans in JSON.</param>
    public static byte[] WithResource(string attributes, params IEnumerable<string> spans) => Encoding.UTF8.GetBytes(
        $$"""{"resourceSpans":[{"resource":{"attributes":[{{attributes}}]},"scopeSpans":[{"spans":[{{string.Join(',', spans)}}]}]}]}""");

    /// <summary>A span of an LLM call.</summary>
    /// <param name="attributes">Its attributes, beside the model asked for.</param>
    /// <param name="more">Further fields.</param>
    public static string Span(string attributes = "", string more = "")
    {
        var all = attributes.Length > 0 ? $"{Model},{attributes}" : Model;
        return $"{{{Fields},\"attributes\":[{all}]{(more.Length > 0 ? "," : "")}{more}}}";
    }

    /// <summary>An attribute.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">Its value in JSON, with its type.</param>
    public static string Attribute(string key, string value) => $"{{\"key\":\"{key}\",\"value\":{value}}}";

    /// <summary>An attribute that is a text.</summary>
    public static string Text(string key, string value) => Attribute(key, $"{{\"stringValue\":{JsonValue.Create(value).ToJsonString()}}}");

    /// <summary>The events of an export, none of whose spans may be rejected.</summary>
    public static IReadOnlyList<string> ReadAll(byte[] export)
    {
        var events = Read(export);
        Assert.Null(events.Reason);
        Assert.Equal(0, events.Rejected);
        return Lines(events);
    }

    /// <summary>The event of an export of one span.</summary>
    public static JsonObject ReadOne(byte[] export) => JsonNode.Parse(Assert.Single(ReadAll(export)))!.AsObject();

    /// <summary>Reads an export in JSON.</summary>
    public static SpanEvents Read(byte[] export) => Read(export, isProtobuf: false);

    /// <summary>Reads an export.</summary>
    public static SpanEvents Read(byte[] export, bool isProtobuf)
    {
        using var body = OtlpBody.Of(export, isProtobuf);
        return SpanExportReader.ReadAll(body);
    }

    /// <summary>The steps that were written.</summary>
    public static IReadOnlyList<string> Steps(SpanEvents events)
    {
        var lines = Encoding.UTF8.GetString(events.Steps.Lines.Span).Split('\n')[..^1];
        Assert.Equal(events.Steps.Count, lines.Length);
        return lines;
    }

    /// <summary>The lines that were written.</summary>
    public static IReadOnlyList<string> Lines(SpanEvents events)
    {
        var text = Encoding.UTF8.GetString(events.Lines.Span);
        Assert.True(text.Length == 0 || text.EndsWith('\n'));
        var lines = text.Split('\n')[..^1];
        Assert.Equal(events.Accepted, lines.Length);
        return lines;
    }
}
