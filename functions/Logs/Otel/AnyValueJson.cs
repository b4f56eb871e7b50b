using System.Globalization;
using System.Text;
using Serverless.Json;
using Serverless.Otlp;
using Serverless.Otlp.Messages;

namespace Serverless.Logs.Otel;

/// <summary>Writes an <see cref="AnyValue"/> as JSON, straight from its bytes, which the library or <see cref="LogRecordFields"/> has found in order.</summary>
internal static class AnyValueJson
{
    /// <summary>Writes a value; null for none. It goes as deep as messages can be, which is less than JSON may be here.</summary>
    public static void Write(JsonLine line, ReadOnlySpan<byte> value)
    {
        var reader = new ProtobufReader(value);
        switch (reader.Read() ? reader.Field : 0)
        {
            case AnyValue.StringValueFieldNumber:
                line.AddText(reader.Bytes);
                break;
            case AnyValue.BoolValueFieldNumber:
                line.Add(reader.Number != 0 ? "true"u8 : "false"u8);
                break;
            case AnyValue.IntValueFieldNumber:
                line.Add((long)reader.Number);
                break;
            case AnyValue.DoubleValueFieldNumber when BitConverter.UInt64BitsToDouble(reader.Number) is var number && double.IsFinite(number):
                line.Add(number);
                break;
            case AnyValue.DoubleValueFieldNumber:
                line.AddText(Encoding.UTF8.GetBytes(BitConverter.UInt64BitsToDouble(reader.Number).ToString(CultureInfo.InvariantCulture)));
                break;
            case AnyValue.BytesValueFieldNumber:
                line.AddBase64(reader.Bytes);
                break;
            case AnyValue.ArrayValueFieldNumber:
                WriteArray(line, reader.Bytes);
                break;
            case AnyValue.KvlistValueFieldNumber:
                WriteObject(line, reader.Bytes);
                break;
            default:
                line.Add("null"u8);
                break;
        }
    }

    /// <summary>Writes a member of an object, and a comma after it.</summary>
    public static void WriteMember(JsonLine line, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        line.AddText(name);
        line.Add(":"u8);
        Write(line, value);
        line.Add(","u8);
    }

    private static void WriteArray(JsonLine line, ReadOnlySpan<byte> array)
    {
        line.Add("["u8);
        for (var items = new ProtobufReader(array); items.Read();)
        {
            Write(line, items.Bytes);
            line.Add(","u8);
        }

        line.End("]"u8);
    }

    private static void WriteObject(JsonLine line, ReadOnlySpan<byte> list)
    {
        line.Add("{"u8);
        for (var pairs = new ProtobufReader(list); pairs.Read();)
        {
            var pair = new AttributePair(pairs.Bytes);
            WriteMember(line, pair.Key, pair.Value);
        }

        line.End("}"u8);
    }
}
