using Google.Protobuf;
using Serverless.Otlp.Messages;

namespace Serverless.Tests.Traces.Otel;

/// <summary>Exports in protobuf.</summary>
internal static class ProtobufExport
{
    /// <summary>The number of the field in which resources, scopes and records stand: scopes and records have the second place.</summary>
    private const int First = 1;
    private const int Second = 2;

    /// <summary>An export of records, which come from one resource and one scope.</summary>
    public static byte[] Of(params IReadOnlyList<IMessage> records) => WithResource(new Resource(), records);

    /// <summary>An export of records that come from a resource.</summary>
    public static byte[] WithResource(Resource resource, params IReadOnlyList<IMessage> records) =>
        Field(First, [.. Field(First, resource.ToByteArray()), .. Field(Second, [.. Field(First, new Scope { Name = "tests", Version = "1" }.ToByteArray()), .. records.SelectMany(record => Field(Second, record.ToByteArray()))])]);

    /// <summary>A field that has bytes.</summary>
    public static byte[] Field(int number, byte[] value)
    {
        using var field = new MemoryStream();
        using (var output = new CodedOutputStream(field, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(value));
        }

        return field.ToArray();
    }

    /// <summary>An attribute that is a text.</summary>
    public static KeyValue Text(string key, string value) => new() { Key = key, Value = new() { StringValue = value } };

    /// <summary>An attribute that is a whole number.</summary>
    public static KeyValue Number(string key, long value) => new() { Key = key, Value = new() { IntValue = value } };

    /// <summary>What is sent.</summary>
    public static ByteArrayContent Content(byte[] export) => new(export) { Headers = { ContentType = new("application/x-protobuf") } };
}
