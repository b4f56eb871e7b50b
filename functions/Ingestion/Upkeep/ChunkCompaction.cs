using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Ingestion.Upkeep;

/// <summary>
/// Puts the many small chunks of past hours together, of one partition. Each step is one transaction that writes one chunk and
/// removes those it was made of, on condition that they are unchanged: whoever reads sees either these or that one, whatever is
/// cut short is taken up by the next run, and two runs at once do not harm each other. A message that is delivered again
/// later brings its chunk back; the next run finds its records known and removes it.
/// </summary>
/// <param name="table">The table of the chunks.</param>
/// <param name="schema">What their headers say.</param>
/// <param name="partition">The partition.</param>
/// <param name="unreadable">Notes what cannot be read: it is left as it is, for the next run to set aside.</param>
internal sealed class ChunkCompaction(TableClient table, ChunkSchema schema, string partition, UnreadableRows unreadable)
{
    // Chunks that came through the queue are below 48 KB: this is a page of at most 5 MB.
    private const int FreshPerPage = 100;
    private const int CompactedPerPage = 2;

    private readonly HashSet<(Guid Id, int Number)> _known = [];
    private CompactionGroup _group = new(schema);
    private bool _isContended;

    /// <summary>Compacts every hour that is over.</summary>
    /// <param name="before">The end of the last hour that counts as over, in ticks, UTC.</param>
    /// <param name="cancellationToken">Ends the work between two transactions; the next run goes on.</param>
    /// <returns>How many chunks were replaced.</returns>
    public async Task<int> RunAsync(long before, CancellationToken cancellationToken)
    {
        var replaced = 0;
        long? current = null;
        var fresh = ReadAsync(new TimeRange(0, before - 1), isCompacted: false, FreshPerPage, cancellationToken);
        await foreach (var source in fresh.WithCancellation(cancellationToken))
        {
            var hour = source.Chunk.Header.Max / TimeSpan.TicksPerHour;
            if (hour != current)
            {
                replaced += await CommitAsync(cancellationToken);
                await BeginAsync(hour, cancellationToken);
                current = hour;
            }

            if (!_group.Takes(source.Chunk))
            {
                replaced += await CommitAsync(cancellationToken);
            }

            if (!_group.Takes(source.Chunk))
            {
                _group = new(schema);
            }

            if (!_isContended && await TryReadAsync(source.Chunk, () => Verify(source.Chunk)))
            {
                _group.Add(source);
            }
        }

        return replaced + await CommitAsync(cancellationToken);
    }

    // What was compacted in an earlier run is known; the smallest of its chunks has room for more.
    private async Task BeginAsync(long hour, CancellationToken cancellationToken)
    {
        _known.Clear();
        _group = new(schema);
        _isContended = false;
        var start = hour * TimeSpan.TicksPerHour;
        var compacted = ReadAsync(new TimeRange(start, start + TimeSpan.TicksPerHour - 1), isCompacted: true, CompactedPerPage, cancellationToken);
        CompactionSource? smallest = null;
        await foreach (var source in compacted)
        {
            if (!await TryReadAsync(source.Chunk, () => Remember(source.Chunk)))
            {
                continue;
            }

            if (smallest is null || source.Chunk.Payload.Length < smallest.Chunk.Payload.Length)
            {
                smallest = source;
            }
        }

        if (smallest is not null)
        {
            _group.Add(smallest);
        }
    }

    private async Task<int> CommitAsync(CancellationToken cancellationToken)
    {
        if (!_group.HasWork)
        {
            return 0;
        }

        var (group, merged) = (_group, _group.Merge(_known));
        _group = new(schema);
        var actions = group.Sources.Select(source => source.Delete());
        if (merged is not null)
        {
            actions = actions.Prepend(new(TableTransactionActionType.Add, ChunkRow.Write(schema, merged)));
        }

        try
        {
            var responses = await table.SubmitTransactionAsync(actions, cancellationToken);
            if (merged is not null)
            {
                _group.Add(new(merged, responses.Value[0].Headers.ETag!.Value));
            }

            return group.Sources.Count;
        }
        catch (TableTransactionFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            // Somebody else was at these rows: what is known of the hour no longer holds, and the next run looks again.
            _isContended = true;
            return 0;
        }
    }

    private void Remember(Chunk chunk)
    {
        using var lines = new LineReader(chunk.Payload);
        while (lines.TryRead(out var line))
        {
            var record = schema.ReadIdentity(line);
            _known.Add((record.Id, record.Number));
        }
    }

    private void Verify(Chunk chunk)
    {
        using var lines = new LineReader(chunk.Payload);
        while (lines.TryRead(out var line))
        {
            schema.ReadIdentity(line);
        }
    }

    private Task<bool> TryReadAsync(Chunk chunk, Action read) => unreadable.TryAsync(schema.Table, partition, ChunkKey.Of(chunk.Header), read);

    private IAsyncEnumerable<CompactionSource> ReadAsync(
        TimeRange range, bool isCompacted, int perPage, CancellationToken cancellationToken)
    {
        var filter = ChunkRow.Filter(partition, ChunkKey.NarrowEndingIn(range), isCompacted);
        var rows = table.QueryAsync<TableEntity>(filter, perPage, cancellationToken: cancellationToken);
        return unreadable.ReadAsync(schema.Table, rows, row => CompactionSource.Read(schema, row));
    }
}
