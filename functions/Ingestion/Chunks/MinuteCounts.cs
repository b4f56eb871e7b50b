using System.Buffers;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// How many records of each kind a chunk has in each minute, so that counts over time need not open it. As bytes: the first minute that has records,
/// counted from the year 1, then for each such minute how many minutes it comes after the one before, and its counts; all as variable-length numbers.
/// </summary>
public sealed class MinuteCounts
{
    // Records of a narrow chunk lie within two hours; what lies further apart is opened, and rare.
    private const int MaxMinutes = 240;

    private readonly int _kinds;
    private readonly SortedDictionary<long, int[]> _counts = [];
    private long _latest = -1;
    private int[] _latestCounts = [];

    /// <summary>Counts nothing so far.</summary>
    /// <param name="kinds">How many kinds there are.</param>
    public MinuteCounts(int kinds) => _kinds = kinds;

    /// <summary>Each minute that has records, the oldest first, counted from the year 1, with how many there are of each kind.</summary>
    public IEnumerable<KeyValuePair<long, int[]>> Minutes => _counts;

    /// <summary>Counts records of a kind.</summary>
    /// <param name="ticks">Their time, UTC.</param>
    /// <param name="kind">Their kind.</param>
    public void Add(long ticks, int kind)
    {
        var minute = ticks / TimeSpan.TicksPerMinute;
        if (minute != _latest)
        {
            if (_counts.Count > MaxMinutes)
            {
                return;
            }

            (_latest, _latestCounts) = (minute, Of(minute));
        }

        _latestCounts[kind]++;
    }

    /// <summary>The counts as bytes; empty when there is nothing to tell minutes apart for, or too much.</summary>
    public ReadOnlyMemory<byte> Encode()
    {
        if (_counts.Count is <= 1 or > MaxMinutes)
        {
            return default;
        }

        var bytes = new ArrayBufferWriter<byte>();
        var before = 0L;
        foreach (var (minute, counts) in _counts)
        {
            Write(bytes, minute - before);
            before = minute;
            foreach (var count in counts)
            {
                Write(bytes, count);
            }
        }

        return bytes.WrittenMemory;
    }

    /// <summary>What a header says; null when it does not know.</summary>
    /// <exception cref="FormatException">These are no counts.</exception>
    public static MinuteCounts? Of(ChunkHeader header)
    {
        var counts = new MinuteCounts(header.Kinds.Count);
        if (header.Min / TimeSpan.TicksPerMinute == header.Max / TimeSpan.TicksPerMinute)
        {
            header.Kinds.ToArray().CopyTo(counts.Of(header.Min / TimeSpan.TicksPerMinute), 0);
            return counts;
        }

        if (header.Minutes.IsEmpty)
        {
            return null;
        }

        var bytes = header.Minutes.Span;
        for (var minute = 0L; !bytes.IsEmpty;)
        {
            minute += Read(ref bytes);
            var ofMinute = counts.Of(minute);
            for (var kind = 0; kind < ofMinute.Length; kind++)
            {
                ofMinute[kind] = (int)Read(ref bytes);
            }
        }

        return counts;
    }

    /// <summary>The counts of two chunks together, as bytes; empty when they are not known, or all are of one minute.</summary>
    public static ReadOnlyMemory<byte> Merge(ChunkHeader first, ChunkHeader second)
    {
        if (Of(first) is not { } counts || Of(second) is not { } others)
        {
            return default;
        }

        foreach (var (minute, added) in others._counts)
        {
            var sums = counts.Of(minute);
            for (var kind = 0; kind < sums.Length; kind++)
            {
                sums[kind] += added[kind];
            }
        }

        return counts.Encode();
    }

    private int[] Of(long minute) => _counts.TryGetValue(minute, out var counts) ? counts : _counts[minute] = new int[_kinds];

    private static void Write(ArrayBufferWriter<byte> bytes, long number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Write([(byte)(number | 0x80)]);
        }

        bytes.Write([(byte)number]);
    }

    private static long Read(ref ReadOnlySpan<byte> bytes)
    {
        var number = 0L;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = bytes.IsEmpty ? throw new FormatException("Counts by minute end too early.") : bytes[0];
            bytes = bytes[1..];
            number |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw new FormatException("Counts by minute hold a number that is too long.");
    }
}
