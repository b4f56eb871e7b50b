using System.Buffers;
using System.Security.Cryptography;

namespace Serverless.Traces.Otel;

/// <summary>The ids of spans, and the id of the event that a span becomes.</summary>
internal static class SpanEventId
{
    private const int TraceIdDigits = 32;
    private const int SpanIdDigits = 16;
    private const int GuidBytes = 16;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Whether a text is the id of a trace.</summary>
    public static bool IsTrace(string? text) => IsId(text, TraceIdDigits);

    /// <summary>Whether a text is the id of a span.</summary>
    public static bool IsSpan(string? text) => IsId(text, SpanIdDigits);

    /// <summary>Whether a text says that there is no span above: some write zeros for that.</summary>
    public static bool IsNone(string? text) => text is null || text.AsSpan().Trim('0').IsEmpty;

    /// <summary>
    /// The id of the event: a version-8 UUID of the first bytes of a SHA-256, the same whenever the same span comes.
    /// </summary>
    /// <param name="traceId">The id of its trace.</param>
    /// <param name="spanId">Its own id.</param>
    public static Guid Derive(string traceId, string spanId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Convert.FromHexString(traceId + spanId), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..GuidBytes], bigEndian: true);
    }

    private static bool IsId(string? text, int digits) =>
        text?.Length == digits && !text.AsSpan().ContainsAnyExcept(Digits) && !IsNone(text);
}
