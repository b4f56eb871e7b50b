namespace Serverless.Texts;

/// <summary>
/// Texts measured in characters. A character is one of Unicode's: an emoji is one, which strings keep in two halves, and so is a letter however it is
/// encoded. What people see as one sign may be several, such as a flag or a family: those are counted as JSON Schema and databases count them,
/// the same under every version of Unicode.
/// </summary>
public static class Characters
{
    /// <summary>Whether a text has more than so many characters.</summary>
    public static bool Exceed(string text, int max) => text.Length > max && LengthOf(text, max) < text.Length;

    /// <summary>The beginning of a text: so many characters, or all if there are not more.</summary>
    public static string Beginning(string text, int max) => text.Length <= max ? text : text[..LengthOf(text, max)];

    // How much of a text its first characters take.
    private static int LengthOf(string text, int characters)
    {
        var length = 0;
        for (; characters > 0 && length < text.Length; characters--)
        {
            length += length + 1 < text.Length && char.IsSurrogatePair(text[length], text[length + 1]) ? 2 : 1;
        }

        return length;
    }
}
