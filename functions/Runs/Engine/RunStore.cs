using System.Diagnostics.Metrics;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Serverless.Diagnostics;
using Serverless.Runs.Engine.Concurrency;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>A run as it is stored.</summary>
/// <param name="Run">The run.</param>
/// <param name="ETag">The version of its row.</param>
internal sealed record StoredRun(Run Run, ETag ETag);

/// <summary>
/// Keeps runs in Table Storage, one row each, and a second one beside it while it is under way (<see cref="ActiveRow"/>). A row is only ever replaced by
/// somebody who knows its last version, so that of two who change a run at once one has to look again.
/// </summary>
public sealed class RunStore(TableServiceClient tables, SlotTable slots, IOptions<RunRetentionOptions> retention, UnreadableRows unreadable, TimeProvider time)
{
    private static readonly Histogram<double> Duration = Instrumentation.Meter.CreateHistogram<double>(
        "serverless.run.duration", "s", "How long runs took, from being accepted to their end");

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>A run as it is at this moment, for whoever shows it; null when the workspace has none of this id, or none that can be read.</summary>
    internal async Task<Run?> LookAsync(string workspace, RunId id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, RunRow.KeyOf(id), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
            ? await unreadable.TryAsync(TableNames.Runs, row, RunRow.Find)
            : null;

    /// <summary>A run as it is at this moment, for whoever carries it on; null when the workspace has none of this id.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    internal async Task<StoredRun?> FindAsync(string workspace, RunId id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, RunRow.KeyOf(id), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
        && RunRow.Find(row) is { } run
            ? new(run, row.ETag)
            : null;

    /// <summary>
    /// The run of a message as it is at this moment, which is stored if the message brings it; null when there is none. A message that comes so late that
    /// its run would be past retention brings none: the run may have been there, and have been removed.
    /// </summary>
    internal async Task<StoredRun?> OpenAsync(RunMessage message)
    {
        if (await FindAsync(message.Workspace, message.Id, CancellationToken.None) is { } stored)
        {
            return stored;
        }

        return message.Id.CreatedAt >= time.GetUtcNow() - retention.Value.Period && message.NewRun is { } run
            ? await TryAddAsync(run) ?? await FindAsync(run.Workspace, run.Id, CancellationToken.None)
            : null;
    }

    /// <summary>Stores a new run.</summary>
    /// <returns>The run; null when it is stored already, whatever has become of it since.</returns>
    internal async Task<StoredRun?> TryAddAsync(Run run)
    {
        try
        {
            return await SubmitAsync(run, [new(TableTransactionActionType.Add, RunRow.Write(run, run.CreatedAt)), .. ReplayLog.Put(run)], run.CreatedAt);
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
        var written = run.IsTerminal && RunSlots.KeyOf(run) is { } key ? await TryLetGoAsync(run, key, expected) : await TryWriteAsync(run, expected, dueAt);
        if (written?.Run.CompletedAt is { } end)
        {
            Duration.Record((end - run.CreatedAt).TotalSeconds, new KeyValuePair<string, object?>("status", RunWords.Of(run.Status)));
        }

        return written;
    }

    /// <summary>Replaces a run, and changes another row with it.</summary>
    /// <param name="run">What it has become.</param>
    /// <param name="expected">The version it is based on.</param>
    /// <param name="dueAt">When there is something to do about it.</param>
    /// <param name="beside">The other change.</param>
    /// <returns>The run; null when somebody else has changed either meanwhile.</returns>
    internal async Task<StoredRun?> TryWriteAsync(Run run, ETag expected, DateTimeOffset dueAt, params IEnumerable<TableTransactionAction> beside)
    {
        try
        {
            return await SubmitAsync(run, [new(TableTransactionActionType.UpdateReplace, RunRow.Write(run, dueAt), expected), .. beside], dueAt);
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    /// <summary>Removes a run of which nobody was told. That it replays another is noted still: whoever reads that finds none.</summary>
    internal Task RemoveAsync(Run run) => _table.TrySubmitAsync(
        [
            new(TableTransactionActionType.Delete, new TableEntity(run.Workspace, RunRow.KeyOf(run.Id)), ETag.All),
            ActiveRow.Delete(run.Workspace, run.Id, ETag.All),
        ],
        CancellationToken.None);

    // With the run itself ends its part in the limit of its app: the same transaction lets those in that waited for that.
    private async Task<StoredRun?> TryLetGoAsync(Run run, string key, ETag expected)
    {
        using var turn = await slots.BeginAsync(key);
        while (true)
        {
            var row = await slots.ReadAsync(run.Workspace, key);
            var before = RunSlots.Read(row);
            var after = before.Leave(run.Id);
            var ended = run with { MadeRoomFor = after.AdmittedSince(before) };
            if (await TryWriteAsync(ended, expected, default, after == before ? [] : [after.Write(run.Workspace, key, row)]) is { } written)
            {
                return written;
            }

            if ((await slots.ReadAsync(run.Workspace, key))?.ETag == row?.ETag)
            {
                // Then it is the run that somebody else has changed.
                return null;
            }
        }
    }

    // The first action is that of the run itself.
    private async Task<StoredRun> SubmitAsync(Run run, IEnumerable<TableTransactionAction> actions, DateTimeOffset dueAt)
    {
        var responses = await _table.SubmitTransactionAsync([.. actions, ActiveRow.Put(run.Workspace, RunSummary.Of(run), dueAt)]);
        return new(run, responses.Value[0].Headers.ETag!.Value);
    }
}
