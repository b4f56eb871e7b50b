using System.Globalization;
using System.Text;

namespace Serverless.Ingestion.Index;

/// <summary>
/// The words of texts: letters, digits and <c>_</c> that stand together, whatever the case of the letters. Whatever parts them does not count. What an
/// index knows of a text are its words; so a question can be answered by it as far as it is about whole ones.
/// </summary>
public static class Words
{
    // Words of one letter or digit are nearly everywhere: they are not worth their room.
    private const int MinLength = 2;
    private const int UsualBytes = 64;

    // For each ASCII character of words: itself in upper case. For others: 0; and 255 for what is no ASCII.
    private static readonly byte[] Upper = [.. Enumerable.Range(0, 256).Select(value => (byte)(value switch
    {
        >= 'a' and <= 'z' => value - 'a' + 'A',
        >= 'A' and <= 'Z' or >= '0' and <= '9' or '_' => value,
        >= 128 => NotAscii,
        _ => 0,
    }))];

    private const byte NotAscii = 255;

    /// <summary>Adds the words of a text to a set of terms.</summary>
    /// <param name="field">What the text is.</param>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="terms">The set.</param>
    public static void AddTerms(long field, ReadOnlySpan<byte> text, TermSet terms)
    {
        Span<byte> word = stackalloc byte[UsualBytes];
        var length = 0;
        for (var index = 0; index < text.Length; index++)
        {
            var letter = Upper[text[index]];
            if (letter == NotAscii || length == UsualBytes)
            {
                // Rare enough for a way that takes longer.
                AddAll(field, Encoding.UTF8.GetString(text[(index - length)..]), terms);
                return;
            }

            if (letter != 0)
            {
                word[length++] = letter;
                continue;
            }

            if (length >= MinLength)
            {
                terms.Add(Term.Of(field, word[..length]));
            }

            length = 0;
        }

        if (length >= MinLength)
        {
            terms.Add(Term.Of(field, word[..length]));
        }
    }

    /// <summary>The terms of all words of a text.</summary>
    /// <param name="field">What the text is.</param>
    /// <param name="text">The text.</param>
    public static IReadOnlyList<ulong> TermsOf(long field, string text) => [.. Split(text).Select(word => Of(field, text, word)).Distinct()];

    /// <summary>The terms of those words of a text that cannot be a part of longer ones, whatever the text stands in: other characters stand on both sides.</summary>
    /// <param name="field">What the text is.</param>
    /// <param name="text">The text.</param>
    public static IReadOnlyList<ulong> ClosedTermsOf(long field, string text) =>
        [.. Split(text).Where(word => word.Start > 0 && word.End < text.Length).Select(word => Of(field, text, word)).Distinct()];

    /// <summary>Whether a character is one of words.</summary>
    public static bool IsWordCharacter(Rune character)
    {
        // A few marks are equal to letters but for their case.
        return Rune.IsLetterOrDigit(Rune.ToUpperInvariant(character)) || character.Value == '_';
    }

    private static void AddAll(long field, string text, TermSet terms)
    {
        foreach (var word in Split(text))
        {
            terms.Add(Of(field, text, word));
        }
    }

    // Longer words first: they are rarer.
    private static IEnumerable<(int Start, int End)> Split(string text)
    {
        var words = new List<(int Start, int End)>();
        var start = -1;
        var index = 0;
        foreach (var character in text.EnumerateRunes())
        {
            var isPart = IsWordCharacter(character);
            if (isPart && start < 0)
            {
                start = index;
            }
            else if (!isPart && start >= 0)
            {
                words.Add((start, index));
                start = -1;
            }

            index += character.Utf16SequenceLength;
        }

        if (start >= 0)
        {
            words.Add((start, text.Length));
        }

        return words.Where(word => word.End - word.Start >= MinLength).OrderByDescending(word => word.End - word.Start);
    }

    private static ulong Of(long field, string text, (int Start, int End) word) =>
        Term.Of(field, CultureInfo.InvariantCulture.TextInfo.ToUpper(text[word.Start..word.End]));
}
