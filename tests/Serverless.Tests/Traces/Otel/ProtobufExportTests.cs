using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Serverless.Http;
using Serverless.Otlp.Messages;

namespace Serverless.Tests.Traces.Otel;

/// <summary>Exports in protobuf: they become what the same in JSON does, and what is wrong with one costs nothing but itself.</summary>
[Trait("Category", "Fast")]
public sealed class ProtobufExportTests
{
    private const int Deep = 10_000;

    private static readonly Span Call = new()
    {
        TraceId = ByteString.CopyFrom(Convert.FromHexString("4bf92f3577b34da6a3ce929d0e0e4736")),
        SpanId = ByteString.CopyFrom(Convert.FromHexString("00f067aa0ba902b7")),
        StartTimeUnixNano = 1769437800000000001,
        EndTimeUnixNano = 1769437801000000001,
        Attributes = { ProtobufExport.Text("gen_ai.request.model", "m") },
    };

    [Theory]
    [InlineData("openai-python.json")]
    [InlineData("openllmetry.json")]
    [InlineData("extensions-ai.json")]
    public void What_well_known_instrumentations_send_is_the_same_in_both_forms(string file)
    {
        var json = SpanExport.Read(SpanExport.FromFile(file));
        var protobuf = SpanExport.Read(ToProtobuf(JsonNode.Parse(SpanExport.FromFile(file))!), isProtobuf: true);

        Assert.Equal(SpanExport.Lines(json), SpanExport.Lines(protobuf));
        Assert.Equal(SpanExport.Steps(json), SpanExport.Steps(protobuf));
        Assert.Equal((json.Rejected, json.Reason), (protobuf.Rejected, protobuf.Reason));
    }

