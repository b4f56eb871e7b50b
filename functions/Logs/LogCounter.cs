using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Ingestion.Reading;
using Serverless.Ingestion.Segments;
using Serverless.Logs.Entries;

namespace Serverless.Logs;

/// <summary>
/// Counts stored entries, from the newest to the oldest. Headers tell the minutes of their entries, and so hold most answers; chunks are opened where a
/// range begins or ends within a minute, and for what headers do not tell.
/// </summary>
public sealed class LogCounter(ChunkFinder finder, ChunkStore store, TimeProvider time)
{
    // After this long it is said what was counted so far.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(20);

    /// <summary>Counts the entries that a filter wants.</summary>
    /// <param name="organization">Whose entries.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="begin">Makes something empty to count in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The counts, and the time before which nothing was counted, in ticks, with which a step begins; null when everything was.</returns>
    internal async Task<(LogCounts Counts, long? Reached)> CountAsync(
        string organization, LogFilter filter, Func<LogCounts> begin, CancellationToken cancellationToken)
    {
        var (counts, reached) = await CountAsync(organization, [filter], _ => begin(), MaxDuration, cancellationToken);
        return (counts[0], reached);
    }

    /// <summary>Counts the entries that several filters want, in one way through what there is: each chunk is opened once at most.</summary>
    /// <param name="organization">Whose entries.</param>
    /// <param name="filters">Which of them.</param>
    /// <param name="begin">Makes something empty to count in, for a filter; all with the same steps.</param>
    /// <param name="longest">After how long it is said what was counted so far.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The counts of each filter, and the time before which nothing was counted, in ticks, with which a step begins; null when everything was.</returns>
    internal async Task<(IReadOnlyList<LogCounts> Counts, long? Reached)> CountAsync(
        string organization, IReadOnlyList<LogFilter> filters, Func<LogFilter, LogCounts> begin, TimeSpan longest, CancellationToken cancellationToken)
    {
        while (true)
        {
            var countings = filters.Select(filter => new Counting(filter, filter.ToQuery(organization), begin(filter))).ToList();
            var query = LogFilter.ToQuery(organization, filters) with { WithMinutes = true };
            var (isWhole, reached) = await TryCountAsync(countings, query, longest, cancellationToken);
            if (isWhole && !await finder.MayHaveMissedAsync(LogChunks.Schema, query, cancellationToken))
            {
                return ([.. countings.Select(counting => counting.Counts)], reached);
            }
        }
    }

    // Not whole when a chunk was compacted away after its header had been read: the count has to begin again.
    private async Task<(bool IsWhole, long? Reached)> TryCountAsync(
        IReadOnlyList<Counting> countings, ChunkQuery query, TimeSpan longest, CancellationToken cancellationToken)
    {
        var step = countings[0].Counts.Interval.Ticks;
        var (started, now) = (time.GetTimestamp(), time.GetUtcNow());
        var (hour, wide, compacted) = (new List<Chunk>(), new List<Chunk>(), new CompactedHours());
        long? newest = null;
        await foreach (var found in finder.FindHeadersAsync(LogChunks.Schema, query, cancellationToken))
        {
            compacted.Add(found);
            if (!ChunkKey.IsNarrow(found.Header) && !Settling.IsOpen(found.Header.Max, now))
            {
                wide.Add(found);
                continue;
            }

            if (hour is [var first, ..] && HourOf(first) != HourOf(found))
            {
                if (!await TryCountAsync(countings, hour, compacted, cancellationToken))
                {
                    return (false, null);
                }

                // What lies before this step is counted anew by whoever goes on: chunks that reach back that far may have added to it.
                hour.Clear();
                var border = ((found.Header.Max / step) + 1) * step;
                newest ??= border;
                if (border < newest && border > query.Range.From && time.GetElapsedTime(started) > longest)
                {
                    var isWhole = await TryCountAsync(countings, wide, compacted, cancellationToken);
                    foreach (var counting in countings)
                    {
                        counting.Counts.ForgetBefore(border);
                    }

                    return (isWhole, border);
                }
            }

            hour.Add(found);
        }

        // What wide chunks hold may be compacted in any of their hours by now: they are counted when all of these are known.
        return (await TryCountAsync(countings, [.. hour, .. wide], compacted, cancellationToken), null);
    }

