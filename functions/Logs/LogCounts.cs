using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Logs.Entries;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>Counts entries by level in steps of time, aligned to the epoch, and by the values of a field if that is asked for.</summary>
/// <param name="range">The times of all steps.</param>
/// <param name="interval">How long a step is: whole minutes.</param>
/// <param name="groups">Counts by the values of a field; null when that is not asked for.</param>
internal sealed class LogCounts(TimeRange range, TimeSpan interval, LogGroups? groups)
{
    private readonly long _first = range.From / interval.Ticks;
    private readonly int[][] _buckets =
        [.. Enumerable.Range(0, (int)((range.To / interval.Ticks) - (range.From / interval.Ticks)) + 1).Select(_ => new int[LogLevels.Names.Count])];

    /// <summary>How long a step is.</summary>
    public TimeSpan Interval => interval;

    /// <summary>All entries counted.</summary>
    public long Total => _buckets.Sum(levels => levels.Sum(count => (long)count));

    /// <summary>Every step of the range with the start of its time and its counts, the oldest first.</summary>
    public IEnumerable<(DateTime Start, IReadOnlyList<int> Levels)> Buckets =>
        _buckets.Select((levels, index) => (new DateTime((_first + index) * interval.Ticks, DateTimeKind.Utc), (IReadOnlyList<int>)levels));

    /// <summary>Counts a chunk by its header, as far as that tells.</summary>
    /// <param name="header">The header.</param>
    /// <param name="filter">Which entries are asked for.</param>
    /// <returns>The times whose entries have to be counted one by one.</returns>
    public IReadOnlyList<TimeRange> Add(ChunkHeader header, LogFilter filter)
    {
        var value = new GroupValue(null);
        if (!filter.IsAnsweredBy(header) || (groups is not null && !groups.TryRead(header, out value)))
        {
            return [filter.Range];
        }

        if (filter.Range.Contains(header.Min) && filter.Range.Contains(header.Max) && header.Min / interval.Ticks == header.Max / interval.Ticks)
        {
            Add(header.Min, header.Kinds, filter, value);
            return [];
        }

        return MinuteCounts.Of(header) is { } counts ? Add(counts, filter, value) : [filter.Range];
    }

    /// <summary>Counts the entries of a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="filter">Which of them are asked for.</param>
    /// <param name="known">Those that are counted elsewhere.</param>
    public void Add(ReadOnlyMemory<byte> payload, LogFilter filter, IReadOnlySet<RecordIdentity> known)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            var log = new StoredLog(line);
            if (filter.Matches(log, out var ticks, out var level) && (known.Count == 0 || !known.Contains(log.ReadIdentity())))
            {
                _buckets[BucketOf(ticks)][level]++;
                groups?.Add(groups.Read(log, level), BucketOf(ticks), 1);
            }
        }
    }

    /// <summary>Forgets what was counted before a time, with which a step begins.</summary>
    public void ForgetBefore(long ticks)
    {
        var end = Math.Clamp((ticks / interval.Ticks) - _first, 0, _buckets.Length);
        foreach (var levels in _buckets.AsSpan(0, (int)end))
        {
            Array.Clear(levels);
        }

        groups?.ForgetBefore((int)end);
    }

    private List<TimeRange> Add(MinuteCounts counts, LogFilter filter, GroupValue value)
    {
        var rest = new List<TimeRange>();
        foreach (var (minute, levels) in counts.Minutes)
        {
            var times = new TimeRange(minute * TimeSpan.TicksPerMinute, ((minute + 1) * TimeSpan.TicksPerMinute) - 1);
            if (filter.Range.Contains(times.From) && filter.Range.Contains(times.To))
            {
                Add(times.From, levels, filter, value);
            }
            else if (times.From <= filter.Range.To && times.To >= filter.Range.From)
            {
                rest.Add(new(Math.Max(times.From, filter.Range.From), Math.Min(times.To, filter.Range.To)));
            }
        }

        return rest;
    }

    private void Add(long ticks, IReadOnlyList<int> levels, LogFilter filter, GroupValue value)
    {
        for (var level = 0; level < levels.Count; level++)
        {
            if (filter.WantsLevel(level))
            {
                _buckets[BucketOf(ticks)][level] += levels[level];
                groups?.Add(value, BucketOf(ticks), levels[level]);
            }
        }
    }

    private int BucketOf(long ticks) => (int)((ticks / interval.Ticks) - _first);
}
