using System.Buffers.Text;

namespace Serverless.Http;

/// <summary>Questions about JSON strings that the reader does not ask.</summary>
public static class JsonText
{
    /// <summary>
    /// Whether a string, as it stands in the document, escapes half a surrogate pair: no Unicode text has such a thing, and a
    /// later reader would stumble over it.
    /// </summary>
    /// <param name="escaped">The string between its quotation marks.</param>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        var pendingHigh = false;
        for (var index = 0; index < escaped.Length; index++)
        {
            var unit = -1;
            if (escaped[index] == '\\')
            {
                index++;
                if (escaped[index] == 'u' && Utf8Parser.TryParse(escaped.Slice(index + 1, 4), out int code, out _, 'x'))
                {
                    unit = code;
                    index += 4;
                }
            }

            if (pendingHigh != (unit is >= 0xDC00 and <= 0xDFFF))
            {
                return true;
            }

            pendingHigh = unit is >= 0xD800 and <= 0xDBFF;
        }

        return pendingHigh;
    }
}