    private static long HourOf(Chunk chunk) => chunk.Header.Max / TimeSpan.TicksPerHour;

    // A message that is delivered again after its hour was compacted brings back what is there already, until the next compaction; and a chunk that is being
    // divided goes last. Of chunks that came in before what was compacted of their hours, what they repeat is not counted.
    private async Task<bool> TryCountAsync(IReadOnlyList<Counting> countings, IReadOnlyList<Chunk> chunks, CompactedHours compacted, CancellationToken cancellationToken)
    {
        foreach (var found in chunks)
        {
            var mayRepeat = compacted.MayHold(found);
            var rest = countings
                .Where(counting => counting.MayCount(found.Header))
                .SelectMany(counting => counting.AddHeader(found.Header, mayRepeat))
                .ToList();
            if (rest.Count > 0 && !await TryOpenAsync(rest, found, mayRepeat, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> TryOpenAsync(IReadOnlyList<Counting> countings, Chunk found, bool mayRepeat, CancellationToken cancellationToken)
    {
        if (await store.OpenAsync(LogChunks.Schema, found, cancellationToken) is not { } chunk)
        {
            return false;
        }

        var payloads = 0;
        await foreach (var payload in store.ReadPayloadsAsync(LogChunks.Schema, chunk, cancellationToken))
        {
            payloads++;
            var known = mayRepeat ? await finder.FindCompactedAsync(LogChunks.Schema, chunk, payload, cancellationToken) : new HashSet<RecordIdentity>();
            foreach (var counting in countings)
            {
                await store.ReadRecordsAsync(LogChunks.Schema, chunk, () => counting.Counts.Add(payload, counting.Filter, known));
            }
        }

        return await store.IsThereAsync(LogChunks.Schema, chunk, payloads, cancellationToken);
    }

    /// <summary>What is counted for a filter.</summary>
    /// <param name="Filter">The filter.</param>
    /// <param name="Query">What headers and indexes tell of it.</param>
    /// <param name="Counts">What it is counted in.</param>
    private sealed record Counting(LogFilter Filter, ChunkQuery Query, LogCounts Counts)
    {
        // What was found for another filter may hold nothing for this one.
        public bool MayCount(ChunkHeader header) => Query.MayMatch(header) && Query.Terms.MayMatch(term => TermFilter.MayContain(header.Filter.Span, term));

        // What is left to be counted entry by entry.
        public IEnumerable<Counting> AddHeader(ChunkHeader header, bool mayRepeat) =>
            (mayRepeat ? [Filter.Range] : Counts.Add(header, Filter)).Select(range => this with { Filter = Filter with { Range = range } });
    }

    /// <summary>The hours of which something is compacted, as far as it was met, and when the youngest of each came in.</summary>
    private sealed class CompactedHours
    {
        private readonly Dictionary<long, DateTimeOffset> _youngest = [];

        public void Add(Chunk chunk)
        {
            var receivedAt = BatchId.ReceivedAt(chunk.Header.Batch);
            if (chunk.IsCompacted && _youngest.GetValueOrDefault(HourOf(chunk)) < receivedAt)
            {
                _youngest[HourOf(chunk)] = receivedAt;
            }
        }

        // What is narrow is compacted with the hour of its newest record.
        public bool MayHold(Chunk chunk)
        {
            var (last, receivedAt) = (HourOf(chunk), BatchId.ReceivedAt(chunk.Header.Batch));
            return !chunk.IsCompacted && (ChunkKey.IsNarrow(chunk.Header)
                ? _youngest.TryGetValue(last, out var youngest) && youngest >= receivedAt
                : _youngest.Any(hour => hour.Key >= chunk.Header.Min / TimeSpan.TicksPerHour && hour.Key <= last && hour.Value >= receivedAt));
        }
    }
}
