using System.Text;
using System.Text.Json;
using Serverless.Logs.Entries;

namespace Serverless.Logs;

/// <summary>Counts which fields entries have, and which values: those that questions can be about, by the names they have there.</summary>
internal sealed class LogFieldCounts
{
    /// <summary>The most fields that are named.</summary>
    public const int MaxFields = 200;

    /// <summary>The most values of a field that are told apart.</summary>
    public const int MaxValues = 1000;

    private const int MaxShown = 10;
    private const int MaxValueLength = 256;

    // Nearly every entry has these, each with a value of its own.
    private static readonly HashSet<LogField> LeftOut = [LogField.Timestamp, LogField.Message];

    private readonly Dictionary<string, Values> _fields = new(StringComparer.Ordinal);

    /// <summary>Counts the fields of an entry.</summary>
    public void Add(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = LogFields.Find(ref reader);
            reader.Read();
            if (field is { } known && !LeftOut.Contains(known))
            {
                Add(LogFields.Names[(int)known], ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>The fields, those that most entries have first.</summary>
    public IEnumerable<LogFieldAnswer> ToAnswer() => _fields
        .OrderByDescending(field => field.Value.Count)
        .ThenBy(field => field.Key, StringComparer.Ordinal)
        .Select(field => new LogFieldAnswer(field.Key, field.Value.Count, field.Value.Most(MaxShown)));

    // Objects are told by what is in them, arrays not at all, as questions cannot be about them.
    private void Add(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Skip();
        }
        else if (reader.TokenType != JsonTokenType.StartObject)
        {
            Count(name, reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan));
        }
        else
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var inner = $"{name}.{reader.GetString()}";
                reader.Read();
                Add(inner, ref reader);
            }
        }
    }

    private void Count(string name, string value)
    {
        if (!_fields.TryGetValue(name, out var values))
        {
            if (_fields.Count == MaxFields)
            {
                return;
            }

            values = _fields[name] = new();
        }

        values.Add(value.Length > MaxValueLength ? value[..MaxValueLength] : value);
    }

    private sealed class Values
    {
        private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

        public int Count { get; private set; }

        public void Add(string value)
        {
            Count++;
            if (_counts.TryGetValue(value, out var count) || _counts.Count < MaxValues)
            {
                _counts[value] = count + 1;
            }
        }

        public IEnumerable<LogValueAnswer> Most(int count) => _counts
            .OrderByDescending(value => value.Value)
            .ThenBy(value => value.Key, StringComparer.Ordinal)
            .Take(count)
            .Select(value => new LogValueAnswer(value.Key, value.Value));
    }
}
