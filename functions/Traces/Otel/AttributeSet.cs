using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Collections;
using Serverless.Otlp;
using Serverless.Otlp.Messages;

namespace Serverless.Traces.Otel;

/// <summary>The attributes of a span, an event or a resource, as far as they are of use. What may hold content is not even decoded.</summary>
internal sealed class AttributeSet
{
    private readonly OrderedDictionary<string, AttributeValue> _values = new(StringComparer.Ordinal);

    /// <summary>Whether there is any attribute of an LLM call, of use or not.</summary>
    public bool IsGenAi { get; private set; }

    /// <summary>The attributes in the order they came in.</summary>
    public IEnumerable<KeyValuePair<string, AttributeValue>> Values => _values;

    /// <summary>Reads attributes, a list of keys and values; what is no such thing is passed over.</summary>
    /// <param name="reader">Stands on the name of the field; afterwards on the end of its value.</param>
    public static AttributeSet Read(ref Utf8JsonReader reader)
    {
        var attributes = new AttributeSet();
        ProtoJson.TryReadList(ref reader, attributes.Add);
        return attributes;
    }

    /// <summary>The attributes of a message; what is of no use is passed over.</summary>
    public static AttributeSet Of(RepeatedField<KeyValue> attributes)
    {
        var set = new AttributeSet();
        set.Add(attributes);
        return set;
    }

    /// <summary>Adds the attributes of a message. Of several of one name the last counts.</summary>
    public void Add(RepeatedField<KeyValue> attributes)
    {
        foreach (var attribute in attributes)
        {
            if (Note(attribute.Key))
            {
                _values[attribute.Key] = AttributeValue.Of(attribute.Value);
            }
        }
    }

    /// <summary>The first of these that has a text, or a number or boolean as text; null when none has.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_values.TryGetValue(name, out var value) && value.Text.Length > 0)
            {
                return value.Text;
            }
        }

        return null;
    }

    /// <summary>The first of these that is a number of a range; null when none is.</summary>
    /// <param name="max">The largest it may be; the smallest is 0.</param>
    /// <param name="names">The attributes.</param>
    public decimal? Number(decimal max, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_values.TryGetValue(name, out var value)
                && decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number >= 0 && number <= max)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The first of these that is a boolean; null when none is.</summary>
    public bool? Flag(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_values.TryGetValue(name, out var value) && value.Type == AttributeType.Boolean)
            {
                return bool.Parse(value.Text);
            }
        }

        return null;
    }

    private void Add(ref Utf8JsonReader reader)
    {
        string? key = null;
        Utf8JsonReader value = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8))
            {
                ProtoJson.TryReadText(ref reader, out key);
            }
            else
            {
                value = reader.ValueTextEquals("value"u8) ? reader : value;
                reader.Skip();
            }
        }

        if (key is not null && Note(key) && value.TokenType == JsonTokenType.PropertyName)
        {
            ProtoJson.TryReadMessage(ref value, (ref Utf8JsonReader message) => _values[key] = AttributeValue.Read(ref message));
        }
    }

    // Whether its value is of use.
    private bool Note(string key)
    {
        IsGenAi |= key.StartsWith(GenAiAttributes.Prefix, StringComparison.Ordinal);
        return GenAiAttributes.AreOfUse(key) || StepAttributes.AreOfUse(key);
    }
}
