using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Puts chunks of an hour that is over together into a segment. One transaction lets it take their place, on condition that they are unchanged: whoever
/// reads sees either these or that, whatever is cut short is taken up by the next run, and two runs at once do not harm each other. A message that is
/// delivered again later brings its chunk back; the next run finds its records known and removes it.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="store">Reads chunks and blocks.</param>
/// <param name="schema">What the chunks are.</param>
/// <param name="partition">Whose they are.</param>
/// <param name="unreadable">Notes what cannot be read.</param>
/// <param name="time">The clock.</param>
internal sealed class HourCompaction(
    TableClient table, ChunkStore store, ChunkSchema schema, string partition, UnreadableRows unreadable, TimeProvider time)
{
    /// <summary>
    /// The most chunks that a segment takes the place of: a transaction has 100 actions. Beside these there are the head, the note, the marks of staged parts, and the
    /// small segments that go as well.
    /// </summary>
    public const int MaxSources = 72;

    private const int MaxSmallSegments = 4;

    private readonly ChunkOpener _opener = new(store, schema, unreadable);

    /// <summary>Puts chunks together, with what is small of the hour's segments.</summary>
    /// <param name="hour">The hour, counted from the year 1.</param>
    /// <param name="sources">The chunks.</param>
    /// <param name="cancellationToken">Gives up; nothing has happened then.</param>
    /// <returns>How many chunks a segment has taken the place of.</returns>
    public async Task<int> RunAsync(long hour, IReadOnlyList<CompactionSource> sources, CancellationToken cancellationToken)
    {
        var replaced = new List<(CompactionSource Source, OpenedChunk Chunk)>();
        foreach (var source in sources)
        {
            if (await _opener.OpenAsync(source.Chunk, cancellationToken) is { } opened)
            {
                replaced.Add((source, opened));
            }
        }

        if (replaced.Count == 0)
        {
            return 0;
        }

        var hours = new StoredHours(table, store, _opener, schema, partition, unreadable);
        var stored = (await hours.FindAsync([hour], MaxSmallSegments, cancellationToken))[hour];

        // Where every record is stored once, none of them can be there.
        var known = schema.TermOfBatch is null
            ? []
            : (await hours.FindKnownAsync(replaced.SelectMany(source => source.Chunk.Ids), stored.Others, cancellationToken)).ToHashSet();
        var youngest = sources.Select(source => source.Chunk.Header.Batch).Concat(stored.Small.Select(segment => segment.Id)).Max(BatchId.ReceivedAt);
        using var writer = new HourWriter(schema, partition, hour, youngest, known);
        var commit = new SegmentCommit(table, time);
        foreach (var opened in stored.Blocks.Concat(replaced.Select(source => source.Chunk)))
        {
            await foreach (var payload in _opener.PayloadsAsync(opened, cancellationToken))
            {
                await commit.AddAsync(writer.Add(payload, opened.Chunk.Header.Labels), cancellationToken);
            }
        }

        var segments = await commit.EndAsync([writer], cancellationToken);
        try
        {
            var removals = replaced.SelectMany(source => source.Source.Remove()).Concat(stored.Small.SelectMany(commit.Replace));
            await commit.CompleteAsync(segments, [.. removals], cancellationToken);
        }
        catch (TableTransactionFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            // Somebody else was at these rows; the next run looks again, and a later one removes what was written in vain.
            return 0;
        }

        await new RowRemoval(table, partition).RemovePartsAsync(replaced.Select(source => source.Source.Chunk.Header), cancellationToken);
        return replaced.Count;
    }
}
