using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables.Wire;

/// <summary>Writes a row as OData JSON. A null property is left out, as the service keeps none.</summary>
internal static class EntityWriter
{
    /// <summary>The row's JSON, on one line.</summary>
    /// <exception cref="NotSupportedException">A property is of a type that a table cannot hold.</exception>
    public static ReadOnlyMemory<byte> Write(ITableEntity entity)
    {
        var properties = entity as IEnumerable<KeyValuePair<string, object?>> ?? EntityShape.Of(entity.GetType()).Properties(entity);
        var buffer = new ArrayBufferWriter<byte>(initialCapacity: 512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        foreach (var (name, value) in properties)
        {
            // Both are the service's to set.
            if (name is not (PropertyNames.ETag or PropertyNames.Timestamp))
            {
                Write(json, name, value);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                json.WriteString(name, text);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteString(name + PropertyNames.TypeSuffix, EdmType.Int64);
                json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                WriteDouble(json, name, number);
                break;
            case byte[] bytes:
                json.WriteString(name + PropertyNames.TypeSuffix, EdmType.Binary);
                json.WriteBase64String(name, bytes);
                break;
            case BinaryData bytes:
                json.WriteString(name + PropertyNames.TypeSuffix, EdmType.Binary);
                json.WriteBase64String(name, bytes);
                break;
            case Guid guid:
                json.WriteString(name + PropertyNames.TypeSuffix, EdmType.Guid);
                json.WriteString(name, guid);
                break;
            case DateTimeOffset time:
                WriteTime(json, name, time.UtcDateTime);
                break;
            case DateTime { Kind: DateTimeKind.Utc } time:
                WriteTime(json, name, time);
                break;
            case DateTime:
                throw new NotSupportedException($"The DateTime in property '{name}' is not of kind UTC.");
            default:
                throw new NotSupportedException($"A table cannot hold the {value.GetType()} in property '{name}'.");
        }
    }

    private static void WriteDouble(Utf8JsonWriter json, string name, double number)
    {
        json.WriteString(name + PropertyNames.TypeSuffix, EdmType.Double);
        if (double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTime time)
    {
        json.WriteString(name + PropertyNames.TypeSuffix, EdmType.DateTime);
        json.WriteString(name, time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
    }
}
