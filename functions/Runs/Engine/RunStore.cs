using System.Diagnostics.Metrics;
using Azure;
using Azure.Data.Tables;
using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>A run as it is stored.</summary>
/// <param name="Run">The run.</param>
/// <param name="ETag">The version of its row.</param>
internal sealed record StoredRun(Run Run, ETag ETag);

/// <summary>
/// Keeps runs in Table Storage, one row each. A row is only ever replaced by somebody who knows its last version, so that of two who change a
/// run at once one has to look again.
/// </summary>
public sealed class RunStore(TableServiceClient tables, UnreadableRows unreadable)
{
    // A summary is some hundred bytes: as many as a page may have.
    private const int RowsPerPage = 1000;

    private static readonly Histogram<double> Duration = Instrumentation.Meter.CreateHistogram<double>(
        "serverless.run.duration", "s", "How long runs took, from being accepted to their end");

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>A run as it is at this moment, for whoever shows it; null when the workspace has none of this id, or none that can be read.</summary>
    internal async Task<Run?> LookAsync(string workspace, RunId id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, RunRow.KeyOf(id), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
            ? await unreadable.TryAsync(TableNames.Runs, row, RunRow.Read)
            : null;

    /// <summary>A run as it is at this moment, for whoever carries it on; null when the workspace has none of this id.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    internal async Task<StoredRun?> FindAsync(string workspace, RunId id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, RunRow.KeyOf(id), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
            ? new(RunRow.Read(row), row.ETag)
            : null;

    /// <summary>The run of a message as it is at this moment, which is stored if the message brings it; null when there is none.</summary>
    internal async Task<StoredRun?> OpenAsync(RunMessage message) =>
        await FindAsync(message.Workspace, message.Id, CancellationToken.None)
        ?? (message.NewRun is { } run ? await TryAddAsync(run) ?? await FindAsync(run.Workspace, run.Id, CancellationToken.None) : null);

    /// <summary>Stores a new run.</summary>
    /// <returns>The run; null when it is stored already, whatever has become of it since.</returns>
    internal async Task<StoredRun?> TryAddAsync(Run run)
    {
        try
        {
            return Written(run, await _table.AddEntityAsync(RunRow.Write(run, run.CreatedAt)));
        }
        catch (RequestFailedException failure) when (failure.Status == 409)
        {
            return null;
        }
    }

    /// <summary>Replaces a run.</summary>
    /// <param name="run">What it has become.</param>
    /// <param name="expected">The version it is based on.</param>
    /// <param name="dueAt">When there is something to do about it.</param>
    /// <returns>The run; null when somebody else has changed it meanwhile.</returns>
    internal async Task<StoredRun?> TryReplaceAsync(Run run, ETag expected, DateTimeOffset dueAt)
    {
        try
        {
            var written = Written(run, await _table.UpdateEntityAsync(RunRow.Write(run, dueAt), expected, TableUpdateMode.Replace));
            if (run.CompletedAt is { } end)
            {
                Duration.Record((end - run.CreatedAt).TotalSeconds, new KeyValuePair<string, object?>("status", RunWords.Of(run.Status)));
            }

            return written;
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 412)
        {
            return null;
        }
    }

    /// <summary>Removes a run of which nobody was told.</summary>
    internal Task RemoveAsync(Run run) => _table.DeleteEntityAsync(run.Workspace, RunRow.KeyOf(run.Id), ETag.All);

    /// <summary>Summaries of the runs of a workspace, the newest first.</summary>
    internal IAsyncEnumerable<RunSummary> ListAsync(string workspace, RunFilter filter, CancellationToken cancellationToken) =>
        unreadable.ReadAsync(
            TableNames.Runs,
            _table.QueryAsync<TableEntity>(RunRow.Filter(workspace, filter), RowsPerPage, RunRow.SummaryColumns, cancellationToken),
            RunRow.ReadSummary);

    /// <summary>How many runs of a workspace there are of each status, among those that were accepted since a time.</summary>
    internal async Task<IReadOnlyDictionary<RunStatus, int>> CountAsync(string workspace, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<RunStatus, int>();
        var rows = _table.QueryAsync<TableEntity>(RunRow.Filter(workspace, new(null, null, since)), RowsPerPage, RunRow.StatusColumns, cancellationToken);
        await foreach (var row in rows)
        {
            await unreadable.TryAsync(TableNames.Runs, row.PartitionKey, row.RowKey, () =>
            {
                var status = RunRow.StatusOf(row);
                counts[status] = counts.GetValueOrDefault(status) + 1;
            });
        }

        return counts;
    }

    /// <summary>The runs of all workspaces about which something was to be done before a time.</summary>
    internal IAsyncEnumerable<RunMessage> FindOverdueAsync(DateTimeOffset before, CancellationToken cancellationToken) => unreadable.ReadAsync(
        TableNames.Runs,
        _table.QueryAsync<TableEntity>(RunRow.OverdueFilter(before), RowsPerPage, RunRow.StatusColumns, cancellationToken),
        row => new RunMessage(row.PartitionKey, RunRow.IdOf(row)));

    private static StoredRun Written(Run run, Response response) => new(run, response.Headers.ETag!.Value);
}
