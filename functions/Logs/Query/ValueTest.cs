using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Ingestion.Index;
using Serverless.Logs.Entries;
using Serverless.Times;

namespace Serverless.Logs.Query;

/// <summary>A test of a value in JSON: a string is judged by its characters, a number, true, false and null as they are written. Objects and arrays never pass.</summary>
internal abstract record ValueTest
{
    private const int UsualLength = 1024;

    /// <summary>The levels that pass, a bit for each.</summary>
    public uint Levels => (uint)Enumerable.Range(0, LogLevels.Names.Count).Where(level => PassesLevel(level)).Sum(level => 1L << level);

    /// <summary>Whether the value that a reader stands on passes.</summary>
    public virtual bool Passes(ref readonly Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
        {
            return false;
        }

        var size = reader.ValueSpan.Length;
        var rented = size > UsualLength ? ArrayPool<char>.Shared.Rent(size) : null;
        var text = rented ?? stackalloc char[UsualLength];
        var length = reader.TokenType == JsonTokenType.String ? reader.CopyString(text) : Encoding.UTF8.GetChars(reader.ValueSpan, text);
        var passes = Passes(text[..length]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return passes;
    }

    /// <summary>Whether a text passes.</summary>
    protected abstract bool Passes(ReadOnlySpan<char> text);

    /// <summary>Whether a level passes.</summary>
    protected virtual bool PassesLevel(int level) => Passes(LogLevels.Names[level]);
}

/// <summary>The value is this one.</summary>
internal sealed record EqualsTest(string Value) : ValueTest
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(Value);

    /// <inheritdoc/>
    public override bool Passes(ref readonly Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueTextEquals(_utf8),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null => reader.ValueSpan.SequenceEqual(_utf8),
        _ => false,
    };

    /// <inheritdoc/>
    protected override bool Passes(ReadOnlySpan<char> text) => text.SequenceEqual(Value);
}

/// <summary>The value begins with this; the empty beginning asks only that there is one.</summary>
internal sealed record PrefixTest(string Prefix) : ValueTest
{
    /// <inheritdoc/>
    protected override bool Passes(ReadOnlySpan<char> text) => text.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>The value contains a text, in whatever case.</summary>
/// <param name="Text">The text.</param>
/// <param name="BeginsWord">Whether it must not begin within a word.</param>
/// <param name="EndsWord">Whether it must not end within a word.</param>
internal sealed record ContainsTest(string Text, bool BeginsWord, bool EndsWord) : ValueTest
{
    private readonly bool _beginsInWord = BeginsWord && Rune.DecodeFromUtf16(Text, out var first, out _) == OperationStatus.Done && Words.IsWordCharacter(first);
    private readonly bool _endsInWord = EndsWord && Rune.DecodeLastFromUtf16(Text, out var last, out _) == OperationStatus.Done && Words.IsWordCharacter(last);

    /// <summary>Which terms a message has that passes.</summary>
    public TermQuestion Terms => LogTerms.ContainsQuestion($"{(BeginsWord ? " " : "")}{Text}{(EndsWord ? " " : "")}");

    /// <inheritdoc/>
    protected override bool Passes(ReadOnlySpan<char> text)
    {
        for (var start = 0; start <= text.Length - Text.Length; start++)
        {
            var found = text[start..].IndexOf(Text, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return false;
            }

            start += found;
            if (!(_beginsInWord && EndsInWord(text[..start])) && !(_endsInWord && BeginsInWord(text[(start + Text.Length)..])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out var last, out _) == OperationStatus.Done && Words.IsWordCharacter(last);

    private static bool BeginsInWord(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out var first, out _) == OperationStatus.Done && Words.IsWordCharacter(first);
}

/// <summary>The value matches a regular expression, somewhere. It is matched without backtracking: in a time that goes with its length.</summary>
internal sealed record RegularExpressionTest(Regex Expression) : ValueTest
{
    /// <inheritdoc/>
    protected override bool Passes(ReadOnlySpan<char> text) => Expression.IsMatch(text);
}

/// <summary>How a value relates to another.</summary>
internal enum Comparison
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>The value is a number that relates to another, or a time, or a level.</summary>
/// <param name="Comparison">How.</param>
/// <param name="Number">The number; null when it is about times or levels.</param>
/// <param name="Ticks">The time, in ticks, UTC; null when it is about numbers or levels.</param>
/// <param name="Level">The level; null when it is about numbers or times.</param>
internal sealed record CompareTest(Comparison Comparison, double? Number, long? Ticks, int? Level) : ValueTest
{
    /// <inheritdoc/>
    protected override bool Passes(ReadOnlySpan<char> text)
    {
        if (Number is { } number)
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Holds(value.CompareTo(number), value);
        }

        if (Ticks is not { } ticks)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[64];
        return text.Length <= utf8.Length / 3 * 2
            && Encoding.UTF8.TryGetBytes(text, utf8, out var length)
            && Timestamp.TryParse(utf8[..length], out var time)
            && Holds(time.Ticks.CompareTo(ticks), 0);
    }

    /// <inheritdoc/>
    protected override bool PassesLevel(int level) => Level is { } other && Holds(level.CompareTo(other), 0);

    private bool Holds(int order, double value) => !double.IsNaN(value) && Comparison switch
    {
        Comparison.Less => order < 0,
        Comparison.LessOrEqual => order <= 0,
        Comparison.Greater => order > 0,
        _ => order >= 0,
    };
}
