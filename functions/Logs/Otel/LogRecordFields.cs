using System.Text.Unicode;
using Google.Protobuf;
using Serverless.Otlp;
using Serverless.Otlp.Messages;

namespace Serverless.Logs.Otel;

/// <summary>
/// Where the fields of a log record stand in its bytes, so that they are copied from there and no record becomes an object. What is not written as
/// serializers write it (a field comes twice, is of another type, is no UTF-8) goes through the parser of the library first, which settles what it means.
/// </summary>
internal sealed class LogRecordFields
{
    // Deeper ones are left to the library, which says how deep they may be.
    private const int UsualDepth = 16;

    private readonly List<Attribute> _attributes = [];
    private ArraySegment<byte> _message;
    private FieldsSeen _seen;
    private Slice _severityText;
    private Slice _body;
    private Slice _traceId;
    private Slice _spanId;
    private Slice _eventName;

    /// <summary>When it happened, in nanoseconds since 1970; zero when that is not known.</summary>
    public ulong Time { get; private set; }

    /// <summary>When it was noticed, in nanoseconds since 1970; zero when that is not known.</summary>
    public ulong ObservedTime { get; private set; }

    /// <summary>How severe it is, from 1 to 24; zero when that is not known.</summary>
    public int Severity { get; private set; }

    /// <summary>How severe it is, in the words of its source.</summary>
    public ReadOnlySpan<byte> SeverityText => _severityText.Of(_message);

    /// <summary>What it says: an <see cref="AnyValue"/>, empty for none.</summary>
    public ReadOnlySpan<byte> Body => _body.Of(_message);

    /// <summary>The id of its trace.</summary>
    public ReadOnlySpan<byte> TraceId => _traceId.Of(_message);

    /// <summary>The id of its span.</summary>
    public ReadOnlySpan<byte> SpanId => _spanId.Of(_message);

    /// <summary>What kind of event it is.</summary>
    public ReadOnlySpan<byte> EventName => _eventName.Of(_message);

    /// <summary>How many attributes it has.</summary>
    public int Attributes => _attributes.Count;

    /// <summary>The key of an attribute.</summary>
    public ReadOnlySpan<byte> Key(int attribute) => _attributes[attribute].Key.Of(_message);

    /// <summary>The value of an attribute: an <see cref="AnyValue"/>.</summary>
    public ReadOnlySpan<byte> Value(int attribute) => _attributes[attribute].Value.Of(_message);

    /// <summary>The place of an attribute, the last if there are several; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        for (var attribute = _attributes.Count - 1; attribute >= 0; attribute--)
        {
            if (Key(attribute).SequenceEqual(key))
            {
                return attribute;
            }
        }

