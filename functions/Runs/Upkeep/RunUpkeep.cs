using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Runs.Engine;
using Serverless.Storage;

namespace Serverless.Runs.Upkeep;

/// <summary>
/// Looks after the runs of one workspace after another: sends messages that were lost, brings the counts up to date, removes what is past retention. A workspace
/// where nothing is to be done costs two transactions. A run of upkeep takes a bounded time; what it does not get to, the next one does.
/// </summary>
public sealed partial class RunUpkeep(
    TableServiceClient tables, OverdueRuns overdue, RunSettlement settlement, RunRetention retention, TimeProvider time, ILogger<RunUpkeep> logger)
{
    // Longer than any turn takes, and than a message is late by chance: so a run that is under way is not taken for lost.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Does what is due, at most for five minutes.</summary>
    /// <param name="cancellationToken">Ends it between two transactions.</param>
    /// <returns>How many messages were missing.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Azure.RequestFailedException">The table cannot be read.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var missing = 0;

        // The first row of a workspace tells whether there is anything beside the counts.
        var walk = new PartitionWalk(_table, Tally.PlaceColumns, time);
        if (await walk.RunAsync(static _ => Task.CompletedTask, async (first, token) => missing += await KeepAsync(first, token), cancellationToken) is { } workspace)
        {
            Log.OutOfTime(logger, workspace);
        }

        return missing;
    }

    private async Task<int> KeepAsync(TableEntity first, CancellationToken cancellationToken)
    {
        var workspace = first.PartitionKey;
        var missing = 0;
        try
        {
            var removed = await retention.RemoveAsync(workspace, time.GetUtcNow(), cancellationToken);
            if (removed > 0)
            {
                Log.Removed(logger, workspace, removed);
            }

            // Else there is nothing before the counts, and nothing that they lack.
            if (!Tally.IsComplete(first))
            {
                await SettleAsync(workspace, cancellationToken);
                missing = await overdue.SweepAsync(workspace, time.GetUtcNow() - Patience, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The others shall not suffer for it.
            Log.Failed(logger, failure, workspace);
        }

        return missing;
    }

    private async Task SettleAsync(string workspace, CancellationToken cancellationToken)
    {
        bool isSettled;
        do
        {
            isSettled = await settlement.SettleAsync(workspace, cancellationToken);
        }
        while (!isSettled);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Removed} runs of {Workspace} that were past retention are removed")]
        public static partial void Removed(ILogger logger, string workspace, int removed);

        [LoggerMessage(2, LogLevel.Warning, "Upkeep of runs ran out of time at {Workspace}; the next run goes on from there")]
        public static partial void OutOfTime(ILogger logger, string workspace);

        [LoggerMessage(3, LogLevel.Error, "Upkeep of the runs of {Workspace} failed; the next run tries again")]
        public static partial void Failed(ILogger logger, Exception failure, string workspace);
    }
}
