namespace Azure.Data.Tables.Wire;

/// <summary>Reads headers as they stand before a part of a multipart body: "name: value" lines up to an empty one.</summary>
internal static class HeaderBlock
{
    /// <summary>The headers, by name, and the text that follows them. Lines end in \n.</summary>
    public static Dictionary<string, string> Parse(string text, out string rest)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        rest = end < 0 ? "" : text[(end + 2)..];

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in (end < 0 ? text : text[..end]).Split('\n'))
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value])
            {
                headers[name] = value;
            }
        }

        return headers;
    }
}
