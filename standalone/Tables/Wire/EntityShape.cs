using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Runtime.Serialization;

namespace Azure.Data.Tables.Wire;

/// <summary>
/// How a class of rows maps to a table: its public properties, but those marked <see cref="IgnoreDataMemberAttribute"/>, under
/// their own names or that of <see cref="DataMemberAttribute"/>. An enum is kept as the text of its name.
/// </summary>
internal sealed class EntityShape
{
    private static readonly ConcurrentDictionary<Type, EntityShape> Shapes = [];

    private readonly Dictionary<string, PropertyInfo> _properties;

    private EntityShape(Type type) => _properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0 && property.GetCustomAttribute<IgnoreDataMemberAttribute>() is null)
        .Where(property => property.Name is not (nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey)
            or nameof(ITableEntity.Timestamp) or nameof(ITableEntity.ETag)))
        .ToDictionary(property => property.GetCustomAttribute<DataMemberAttribute>()?.Name ?? property.Name, StringComparer.Ordinal);

    /// <summary>The shape of a class.</summary>
    public static EntityShape Of(Type type) => Shapes.GetOrAdd(type, static type => new(type));

    /// <summary>The properties of a row as the table keeps them, keys first.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Properties(ITableEntity entity)
    {
        yield return new(PropertyNames.PartitionKey, entity.PartitionKey);
        yield return new(PropertyNames.RowKey, entity.RowKey);
        foreach (var (name, property) in _properties)
        {
            if (property.CanRead)
            {
                var value = property.GetValue(entity);
                yield return new(name, value is Enum ? value.ToString() : value);
            }
        }
    }

    /// <summary>Sets a property of a row; one that the class does not have is passed over.</summary>
    public void Set(ITableEntity entity, string name, object? value)
    {
        switch (name)
        {
            case PropertyNames.PartitionKey:
                entity.PartitionKey = (string)value!;
                break;
            case PropertyNames.RowKey:
                entity.RowKey = (string)value!;
                break;
            case PropertyNames.Timestamp:
                entity.Timestamp = (DateTimeOffset?)value;
                break;
            case PropertyNames.ETag:
                entity.ETag = new ETag((string)value!);
                break;
            default:
                if (_properties.TryGetValue(name, out var property) && property.CanWrite)
                {
                    property.SetValue(entity, ConvertTo(property.PropertyType, value));
                }

                break;
        }
    }

    private static object? ConvertTo(Type declared, object? value)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        return value switch
        {
            null => null,
            string text when type.IsEnum => Enum.Parse(type, text),
            byte[] bytes when type == typeof(BinaryData) => BinaryData.FromBytes(bytes),
            DateTimeOffset time when type == typeof(DateTime) => time.UtcDateTime,
            IConvertible number when type == typeof(long) || type == typeof(double) => Convert.ChangeType(number, type, CultureInfo.InvariantCulture),
            _ => value,
        };
    }
}
