using System.Net;
using System.Text;

namespace Serverless.Outbound.Search;

/// <summary>
/// Makes plain text of what may be HTML: no markup, however it was escaped, no control characters, nothing that turns the direction of
/// what follows, one space between words.
/// </summary>
internal static class PlainText
{
    private const char Ellipsis = '…';

    // Tags within a word; all others part the words at their sides.
    private static readonly HashSet<string> InlineTags = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "b", "bdi", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr",
    };

    /// <summary>The plain text of a text.</summary>
    /// <param name="text">What may be HTML.</param>
    /// <param name="maxLength">The longest the result may be, in characters; what is longer is cut, and ends in an ellipsis.</param>
    public static string Of(string text, int maxLength)
    {
        // First the entities, then the tags: what hides behind entities is found as well.
        var decoded = WebUtility.HtmlDecode(text);
        var plain = new StringBuilder(Math.Min(decoded.Length, maxLength + 1));
        for (var index = 0; index < decoded.Length && plain.Length <= maxLength;)
        {
            var character = decoded[index];
            if (IsTag(decoded, index))
            {
                var end = decoded.IndexOf('>', index);
                var tag = end < 0 ? decoded[index..] : decoded[index..end];
                AppendSpace(plain, unless: InlineTags.Contains(NameOf(tag)));
                index = end < 0 ? decoded.Length : end + 1;
                continue;
            }

            if (char.IsWhiteSpace(character))
            {
                AppendSpace(plain, unless: false);
            }
            else if (Rune.TryGetRuneAt(decoded, index, out var rune) && !Rune.IsControl(rune) && !TurnsDirection(character))
            {
                plain.Append(rune.ToString());
                index += rune.Utf16SequenceLength;
                continue;
            }

            index++;
        }

        return Cut(plain.ToString().TrimEnd(), maxLength);
    }

    private static bool IsTag(string text, int index) =>
        text[index] == '<' && index + 1 < text.Length && (char.IsAsciiLetter(text[index + 1]) || text[index + 1] is '/' or '!' or '?');

    private static bool TurnsDirection(char character) => character is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static string NameOf(string tag) => string.Concat(tag.Skip(1).SkipWhile(character => character == '/').TakeWhile(char.IsAsciiLetterOrDigit));

    private static void AppendSpace(StringBuilder plain, bool unless)
    {
        if (!unless && plain.Length > 0 && plain[^1] != ' ')
        {
            plain.Append(' ');
        }
    }

    private static string Cut(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[maxLength - 2]) ? maxLength - 2 : maxLength - 1;
        return text[..end].TrimEnd() + Ellipsis;
    }
}