        return -1;
    }

    /// <summary>Reads a record, whose bytes have to stay as long as it is looked at.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is none.</exception>
    public void Read(ArraySegment<byte> message)
    {
        if (!TryRead(message))
        {
            Read(ProtobufParsers.LogRecord.ParseFrom(message.Array, message.Offset, message.Count));
        }
    }

    /// <summary>Reads a record.</summary>
    public void Read(LogRecord record)
    {
        if (!TryRead(record.ToByteArray()))
        {
            throw new InvalidOperationException("What the library wrote cannot be read.");
        }
    }

    private bool TryRead(ArraySegment<byte> message)
    {
        _message = message;
        _attributes.Clear();
        _seen = default;
        (Time, ObservedTime, Severity) = (0, 0, 0);
        _severityText = _body = _traceId = _spanId = _eventName = default;
        try
        {
            var reader = new ProtobufReader(message);
            while (reader.Read())
            {
                if (!TryTake(in reader))
                {
                    return false;
                }
            }

            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private bool TryTake(ref readonly ProtobufReader reader)
    {
        switch (reader.Field)
        {
            case LogRecord.TimeUnixNanoFieldNumber:
                Time = reader.Number;
                return Is(in reader, WireFormat.WireType.Fixed64);
            case LogRecord.ObservedTimeUnixNanoFieldNumber:
                ObservedTime = reader.Number;
                return Is(in reader, WireFormat.WireType.Fixed64);
            case LogRecord.SeverityNumberFieldNumber:
                Severity = (int)reader.Number;
                return Is(in reader, WireFormat.WireType.Varint);
            case LogRecord.SeverityTextFieldNumber:
                _severityText = reader.Value;
                return IsText(in reader);
            case LogRecord.EventNameFieldNumber:
                _eventName = reader.Value;
                return IsText(in reader);
            case LogRecord.TraceIdFieldNumber:
                _traceId = reader.Value;
                return Is(in reader, WireFormat.WireType.LengthDelimited);
            case LogRecord.SpanIdFieldNumber:
                _spanId = reader.Value;
                return Is(in reader, WireFormat.WireType.LengthDelimited);
            case LogRecord.BodyFieldNumber:
                _body = reader.Value;
                return Is(in reader, WireFormat.WireType.LengthDelimited) && IsUsual(reader.Bytes, UsualDepth);
            case LogRecord.AttributesFieldNumber:
                return reader.Type == WireFormat.WireType.LengthDelimited && TryAddAttribute(reader.Value);
            default:
                return reader.Type is not (WireFormat.WireType.StartGroup or WireFormat.WireType.EndGroup);
        }
    }

    private bool TryAddAttribute(Slice place)
    {
        if (!TryReadPair(place.Of(_message), UsualDepth, out var key, out var value))
        {
            return false;
        }

        _attributes.Add(new(key with { Start = place.Start + key.Start }, value with { Start = place.Start + value.Start }));
        return true;
    }

    // Of its type, and for the first time.
    private bool Is(ref readonly ProtobufReader reader, WireFormat.WireType type) => reader.Type == type && _seen.TryAdd(reader.Field);

    private bool IsText(ref readonly ProtobufReader reader) => Is(in reader, WireFormat.WireType.LengthDelimited) && Utf8.IsValid(reader.Bytes);

    private static bool TryReadPair(ReadOnlySpan<byte> pair, int depth, out Slice key, out Slice value)
    {
        (key, value) = (default, default);
        var seen = default(FieldsSeen);
        var reader = new ProtobufReader(pair);
        while (reader.Read())
        {
            if (reader.Type != WireFormat.WireType.LengthDelimited || !seen.TryAdd(reader.Field))
            {
                return false;
            }

            switch (reader.Field)
            {
                case KeyValue.KeyFieldNumber when Utf8.IsValid(reader.Bytes):
                    key = reader.Value;
                    break;
                case KeyValue.ValueFieldNumber when IsUsual(reader.Bytes, depth):
                    value = reader.Value;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    // One value, or none.
    private static bool IsUsual(ReadOnlySpan<byte> value, int depth)
    {
        var reader = new ProtobufReader(value);
        if (!reader.Read())
        {
            return true;
        }

        var isUsual = (reader.Field, reader.Type) switch
        {
            (AnyValue.StringValueFieldNumber, WireFormat.WireType.LengthDelimited) => Utf8.IsValid(reader.Bytes),
            (AnyValue.BytesValueFieldNumber, WireFormat.WireType.LengthDelimited) => true,
            (AnyValue.BoolValueFieldNumber or AnyValue.IntValueFieldNumber, WireFormat.WireType.Varint) => true,
            (AnyValue.DoubleValueFieldNumber, WireFormat.WireType.Fixed64) => true,
            (AnyValue.ArrayValueFieldNumber, WireFormat.WireType.LengthDelimited) => depth > 0 && IsUsualList(reader.Bytes, depth - 1, isOfPairs: false),
            (AnyValue.KvlistValueFieldNumber, WireFormat.WireType.LengthDelimited) => depth > 0 && IsUsualList(reader.Bytes, depth - 1, isOfPairs: true),
            _ => false,
        };
        return isUsual && reader.Position == value.Length;
    }

    private static bool IsUsualList(ReadOnlySpan<byte> list, int depth, bool isOfPairs)
    {
        var reader = new ProtobufReader(list);
        while (reader.Read())
        {
            if ((reader.Field, reader.Type) != (ArrayValue.ValuesFieldNumber, WireFormat.WireType.LengthDelimited)
                || !(isOfPairs ? TryReadPair(reader.Bytes, depth, out _, out _) : IsUsual(reader.Bytes, depth)))
            {
                return false;
            }
        }

        return true;
    }

    // Where the key and the value of an attribute stand in the record.
    private readonly record struct Attribute(Slice Key, Slice Value);

    // The numbers of the fields that were there: all that matter are small.
    private record struct FieldsSeen
    {
        private uint _numbers;

        public bool TryAdd(int number)
        {
            var before = _numbers;
            _numbers |= 1u << number;
            return before != _numbers;
        }
    }
}
