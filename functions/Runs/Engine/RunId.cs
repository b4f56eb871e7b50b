using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Runs.Engine;

/// <summary>
/// The id of a run: a UUID of version 8 whose first 48 bits are the milliseconds that were left, when it was created, until they run
/// out. So the ids of a table sort by the time of their runs, the newest first.
/// </summary>
/// <param name="Text">The id in lower case, with hyphens.</param>
internal sealed record RunId(string Text)
{
    /// <summary>What all ids sort before.</summary>
    public const string AfterAll = "g";

    private const long MaxMilliseconds = (1L << 48) - 1;
    private const int Bytes = 16;
    private const int TimeBytes = 6;
    private const int TimeDigits = 13;
    private const int Version = 8;
    private const int VersionByte = 6;
    private const int VariantByte = 8;

    /// <summary>When the run was created, to the millisecond.</summary>
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds(
        MaxMilliseconds - long.Parse(Text.AsSpan(0, TimeDigits).ToString().Replace("-", "", StringComparison.Ordinal), NumberStyles.AllowHexSpecifier));

    /// <summary>Makes a new id.</summary>
    /// <param name="now">The time, which it keeps to the millisecond.</param>
    public static RunId New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(bytes[TimeBytes..]);
        return Make(bytes, now);
    }

    /// <summary>The id of whatever happens at a time for a reason: the same again is the same run.</summary>
    /// <param name="time">The time, which it keeps to the millisecond.</param>
    /// <param name="reason">What tells it from all others of that time.</param>
    public static RunId Derive(DateTimeOffset time, string reason)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{time.UtcTicks} {reason}"), hash);
        return Make(hash[..Bytes], time);
    }

    /// <summary>Reads an id; null when the text is none that was made here.</summary>
    public static RunId? Parse(string? text) =>
        Guid.TryParseExact(text, "D", out var id) && id.Version == Version && (id.Variant & 0xC) == 0x8 && id.ToString() == text ? new(text) : null;

    /// <summary>What the ids of all runs that were created at a time or later sort before.</summary>
    public static string AfterAllSince(DateTimeOffset time) => After(Left(time));

    /// <summary>What the ids of all runs that were created at a time or earlier sort after, to the millisecond.</summary>
    public static string BeforeAllUntil(DateTimeOffset time) => After(Math.Max(0, Left(time) - 1));

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string After(long left)
    {
        var digits = left.ToString("x12", CultureInfo.InvariantCulture);

        // A hyphen follows in an id, and a full stop sorts right after that.
        return $"{digits.AsSpan(0, 8)}-{digits.AsSpan(8)}.";
    }

    private static RunId Make(Span<byte> bytes, DateTimeOffset now)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes, (int)(Left(now) >> 16));
        BinaryPrimitives.WriteInt16BigEndian(bytes[sizeof(int)..], (short)Left(now));
        bytes[VersionByte] = (byte)((bytes[VersionByte] & 0x0F) | (Version << 4));
        bytes[VariantByte] = (byte)((bytes[VariantByte] & 0x3F) | 0x80);
        return new(new Guid(bytes, bigEndian: true).ToString());
    }

    private static long Left(DateTimeOffset time) => MaxMilliseconds - Math.Clamp(time.ToUnixTimeMilliseconds(), 0, MaxMilliseconds);
}
