using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Ingestion.Reading;
using Serverless.Ingestion.Records;
using Serverless.Traces.Events;
using Serverless.Traces.Hours;

namespace Serverless.Traces.Reading;

/// <summary>Takes one event.</summary>
/// <typeparam name="T">What the events are gathered in.</typeparam>
/// <param name="gathered">What the events are gathered in.</param>
/// <param name="line">The event as it is kept.</param>
internal delegate void EventAction<in T>(T gathered, ReadOnlySpan<byte> line);

/// <summary>How much a scan looks at before it ends with what it has.</summary>
/// <param name="Patience">How long it takes, more or less; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
/// <param name="MaxEvents">How many events it reads, more or less, whether they are wanted or not.</param>
internal readonly record struct ScanBounds(TimeSpan Patience, long MaxEvents = long.MaxValue)
{
    /// <summary>It looks at everything.</summary>
    public static ScanBounds None { get; } = new(Timeout.InfiniteTimeSpan);
}

/// <summary>
/// Reads all events that a filter wants, each once. What is compacted meanwhile is either met twice, which the ids tell, or missed, and
/// then everything is read again.
/// </summary>
public sealed class EventScan(ChunkFinder finder, ChunkStore store, TimeProvider time)
{
    /// <summary>Reads the events, in no particular order.</summary>
    /// <param name="project">Whose events.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="begin">Makes something empty to gather them in.</param>
    /// <param name="add">Gathers one.</param>
    /// <param name="bounds">How much it looks at, from the newest on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was gathered, and since when that is all there is, in ticks; null when it is all.</returns>
    internal async Task<(T Gathered, long? CompleteSince)> ReadAsync<T>(
        string project, EventFilter filter, Func<T> begin, EventAction<T> add, ScanBounds bounds, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var query = filter.ToQuery(project);
        if (filter.IsAnsweredByFigures)
        {
            // Models and environments are in most chunks: pages of whole chunks are read faster than chunk by chunk.
            query = query with { Terms = TermQuestion.Anything };
        }

        for (var isRepeated = false; ; isRepeated = true)
        {
            var (gathered, seen) = (begin(), new HashSet<Guid>());
            var (hasMissed, read) = (false, 0L);
            await foreach (var found in finder.FindAsync(TraceChunks.Schema, query, cancellationToken))
            {
                // What comes next is no newer than this.
                if (read >= bounds.MaxEvents || (bounds.Patience != Timeout.InfiniteTimeSpan && time.GetElapsedTime(started) > bounds.Patience))
                {
                    return (gathered, found.Header.Max + 1);
                }

                if (await store.OpenAsync(TraceChunks.Schema, found, cancellationToken) is not { } chunk)
                {
                    hasMissed = true;
                    break;
                }

                await store.ReadRecordsAsync(TraceChunks.Schema, chunk, () => read += Add(chunk.Payload, filter, seen, line => add(gathered, line)));
            }

            if (!hasMissed && (isRepeated || !await finder.MayHaveMissedAsync(TraceChunks.Schema, query, cancellationToken)))
            {
                return (gathered, null);
            }
        }
    }

    // How many events there are, wanted or not.
    private static long Add(ReadOnlyMemory<byte> payload, EventFilter filter, HashSet<Guid> seen, LineAction add)
    {
        using var lines = new LineReader(payload);
        var count = 0L;
        while (lines.TryRead(out var line))
        {
            count++;
            if (filter.Matches(line, out _) && seen.Add(new StoredEvent(line).Id))
            {
                add(line);
            }
        }

        return count;
    }

    private delegate void LineAction(ReadOnlySpan<byte> line);
}
