using System.Text;
using Serverless.Json;
using Serverless.Otlp;
using Serverless.Otlp.Messages;
using Serverless.Texts;

namespace Serverless.Logs.Otel;

/// <summary>
/// The error that a log record tells of: in the attributes that OpenTelemetry's conventions have for exceptions, else in an object <c>err</c> with a stack, as pino writes it.
/// What more that object says stays an attribute.
/// </summary>
internal readonly ref struct LogRecordError
{
    // What a stack trace may have of the room that an error has.
    private const int MaxStackBytes = LogEntryReader.MaxObjectBytes / 2;
    private const int None = -1;

    // The attribute that is the error; none where it is told by several.
    private readonly int _object = None;
    private readonly AnyValueText _type;
    private readonly AnyValueText _message;
    private readonly AnyValueText _stack;

    /// <summary>Looks for the error of a record.</summary>
    public LogRecordError(LogRecordFields record)
    {
        _type = Find(record, "exception.type"u8);
        _message = Find(record, "exception.message"u8);
        _stack = Find(record, "exception.stacktrace"u8);
        if (!IsThere && record.Find("err"u8) is >= 0 and var stated && FieldsOf(record.Value(stated)) is { IsEmpty: false } fields && In(fields, "stack"u8).IsThere)
        {
            _object = stated;
            _type = In(fields, "type"u8);
            _message = In(fields, "message"u8);
            _stack = In(fields, "stack"u8);
        }
    }

    /// <summary>Whether there is one.</summary>
    public bool IsThere => _type.IsThere || _message.IsThere || _stack.IsThere;

    /// <summary>Writes an attribute of the record, but for what the error says of it.</summary>
    public void WriteRest(JsonLine line, LogRecordFields record, int attribute)
    {
        var key = record.Key(attribute);
        if (attribute == _object)
        {
            WriteObject(line, key, FieldsOf(record.Value(attribute)));
        }
        else if (_object >= 0 || !IsOfException(key))
        {
            AnyValueJson.WriteMember(line, key, record.Value(attribute));
        }
    }

    /// <summary>Writes the error.</summary>
    /// <param name="line">Where to.</param>
    /// <param name="aside">What may be written to on the way.</param>
    public void Write(JsonLine line, JsonLine aside)
    {
        line.Add("{"u8);
        if (_type.IsThere)
        {
            line.AddMember("type"u8, _type.Read(aside));
        }

        if (_message.IsThere)
        {
            line.AddMember("message"u8, Characters.BeginningOfBytes(_message.Read(aside), LogEntryReader.MaxMessageBytes));
        }

        if (_stack.IsThere)
        {
            line.Add("\"stack_trace\":["u8);
            foreach (var call in Encoding.UTF8.GetString(Characters.BeginningOfBytes(_stack.Read(aside), MaxStackBytes)).AsSpan().EnumerateLines())
            {
                if (!call.IsWhiteSpace())
                {
                    line.AddText(Encoding.UTF8.GetBytes(call.TrimEnd().ToString()));
                    line.Add(","u8);
                }
            }

            line.End("]"u8);
        }

        line.End("}"u8);
    }

    private static void WriteObject(JsonLine line, ReadOnlySpan<byte> key, ReadOnlySpan<byte> fields)
    {
        var isBegun = false;
        for (var pairs = new ProtobufReader(fields); pairs.Read();)
        {
            var pair = new AttributePair(pairs.Bytes);
            if (IsOfObject(pair.Key))
            {
                continue;
            }

            if (!isBegun)
            {
                line.AddText(key);
                line.Add(":{"u8);
                isBegun = true;
            }

            AnyValueJson.WriteMember(line, pair.Key, pair.Value);
        }

        if (isBegun)
        {
            line.End("},"u8);
        }
    }

    private static AnyValueText Find(LogRecordFields record, ReadOnlySpan<byte> key) => record.Find(key) is >= 0 and var attribute ? new(record.Value(attribute)) : default;

    // The last one of a name.
    private static AnyValueText In(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> name)
    {
        AnyValueText found = default;
        for (var pairs = new ProtobufReader(fields); pairs.Read();)
        {
            var pair = new AttributePair(pairs.Bytes);
            found = pair.Key.SequenceEqual(name) ? new(pair.Value) : found;
        }

        return found;
    }

    // Those of an object; nothing for any other value.
    private static ReadOnlySpan<byte> FieldsOf(ReadOnlySpan<byte> value)
    {
        var reader = new ProtobufReader(value);
        return reader.Read() && reader.Field == AnyValue.KvlistValueFieldNumber ? reader.Bytes : default;
    }

    private static bool IsOfException(ReadOnlySpan<byte> key) =>
        key.StartsWith("exception."u8) && (key.SequenceEqual("exception.type"u8) || key.SequenceEqual("exception.message"u8) || key.SequenceEqual("exception.stacktrace"u8));

    private static bool IsOfObject(ReadOnlySpan<byte> key) => key.SequenceEqual("type"u8) || key.SequenceEqual("message"u8) || key.SequenceEqual("stack"u8);
}
