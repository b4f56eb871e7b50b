using Serverless.Json;
using Serverless.Otlp;
using Serverless.Otlp.Messages;

namespace Serverless.Logs.Otel;

/// <summary>An <see cref="AnyValue"/> that is taken for a text: a string as it is, anything else as JSON.</summary>
/// <param name="value">Its bytes.</param>
internal readonly ref struct AnyValueText(ReadOnlySpan<byte> value)
{
    private readonly ReadOnlySpan<byte> _value = value;

    /// <summary>Whether there is a value.</summary>
    public bool IsThere { get; } = true;

    /// <summary>The text, in UTF-8.</summary>
    /// <param name="aside">What is no string is written to it; the text is good as long as that stays.</param>
    public ReadOnlySpan<byte> Read(JsonLine aside)
    {
        var reader = new ProtobufReader(_value);
        if (reader.Read() && reader.Field == AnyValue.StringValueFieldNumber)
        {
            return reader.Bytes;
        }

        aside.Clear();
        AnyValueJson.Write(aside, _value);
        return aside.Written;
    }
}

/// <summary>A <see cref="KeyValue"/> that is in order.</summary>
internal readonly ref struct AttributePair
{
    /// <summary>Reads it.</summary>
    public AttributePair(ReadOnlySpan<byte> bytes)
    {
        for (var reader = new ProtobufReader(bytes); reader.Read();)
        {
            if (reader.Field == KeyValue.KeyFieldNumber)
            {
                Key = reader.Bytes;
            }
            else
            {
                Value = reader.Bytes;
            }
        }
    }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The value: an <see cref="AnyValue"/>.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