    [Fact]
    public void A_cut_export_is_refused_wherever_it_was_cut()
    {
        var export = ProtobufExport.Of(Call, Call);

        Assert.Equal(2, SpanExport.Read(export, isProtobuf: true).Accepted);
        for (var length = 1; length < export.Length; length++)
        {
            var refused = Assert.Throws<ApiException>(() => SpanExport.Read(export[..length], isProtobuf: true));
            Assert.StartsWith("The body is no export in protobuf: ", refused.Error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_is_an_empty_export() => Assert.Equal((0, 0), (SpanExport.Read([], isProtobuf: true).Accepted, SpanExport.Read([], isProtobuf: true).Rejected));

    [Theory]
    [InlineData("08 01")] // The resources are a number.
    [InlineData("0B 0C")] // They are a group.
    [InlineData("0C")] // A group ends that did not begin.
    [InlineData("0A FF FF FF FF 07")] // They are 2 GB.
    [InlineData("0A FF FF FF FF 0F")] // They are 4 GB, or -1.
    [InlineData("0A FF FF FF FF FF FF FF FF FF FF 01")] // Their length has no end.
    [InlineData("0A 02 10 01")] // The scopes are a number.
    [InlineData("0A 04 12 02 10 01")] // The records are.
    [InlineData("00")] // There is no field 0.
    [InlineData("7B 22 7D")] // It is JSON.
    public void What_is_no_export_is_refused(string body) =>
        Assert.Equal(400, Assert.Throws<ApiException>(() => SpanExport.Read(Bytes(body), isProtobuf: true)).Error.Status);

    [Theory]
    [InlineData("18 01")]
    [InlineData("1A 03 01 02 03")]
    [InlineData("1D 00 00 00 00")]
    [InlineData("19 00 00 00 00 00 00 00 00")]
    [InlineData("1B 08 01 1C")]
    public void What_nobody_knows_is_passed_over(string field)
    {
        byte[] span = [.. Bytes(field).Select((value, at) => at == 0 ? (byte)(value + (5 << 3)) : at == Bytes(field).Length - 1 && value == 0x1C ? (byte)(value + (5 << 3)) : value), .. Call.ToByteArray()];
        var records = ProtobufExport.Field(2, span);
        byte[] export = [.. Bytes(field), .. ProtobufExport.Field(1, [.. Bytes(field), .. ProtobufExport.Field(2, [.. Bytes(field), .. records])])];

        Assert.Equal(SpanExport.ReadAll(SpanExport.Of(SpanExport.Span())), SpanExport.Lines(SpanExport.Read(export, isProtobuf: true)));
    }

    [Theory]
    [InlineData("4A FF 01")] // An attribute is cut.
    [InlineData("3B")] // The start is a group.
    [InlineData("2A 7F")] // The name is longer than the span.
    public void A_span_that_is_broken_costs_no_other(string span)
    {
        var export = ProtobufExport.Field(1, ProtobufExport.Field(2, [.. ProtobufExport.Field(2, Call.ToByteArray()), .. ProtobufExport.Field(2, Bytes(span)), .. ProtobufExport.Field(2, Call.ToByteArray())]));

        var events = SpanExport.Read(export, isProtobuf: true);

        Assert.Equal((2, 1), (events.Accepted, events.Rejected));
        Assert.StartsWith("Span 2: it is no valid protobuf: ", events.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_nested_without_end_costs_its_span()
    {
        var value = Array.Empty<byte>();
        for (var depth = 0; depth < Deep; depth++)
        {
            value = ProtobufExport.Field(5, ProtobufExport.Field(1, value));
        }

        var attribute = ProtobufExport.Field(9, [.. ProtobufExport.Field(1, "deep"u8.ToArray()), .. ProtobufExport.Field(2, value)]);
        var export = ProtobufExport.Field(1, ProtobufExport.Field(2, [.. ProtobufExport.Field(2, [.. Call.ToByteArray(), .. attribute]), .. ProtobufExport.Field(2, Call.ToByteArray())]));

        Assert.Equal((1, 1), (SpanExport.Read(export, isProtobuf: true).Accepted, SpanExport.Read(export, isProtobuf: true).Rejected));
    }

    [Fact]
    public void A_resource_holds_for_its_spans_wherever_it_stands_and_in_pieces()
    {
        var scope = ProtobufExport.Field(2, ProtobufExport.Field(2, Call.ToByteArray()));
        var resource = ProtobufExport.Field(1, new Resource { Attributes = { ProtobufExport.Text("deployment.environment", "a") } }.ToByteArray());
        var version = ProtobufExport.Field(1, new Resource { Attributes = { ProtobufExport.Text("telemetry.sdk.version", "7") } }.ToByteArray());

        var line = JsonNode.Parse(Assert.Single(SpanExport.Lines(SpanExport.Read(ProtobufExport.Field(1, [.. resource, .. scope, .. version]), isProtobuf: true))))!;

        Assert.Equal(("a", "7"), (line["environment"]!.GetValue<string>(), line["sdk_version"]!.GetValue<string>()));
    }

    [Fact]
    public void Spans_of_a_library_are_read_as_before_there_were_scopes()
    {
        var old = ProtobufExport.Field(1, ProtobufExport.Field(1000, ProtobufExport.Field(2, Call.ToByteArray())));
        var json = Encoding.UTF8.GetBytes($$"""{"resourceSpans":[{"instrumentationLibrarySpans":[{"spans":[{{SpanExport.Span()}}]}]}]}""");

        Assert.Equal(SpanExport.ReadAll(json), SpanExport.Lines(SpanExport.Read(old, isProtobuf: true)));
    }

    [Fact]
    public void An_export_holds_at_most_8192_spans() =>
        Assert.Equal("Max 8192 records per export", Assert.Throws<ApiException>(() => SpanExport.Read(ProtobufExport.Of([.. Enumerable.Repeat(new Span(), 8193)]), isProtobuf: true)).Error.Message);

    private static byte[] Bytes(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] ToProtobuf(JsonNode export) =>
    [
        .. export["resourceSpans"]!.AsArray().SelectMany(one => ProtobufExport.Field(
            1,
            [
                .. ProtobufExport.Field(1, new Resource { Attributes = { Attributes(one!["resource"]?["attributes"]) } }.ToByteArray()),
                .. one!["scopeSpans"]!.AsArray().SelectMany(scope => ProtobufExport.Field(2, [.. scope!["spans"]!.AsArray().SelectMany(span => ProtobufExport.Field(2, ToSpan(span!).ToByteArray()))])),
            ])),
    ];

    private static Span ToSpan(JsonNode span)
    {
        var message = new Span
        {
            TraceId = Id(span["traceId"]),
            SpanId = Id(span["spanId"]),
            ParentSpanId = Id(span["parentSpanId"]),
            Name = span["name"]?.GetValue<string>() ?? "",
            Kind = Enumeration(span["kind"], ["SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"]),
            StartTimeUnixNano = ulong.Parse(span["startTimeUnixNano"]!.ToString()),
            EndTimeUnixNano = ulong.Parse(span["endTimeUnixNano"]!.ToString()),
            Attributes = { Attributes(span["attributes"]) },
        };
        message.Events.AddRange((span["events"]?.AsArray() ?? []).Select(one => new SpanEvent
        {
            Name = one!["name"]?.GetValue<string>() ?? "",
            TimeUnixNano = ulong.Parse(one["timeUnixNano"]?.ToString() ?? "0"),
            Attributes = { Attributes(one["attributes"]) },
        }));
        if (span["status"] is { } status)
        {
            message.Status = new() { Code = Enumeration(status["code"], ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"]), Message = status["message"]?.GetValue<string>() ?? "" };
        }

        return message;
    }

    private static ByteString Id(JsonNode? digits) => ByteString.CopyFrom(Convert.FromHexString(digits?.GetValue<string>() ?? ""));

    private static int Enumeration(JsonNode? value, string[] names) => value is null ? 0 : value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? value.GetValue<int>() : Array.IndexOf(names, value.GetValue<string>());

    private static IEnumerable<KeyValue> Attributes(JsonNode? attributes) =>
        (attributes?.AsArray() ?? []).Select(attribute => new KeyValue { Key = attribute!["key"]!.GetValue<string>(), Value = Value(attribute["value"]!) });

    private static AnyValue Value(JsonNode value) => value.AsObject().Single() switch
    {
        { Key: "stringValue", Value: var text } => new() { StringValue = text!.GetValue<string>() },
        { Key: "boolValue", Value: var flag } => new() { BoolValue = flag!.GetValue<bool>() },
        { Key: "intValue", Value: var number } => new() { IntValue = long.Parse(number!.ToString()) },
        { Key: "doubleValue", Value: var number } => new() { DoubleValue = double.Parse(number!.ToString()) },
        { Key: "arrayValue", Value: var array } => new() { ArrayValue = new() { Values = { (array!["values"]?.AsArray() ?? []).Select(item => Value(item!)) } } },
        { Key: "kvlistValue", Value: var list } => new() { KvlistValue = new() { Values = { Attributes(list!["values"]) } } },
        _ => new(),
    };
}
