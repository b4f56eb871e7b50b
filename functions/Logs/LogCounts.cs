using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>Counts entries by level in steps of time, aligned to the epoch.</summary>
internal sealed class LogCounts(TimeRange range, TimeSpan interval)
{
    private readonly long _first = range.From / interval.Ticks;
    private readonly int[][] _buckets =
        [.. Enumerable.Range(0, (int)((range.To / interval.Ticks) - (range.From / interval.Ticks)) + 1).Select(_ => new int[LogLevels.Names.Count])];

    /// <summary>All entries counted.</summary>
    public long Total => _buckets.Sum(levels => levels.Sum(count => (long)count));

    /// <summary>Every step of the range with the start of its time and its counts, the oldest first.</summary>
    public IEnumerable<(DateTime Start, IReadOnlyList<int> Levels)> Buckets =>
        _buckets.Select((levels, index) => (new DateTime((_first + index) * interval.Ticks, DateTimeKind.Utc), (IReadOnlyList<int>)levels));

    /// <summary>Whether all entries of a chunk fall into the range, and into one step of it.</summary>
    public bool IsWithinOneBucket(ChunkHeader header) =>
        range.Contains(header.Min) && range.Contains(header.Max) && header.Min / interval.Ticks == header.Max / interval.Ticks;

    /// <summary>Counts a chunk by its header.</summary>
    public void Add(ChunkHeader header, LogFilter filter)
    {
        for (var level = 0; level < header.Kinds.Count; level++)
        {
            if (filter.WantsLevel(level))
            {
                Bucket(header.Min)[level] += header.Kinds[level];
            }
        }
    }

    /// <summary>Counts the entries of a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="filter">Which of them are asked for.</param>
    /// <param name="known">Those that are counted elsewhere.</param>
    public void Add(ReadOnlyMemory<byte> payload, LogFilter filter, HashSet<RecordIdentity> known)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            var log = new StoredLog(line);
            if (filter.Matches(log, out var ticks, out var level) && (known.Count == 0 || !known.Contains(log.ReadIdentity())))
            {
                Bucket(ticks)[level]++;
            }
        }
    }

    /// <summary>Adds what tells the entries of a payload from all others.</summary>
    public static void AddIdentities(ReadOnlyMemory<byte> payload, HashSet<RecordIdentity> known)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            known.Add(new StoredLog(line).ReadIdentity());
        }
    }

    private int[] Bucket(long ticks) => _buckets[(ticks / interval.Ticks) - _first];
}
