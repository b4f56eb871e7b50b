using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables.Wire;

/// <summary>Reads rows from OData JSON in one pass: a property's type annotation comes right before it.</summary>
internal static class EntityReader
{
    private const string MetadataName = "odata.metadata";

    /// <summary>Reads the one row of a response.</summary>
    public static T ReadOne<T>(BinaryData content)
        where T : class, ITableEntity
    {
        var json = new Utf8JsonReader(content);
        json.Read();
        return Read<T>(ref json);
    }

    /// <summary>Reads a page of rows: {"odata.metadata":"…","value":[…]}.</summary>
    public static IReadOnlyList<T> ReadPage<T>(BinaryData content)
        where T : class, ITableEntity
    {
        var rows = new List<T>();
        var json = new Utf8JsonReader(content);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRows = json.ValueTextEquals("value"u8);
            json.Read();
            if (!isRows)
            {
                json.Skip();
                continue;
            }

            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                rows.Add(Read<T>(ref json));
            }
        }

        return rows;
    }

    // Starts on the row's opening brace and ends on its closing one.
    private static T Read<T>(ref Utf8JsonReader json)
        where T : class, ITableEntity
    {
        var entity = Activator.CreateInstance<T>();
        var properties = entity as IDictionary<string, object?>;
        var shape = properties is null ? EntityShape.Of(typeof(T)) : null;
        string? annotation = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (name.EndsWith(PropertyNames.TypeSuffix, StringComparison.Ordinal))
            {
                annotation = json.GetString();
                continue;
            }

            if (name != MetadataName)
            {
                var value = ReadValue(ref json, name == PropertyNames.Timestamp ? EdmType.DateTime : annotation);
                if (properties is null)
                {
                    shape!.Set(entity, name, value);
                }
                else
                {
                    properties[name] = value;
                }
            }

            annotation = null;
        }

        return entity;
    }

    private static object? ReadValue(ref Utf8JsonReader json, string? annotation) => (json.TokenType, annotation) switch
    {
        (JsonTokenType.Null, _) => null,
        (JsonTokenType.True, _) => true,
        (JsonTokenType.False, _) => false,
        (JsonTokenType.Number, EdmType.Double) => json.GetDouble(),
        (JsonTokenType.Number, _) => ReadNumber(ref json),
        (_, EdmType.Binary) => json.GetBytesFromBase64(),
        (_, EdmType.DateTime) => json.GetDateTimeOffset(),
        (_, EdmType.Double) => double.Parse(json.GetString()!, CultureInfo.InvariantCulture),
        (_, EdmType.Guid) => json.GetGuid(),
        (_, EdmType.Int64) => long.Parse(json.GetString()!, CultureInfo.InvariantCulture),
        _ => json.GetString(),
    };

    private static object ReadNumber(ref Utf8JsonReader json)
    {
        if (json.TryGetInt32(out var number))
        {
            return number;
        }

        return json.TryGetInt64(out var large) ? large : json.GetDouble();
    }
}
