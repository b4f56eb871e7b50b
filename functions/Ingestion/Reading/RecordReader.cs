using System.Runtime.CompilerServices;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;

namespace Serverless.Ingestion.Reading;

/// <summary>Whether a reader wants a stored record.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
/// <param name="ticks">Its time, in ticks, UTC.</param>
public delegate bool RecordMatcher(ReadOnlySpan<byte> line, out long ticks);

/// <summary>Reads which group a stored record belongs to, of which a page shows the newest alone.</summary>
/// <param name="line">The record: one line of JSON, without its line break.</param>
public delegate string RecordGrouping(ReadOnlySpan<byte> line);

/// <summary>What a reader asks for, and how much of it.</summary>
/// <param name="Chunks">The part of the question that headers can answer.</param>
/// <param name="Matches">The whole question.</param>
/// <param name="Limit">The most records of a page.</param>
/// <param name="Cursor">Where the page before ended; null for the first.</param>
public sealed record RecordQuery(ChunkQuery Chunks, RecordMatcher Matches, int Limit, RecordCursor? Cursor)
{
    /// <summary>Which records belong together, so that a page shows the newest of them; null where each stands for itself.</summary>
    public RecordGrouping? GroupOf { get; init; }
}

/// <summary>
/// Reads stored records, newest first, a page at a time. Chunks come sorted by their newest record and may overlap, so they are read
/// until the page is full and no chunk to come can hold anything newer than its last record.
/// </summary>
public sealed class RecordReader(ChunkFinder finder, ChunkStore store, TimeProvider time)
{
    private const long MaxPageBytes = 8 * 1024 * 1024;

    private const int RecordsAtOnce = 5000;

    // What came in later than this from now was taken in by a clock that was wrong: no cursor tells whether it was there before.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromSeconds(10);

    // A search that finds little answers with what it has after this long, and a cursor to go on from.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(20);

    /// <summary>Reads page after page: all records, in the order of reading, as they were when that began. What it holds is bounded by a page.</summary>
    /// <param name="schema">What the records are.</param>
    /// <param name="query">Which of them, from its cursor on; its limit does not count.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(
        ChunkSchema schema, RecordQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (RecordCursor? next = query.Cursor; ;)
        {
            var part = query with { Chunks = query.Chunks with { Cost = new() }, Limit = RecordsAtOnce, Cursor = next };
            (var page, next) = await ReadAsync(schema, part, cancellationToken);
            foreach (var entry in page.Entries)
            {
                yield return entry.Json;
            }

            if (next is null)
            {
                yield break;
            }
        }
    }

    /// <summary>Reads a page.</summary>
    /// <param name="schema">What the records are.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The page, and where the next one begins; null when this is the last.</returns>
    public async Task<(RecordPage Page, RecordCursor? Next)> ReadAsync(ChunkSchema schema, RecordQuery query, CancellationToken cancellationToken)
    {
        if (query.Cursor is { } after)
        {
            var range = query.Chunks.Range;
            query = query with { Chunks = query.Chunks with { Range = range with { To = Math.Min(range.To, after.Last.Ticks) } } };
        }

        for (var isRepeated = false; ; isRepeated = true)
        {
            var page = new RecordPage(query.Limit, MaxPageBytes);
            var reading = await FillAsync(page, schema, query, cancellationToken);

            // What is compacted stays as it is for long: reading once more is enough.
            if (!reading.HasMissed
                && (isRepeated || !await finder.MayHaveMissedAsync(schema, query.Chunks, cancellationToken)))
            {
                return (page, reading.Next);
            }
        }
    }

    private async Task<Reading> FillAsync(RecordPage page, ChunkSchema schema, RecordQuery query, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var now = time.GetUtcNow();
        var asOf = query.Cursor?.AsOf ?? now.ToUnixTimeMilliseconds();
        var latest = (now + MaxAhead).ToUnixTimeMilliseconds();
        var begin = query.Cursor?.Last ?? RecordPosition.Before(query.Chunks.Range.To);
        await foreach (var found in finder.FindAsync(schema, query.Chunks, cancellationToken))
        {
            var newest = RecordPosition.Before(found.Header.Max);
            if (!page.Wants(newest))
            {
                break;
            }

            // Chunks that reach beyond where this page begins are all read: the next one would only have to begin with them again.
            if (newest > begin && time.GetElapsedTime(started) > MaxDuration)
            {
                page.CutAt(newest);
                return new(new(newest, asOf));
            }

            if (await store.OpenAsync(schema, found, cancellationToken) is not { } chunk)
            {
                return new(null) { HasMissed = true };
            }

            query.Chunks.Cost.Opened++;
            var payloads = 0;
            await foreach (var payload in store.ReadPayloadsAsync(schema, chunk, cancellationToken))
            {
                payloads++;
                await store.ReadRecordsAsync(schema, chunk, () => Offer(page, payload, schema, query, latest));
            }

            if (!await store.IsThereAsync(schema, chunk, payloads, cancellationToken))
            {
                return new(null) { HasMissed = true };
            }
        }

        return new(page.HasMore ? new(page.Last!.Value, asOf) : null);
    }

    private static void Offer(RecordPage page, ReadOnlyMemory<byte> payload, ChunkSchema schema, RecordQuery query, long latest)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            if (!query.Matches(line, out var ticks) || !page.Wants(RecordPosition.Before(ticks)))
            {
                continue;
            }

            var (id, receivedAt) = schema.ReadReceipt(line);
            var place = new RecordPosition(ticks, id);
            if (query.Cursor is not { } after || (place > after.Last && (receivedAt <= after.AsOf || receivedAt > latest)))
            {
                page.Add(place, line, query.GroupOf?.Invoke(line));
            }
        }
    }

    private readonly record struct Reading(RecordCursor? Next)
    {
        public bool HasMissed { get; init; }
    }
}
