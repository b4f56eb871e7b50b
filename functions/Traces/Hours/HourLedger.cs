using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Traces.Hours;

/// <summary>
/// Adds events to their hours, each event once. The chunk, the ids that are known and the hour's figures are one transaction on condition that
/// the hour is unchanged since it was read: so they agree at every moment, and a batch that is delivered again finds its events known.
/// Batches of one hour that come in at the same time share a transaction.
/// </summary>
public sealed class HourLedger
{
    // What instances hold of hours, by the number of ids: some tens of megabytes.
    private const int MaxKnownIds = 500_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TableClient _table;
    private readonly TimeProvider _time;
    private readonly HourStates _states;
    private readonly GroupCommit<(string Project, HourKey Hour), IReadOnlyList<IncomingEvent>, bool> _commits;

    /// <summary>Adds to the table of an account.</summary>
    public HourLedger(TableServiceClient tables, TimeProvider time)
        : this(tables, time, MaxKnownIds)
    {
    }

    /// <summary>Adds to the table of an account.</summary>
    /// <param name="tables">The account's tables.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxKnownIds">What it holds of hours, by the number of ids, beside the hour that was added to last.</param>
    internal HourLedger(TableServiceClient tables, TimeProvider time, int maxKnownIds)
    {
        (_table, _time, _states) = (tables.GetTableClient(TableNames.Traces), time, new(maxKnownIds, time));
        _commits = new(AddAllAsync);
    }

    /// <summary>Adds events of one hour, as far as they are not known. When this returns they are stored.</summary>
    /// <exception cref="RequestFailedException">The table did not take them: some may have been stored all the same.</exception>
    /// <exception cref="OperationCanceledException">Others were always faster, for a minute.</exception>
    internal Task AddAsync(string project, HourKey hour, IReadOnlyList<IncomingEvent> events) => _commits.SubmitAsync((project, hour), events);

    private async Task<IReadOnlyList<bool>> AddAllAsync((string Project, HourKey Hour) key, IReadOnlyList<IReadOnlyList<IncomingEvent>> batches)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        foreach (var part in EventChunk.Divide(batches.SelectMany(batch => batch).DistinctBy(added => added.Id)))
        {
            await StoreAsync(key.Project, key.Hour, part, patience.Token);
        }

        return [.. batches.Select(_ => true)];
    }

    private async Task StoreAsync(string project, HourKey hour, IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
    {
        for (var round = 0; ; round++)
        {
            // Whatever happens next, this state is only good for what comes out of it.
            var state = _states.Take(project, hour) ?? await ReadAsync(project, hour, new HourState(project, hour), cancellationToken);
            var unknown = events.Where(added => !state.Contains(added)).ToList();
            if (unknown.Count == 0)
            {
                _states.Put(project, hour, state);
                return;
            }

            var addition = state.Plan(unknown);
            try
            {
                var responses = await _table.SubmitTransactionAsync(addition.Actions, cancellationToken);
                state.Complete(addition, responses.Value[0].Headers.ETag!.Value);
                _states.Put(project, hour, state);
                return;
            }
            catch (Exception failure) when (StorageRetry.MayHaveLanded(failure) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(StorageRetry.Pause(round), _time, cancellationToken);
                if (StorageRetry.IsConflict(failure))
                {
                    _states.Put(project, hour, await ReadAsync(project, hour, state, cancellationToken));
                }
            }
        }
    }

    // Reads what is newer than what the state has, the head before the ids.
    private async Task<HourState> ReadAsync(string project, HourKey hour, HourState state, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {project} and RowKey ge {hour.Rows.From} and RowKey lt {hour.Rows.To} and Version gt {state.Version}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            state.Read(row);
        }

        return state;
    }
}
