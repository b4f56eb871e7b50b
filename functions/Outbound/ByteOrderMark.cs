using System.Text;

namespace Serverless.Outbound;

/// <summary>The mark that some senders put before a text to tell its encoding. It is no part of the text, and no JSON begins with it.</summary>
internal static class ByteOrderMark
{
    /// <summary>A text in UTF-8 without a mark, whichever Unicode encoding a mark says it has; without one it is left as it is.</summary>
    public static ReadOnlyMemory<byte> Remove(ReadOnlyMemory<byte> text) => text.Span switch
    {
        [0xEF, 0xBB, 0xBF, ..] => text[3..],
        [0xFF, 0xFE, ..] => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(text.Span[2..])),
        [0xFE, 0xFF, ..] => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(text.Span[2..])),
        _ => text,
    };
}
