using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Json;
using Serverless.Times;

namespace Serverless.Traces.Events;

/// <summary>What the value of a field has to be.</summary>
/// <param name="text">The rule in words: what follows "must be".</param>
internal abstract class EventRule(string text)
{
    /// <summary>The rule in words: what follows "must be".</summary>
    public string Text { get; } = text;

    /// <summary>Whether a value is as it has to be.</summary>
    /// <param name="value">Stands on the value; its strings are known to be text.</param>
    public abstract bool Accepts(ref readonly Utf8JsonReader value);

    /// <summary>The rule as a JSON Schema, as far as that can say it.</summary>
    public abstract JsonObject ToSchema();
}

/// <summary>A value of a type, and no more is asked.</summary>
internal sealed class TypeRule(string text, Func<JsonObject> schema, params JsonTokenType[] types) : EventRule(text)
{
    /// <inheritdoc/>
    public override JsonObject ToSchema() => schema();

    /// <inheritdoc/>
    public override bool Accepts(ref readonly Utf8JsonReader value) => types.Contains(value.TokenType);
}

/// <summary>A string of so many Unicode characters.</summary>
internal sealed class TextRule(int min, int max)
    : EventRule(min > 0 ? $"a string of {min} to {max} characters" : $"a string of at most {max} characters")
{
    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "string", ["minLength"] = min, ["maxLength"] = max };

    /// <inheritdoc/>
    public override bool Accepts(ref readonly Utf8JsonReader value) =>
        value.TokenType == JsonTokenType.String
        && value.ValueSpan.Length >= min
        && JsonText.Beginning(value.ValueSpan, max).Length == value.ValueSpan.Length;
}

/// <summary>One of several words, written just so.</summary>
internal sealed class ChoiceRule(IReadOnlyList<string> names) : EventRule($"one of: {string.Join(", ", names)}")
{
    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "string", ["enum"] = new JsonArray([.. names.Select(name => (JsonNode)name)]) };

    /// <inheritdoc/>
    public override bool Accepts(ref readonly Utf8JsonReader value)
    {
        if (value.TokenType == JsonTokenType.String)
        {
            foreach (var name in _names)
            {
                if (value.ValueTextEquals(name))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>A number from zero on, with a fraction or without.</summary>
internal sealed class NumberRule(int max) : EventRule($"a number from 0 to {max}")
{
    private const int MaxShortLength = 20;
    private static readonly SearchValues<byte> PlainCharacters = SearchValues.Create("0123456789."u8);

    private readonly int _maxDigits = max.ToString(CultureInfo.InvariantCulture).Length;

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "number", ["minimum"] = 0, ["maximum"] = max };

    /// <inheritdoc/>
    public override bool Accepts(ref readonly Utf8JsonReader value)
    {
        if (value.TokenType != JsonTokenType.Number)
        {
            return false;
        }

        var number = value.ValueSpan;
        return IsPlainlyWithin(number) || IsWithin(number);
    }

    // Most are short, and told by their length to be small enough.
    private bool IsPlainlyWithin(ReadOnlySpan<byte> number)
    {
        var point = number.IndexOf((byte)'.');
        return (point < 0 ? number.Length : point) < _maxDigits && number.Length <= MaxShortLength && !number.ContainsAnyExcept(PlainCharacters);
    }

    // Whoever adds them up reads them as decimals too.
    private bool IsWithin(ReadOnlySpan<byte> number) =>
        Utf8Parser.TryParse(number, out decimal parsed, out var length) && length == number.Length && parsed >= 0 && parsed <= max;
}

/// <summary>A number of things: digits alone.</summary>
internal sealed class CountRule() : EventRule($"a whole number from 0 to {int.MaxValue}")
{
    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = int.MaxValue };

    /// <inheritdoc/>
    public override bool Accepts(ref readonly Utf8JsonReader value) =>
        value.TokenType == JsonTokenType.Number
        && !value.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && Utf8Parser.TryParse(value.ValueSpan, out int _, out _);
}

/// <summary>A UUID in the form of 8, 4, 4, 4 and 12 digits, in upper case or lower.</summary>
internal sealed class IdRule() : EventRule("a UUID such as 01234567-89ab-cdef-0123-456789abcdef")
{
    /// <summary>The length of a UUID.</summary>
    public const int Length = 36;

    private const int Hyphens = 4;
    private static readonly SearchValues<byte> Characters = SearchValues.Create("0123456789abcdefABCDEF-"u8);

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "string", ["format"] = "uuid" };

    /// <inheritdoc/>
    public override bool Accepts(ref readonly Utf8JsonReader value)
    {
        Span<byte> buffer = stackalloc byte[ShortText.MaxLength];
        var text = ShortText.Of(in value, buffer);
        return text.Length == Length
            && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
            && text.Count((byte)'-') == Hyphens
            && !text.ContainsAnyExcept(Characters);
    }
}

/// <summary>A time as <see cref="Timestamp"/> reads it.</summary>
internal sealed class TimeRule() : EventRule("an ISO 8601 time such as 2026-01-26T14:30:00.000Z, with at most 9 digits of fraction")
{
    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "string", ["format"] = "date-time" };

    /// <inheritdoc/>
    public override bool Accepts(ref readonly Utf8JsonReader value)
    {
        Span<byte> buffer = stackalloc byte[ShortText.MaxLength];
        return Timestamp.TryParse(ShortText.Of(in value, buffer), out _);
    }
}

file static class ShortText
{
    /// <summary>Longer than any UUID or time, even if every character of it is escaped.</summary>
    public const int MaxLength = 256;

    /// <summary>The text of a string; empty when there is none, or it is too long.</summary>
    public static ReadOnlySpan<byte> Of(ref readonly Utf8JsonReader value, Span<byte> buffer) =>
        value.TokenType != JsonTokenType.String || value.ValueSpan.Length > MaxLength ? default
        : value.ValueIsEscaped ? buffer[..value.CopyString(buffer)]
        : value.ValueSpan;
}
