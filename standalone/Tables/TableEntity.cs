using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Azure.Data.Tables.Wire;

namespace Azure.Data.Tables;

/// <summary>A row as a dictionary of its properties, for rows that have no class of their own.</summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The package's own name.")]
public sealed class TableEntity : ITableEntity, IDictionary<string, object?>
{
    private readonly Dictionary<string, object?> _properties;

    /// <summary>Creates a row without keys.</summary>
    public TableEntity() => _properties = new(StringComparer.Ordinal);

    /// <summary>Creates a row with its keys.</summary>
    /// <param name="partitionKey">The partition the row lives in.</param>
    /// <param name="rowKey">The row's name in it.</param>
    public TableEntity(string partitionKey, string rowKey)
        : this()
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    /// <summary>Creates a row with the given properties.</summary>
    /// <param name="values">The properties, which are copied; null means none.</param>
    public TableEntity(IDictionary<string, object?>? values) =>
        _properties = values is null ? new(StringComparer.Ordinal) : new(values, StringComparer.Ordinal);

    /// <inheritdoc/>
    public string PartitionKey
    {
        get => GetString(PropertyNames.PartitionKey)!;
        set => _properties[PropertyNames.PartitionKey] = value;
    }

    /// <inheritdoc/>
    public string RowKey
    {
        get => GetString(PropertyNames.RowKey)!;
        set => _properties[PropertyNames.RowKey] = value;
    }

    /// <inheritdoc/>
    public DateTimeOffset? Timestamp
    {
        get => GetDateTimeOffset(PropertyNames.Timestamp);
        set => _properties[PropertyNames.Timestamp] = value;
    }

    /// <inheritdoc/>
    public ETag ETag
    {
        get => new(GetString(PropertyNames.ETag)!);
        set => _properties[PropertyNames.ETag] = value.ToString();
    }

    /// <summary>The names of the properties, keys included.</summary>
    public ICollection<string> Keys => _properties.Keys;

    /// <summary>How many properties there are, keys included.</summary>
    public int Count => _properties.Count;

    ICollection<object?> IDictionary<string, object?>.Values => _properties.Values;

    bool ICollection<KeyValuePair<string, object?>>.IsReadOnly => false;

    /// <summary>A property's value; null if there is no such property. A long or double stays one when an int is set.</summary>
    /// <param name="key">The property's name.</param>
    public object? this[string key]
    {
        get => _properties.GetValueOrDefault(key);
        set => _properties[key] = KeepNumericType(_properties.GetValueOrDefault(key), value);
    }

    /// <summary>A text property, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public string? GetString(string key) => Get<string>(key);

    /// <summary>A binary property, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public BinaryData? GetBinaryData(string key) =>
        this[key] is byte[] bytes ? BinaryData.FromBytes(bytes) : Get<BinaryData>(key);

    /// <summary>A binary property, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public byte[]? GetBinary(string key) => Get<byte[]>(key);

    /// <summary>A truth value, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public bool? GetBoolean(string key) => Get<bool?>(key);

    /// <summary>A point in time (UTC if it came from the service), or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public DateTime? GetDateTime(string key) =>
        this[key] is DateTimeOffset time ? time.UtcDateTime : Get<DateTime?>(key);

    /// <summary>A point in time, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public DateTimeOffset? GetDateTimeOffset(string key) =>
        this[key] is DateTime time ? new DateTimeOffset(time) : Get<DateTimeOffset?>(key);

    /// <summary>A floating-point number, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public double? GetDouble(string key) => Get<double?>(key);

    /// <summary>A GUID, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public Guid? GetGuid(string key) => Get<Guid?>(key);

    /// <summary>A 32-bit integer, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public int? GetInt32(string key) => Get<int?>(key);

    /// <summary>A 64-bit integer, or null if there is none.</summary>
    /// <param name="key">The property's name.</param>
    /// <exception cref="InvalidOperationException">The property is of another type.</exception>
    public long? GetInt64(string key) => Get<long?>(key);

    /// <summary>Sets a property, as the indexer does: one that is there is overwritten.</summary>
    /// <param name="key">The property's name.</param>
    /// <param name="value">Its value.</param>
    public void Add(string key, object? value) => this[key] = value;

    /// <summary>Whether there is such a property.</summary>
    /// <param name="key">The property's name.</param>
    public bool ContainsKey(string key) => _properties.ContainsKey(key);

    /// <summary>Removes a property and says whether there was one.</summary>
    /// <param name="key">The property's name.</param>
    public bool Remove(string key) => _properties.Remove(key);

    /// <summary>Reads a property and says whether there is one.</summary>
    /// <param name="key">The property's name.</param>
    /// <param name="value">Its value.</param>
    public bool TryGetValue(string key, out object? value) => _properties.TryGetValue(key, out value);

    /// <summary>Removes every property, keys included.</summary>
    public void Clear() => _properties.Clear();

    void ICollection<KeyValuePair<string, object?>>.Add(KeyValuePair<string, object?> item) => Add(item.Key, item.Value);

    bool ICollection<KeyValuePair<string, object?>>.Contains(KeyValuePair<string, object?> item) => _properties.Contains(item);

    void ICollection<KeyValuePair<string, object?>>.CopyTo(KeyValuePair<string, object?>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, object?>>)_properties).CopyTo(array, arrayIndex);

    bool ICollection<KeyValuePair<string, object?>>.Remove(KeyValuePair<string, object?> item) =>
        ((ICollection<KeyValuePair<string, object?>>)_properties).Remove(item);

    IEnumerator<KeyValuePair<string, object?>> IEnumerable<KeyValuePair<string, object?>>.GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _properties.GetEnumerator();

    // The type of a property on the wire is the type of its value: counting up by an int must not turn an Int64 column into Int32.
    private static object? KeepNumericType(object? existing, object? value) => (existing, value) switch
    {
        (long, int number) => (long)number,
        (double, int number) => (double)number,
        (string, DateTime or DateTimeOffset) => value.ToString(),
        _ => value,
    };

    private T? Get<T>(string key) => this[key] switch
    {
        null => default,
        T value => value,
        var other => throw new InvalidOperationException($"Cannot return {typeof(T)} type for a {other.GetType()} typed property."),
    };
}
