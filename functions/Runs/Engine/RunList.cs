using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>A page of a list of runs.</summary>
/// <param name="Runs">The runs, the newest first.</param>
/// <param name="Last">The run after which the list goes on; null when it does not.</param>
internal sealed record RunSlice(IReadOnlyList<RunSummary> Runs, RunId? Last);

/// <summary>The runs that are under way, and some that have ended.</summary>
/// <param name="Runs">The runs, the newest first.</param>
/// <param name="Last">The last of them, when there are more that are not among them; else null.</param>
/// <param name="Counts">The version of the counts, which changes when runs that have ended leave for them; null when nothing is counted.</param>
internal sealed record ActiveRuns(IReadOnlyList<RunSummary> Runs, RunId? Last, ETag? Counts)
{
    /// <summary>Whether a run would be among them, if it were under way.</summary>
    public bool Covers(RunId id) => Last is null || string.CompareOrdinal(id.Text, Last.Text) <= 0;
}

/// <summary>How many runs there are.</summary>
/// <param name="Count">Those that were counted.</param>
/// <param name="IsExact">Whether those are all.</param>
internal sealed record RunTotal(int Count, bool IsExact);

/// <summary>Lists the runs of a workspace, the newest first. What a page reads is bounded, whatever it is held to.</summary>
public sealed class RunList(TableServiceClient tables, UnreadableRows unreadable)
{
    /// <summary>The most rows that are read for a page, past those that are passed over, and to count runs.</summary>
    internal const int MaxRowsRead = 10_000;

    // A summary is some hundred bytes: as many as a page of storage may have.
    private const int RowsPerPage = 1000;

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>A page.</summary>
    /// <param name="workspace">Whose runs they are.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="place">Where it begins, and the most runs of it.</param>
    /// <param name="isCounted">Whether every run that is under way has its active row: then they need not be looked for among all others.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<RunSlice> ReadAsync(string workspace, RunFilter filter, RunPlace place, bool isCounted, CancellationToken cancellationToken)
    {
        var prefix = isCounted && (filter.IsUnderWay || filter.Status?.IsTerminal() is false) ? ActiveRow.Prefix : RunRow.Prefix;
        var isHeld = filter.Status is not null || filter.AppId is not null || filter.Source is not null || filter.IsUnderWay;
        var perPage = isHeld || place.Skip > 0 ? RowsPerPage : Math.Min(place.Limit + 1, RowsPerPage);
        var rows = ReadAsync(workspace, prefix, filter, place.After, perPage, cancellationToken);
        var page = new List<RunSummary>();
        var (left, read) = (place.Skip, 0);
        RunId? last = null;
        await foreach (var (id, run) in rows)
        {
            if (page.Count == place.Limit || read == MaxRowsRead)
            {
                return new(page, last);
            }

            last = id ?? last;
            read += left == 0 ? 1 : 0;
            if (run is null || !filter.Takes(run))
            {
                continue;
            }

            if (left > 0)
            {
                left--;
            }
            else
            {
                page.Add(run);
            }
        }

        return new(page, null);
    }

    /// <summary>The newest runs that are under way, or have ended and are not in the counts yet. One transaction.</summary>
    internal async Task<ActiveRuns> ReadActiveAsync(string workspace, CancellationToken cancellationToken)
    {
        // The row that counts all comes right after them.
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {ActiveRow.Prefix} and RowKey le {Tally.All}");
        var rows = await _table.QueryAsync<TableEntity>(filter, RowsPerPage, cancellationToken: cancellationToken).Take(RowsPerPage).ToListAsync(cancellationToken);
        var counts = rows is [.., { RowKey: Tally.All } all] ? all : null;
        var last = rows.Count == RowsPerPage && counts is null ? RunId.Parse(rows[^1].RowKey[ActiveRow.Prefix.Length..]) : null;
        var active = rows.Where(row => row != counts).ToAsyncEnumerable();
        return new(await unreadable.ReadAsync(TableNames.Runs, active, ActiveRow.Read).ToListAsync(cancellationToken), last, counts?.ETag);
    }

    /// <summary>The runs of the newest rows; those that are deleted are left out. One transaction.</summary>
    /// <param name="workspace">Whose they are.</param>
    /// <param name="rows">How many rows, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IReadOnlyList<RunSummary>> ReadNewestAsync(string workspace, int rows, CancellationToken cancellationToken) =>
        await ReadAsync(workspace, RunRow.Prefix, new(null, null, null), after: null, rows, cancellationToken)
            .Take(rows).Select(row => row.Run).OfType<RunSummary>().ToListAsync(cancellationToken);

    /// <summary>Counts runs by reading them, those at most that are in the newest rows.</summary>
    internal async Task<RunTotal> CountAsync(string workspace, RunFilter filter, CancellationToken cancellationToken)
    {
        var (count, read) = (0, 0);
        await foreach (var (_, run) in ReadAsync(workspace, RunRow.Prefix, filter, after: null, RowsPerPage, cancellationToken))
        {
            if (read++ == MaxRowsRead)
            {
                return new(count, IsExact: false);
            }

            count += run is not null && filter.Takes(run) ? 1 : 0;
        }

        return new(count, IsExact: true);
    }

    /// <summary>Counts the runs that were accepted since a time by their status, by reading all of them.</summary>
    internal async Task<StatusCounts> CountAsync(string workspace, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var counts = new StatusCounts();
        await foreach (var (_, run) in ReadAsync(workspace, RunRow.Prefix, new(null, null, since), after: null, RowsPerPage, cancellationToken))
        {
            if (run is not null)
            {
                counts.Add(run.Status);
            }
        }

        return counts;
    }

    // The runs of the rows of a time; null for one that is deleted or cannot be read.
    private async IAsyncEnumerable<(RunId? Id, RunSummary? Run)> ReadAsync(
        string workspace, string prefix, RunFilter filter, RunId? after, int perPage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = prefix + (filter.Since is { } since ? RunId.AfterAllSince(since) : RunId.AfterAll);
        var newest = filter.Until is { } until ? RunId.BeforeAllUntil(until) : "";
        var start = prefix + (string.CompareOrdinal(after?.Text, newest) > 0 ? after!.Text : newest);
        var rows = _table.QueryAsync<TableEntity>(RunRow.Filter(workspace, start, end), perPage, RunRow.SummaryColumns, cancellationToken);
        await foreach (var row in rows)
        {
            yield return (
                RunId.Parse(row.RowKey[prefix.Length..]),
                RunRow.IsDeleted(row) ? null : await unreadable.TryAsync(TableNames.Runs, row, found => RunRow.ReadSummary(found, prefix)));
        }
    }
}

/// <summary>Where a page of runs is.</summary>
/// <param name="After">The run after which it begins; null for the newest.</param>
/// <param name="Skip">How many runs to pass over from there.</param>
/// <param name="Limit">The most runs of it.</param>
internal sealed record RunPlace(RunId? After, int Skip, int Limit);
