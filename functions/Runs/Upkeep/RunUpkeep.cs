using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Ingestion.Upkeep;
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
    // A third of what the Functions host allows.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    // What a run of upkeep that is killed repeats, at the most.
    private static readonly TimeSpan BetweenNotes = TimeSpan.FromSeconds(30);

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
        using var patience = new CancellationTokenSource(LongestRun, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var cursor = new UpkeepCursor(_table);
        var last = await cursor.ReadAsync(cancellationToken);
        var notedAt = time.GetTimestamp();
        var missing = 0;
        try
        {
            await foreach (var first in FirstRowsAfterAsync(last, either.Token))
            {
                // A workspace that takes all the time there is must not keep the others from theirs.
                last = first.PartitionKey;
                missing += await KeepAsync(first, either.Token);
                if (time.GetElapsedTime(notedAt) >= BetweenNotes)
                {
                    await cursor.MoveAsync(last, either.Token);
                    notedAt = time.GetTimestamp();
                }
            }

            last = UpkeepCursor.Partition;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.OutOfTime(logger, last);
        }
        finally
        {
            await cursor.MoveAsync(last, CancellationToken.None);
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

    // Asks for the first row of the next workspace, over and over: one transaction for each. That row tells whether there is anything beside the counts.
    private async IAsyncEnumerable<TableEntity> FirstRowsAfterAsync(string last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await _table
                .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey gt {last}"), maxPerPage: 1, Tally.PlaceColumns, cancellationToken)
                .FirstOrDefaultAsync(cancellationToken);
            if (next is null)
            {
                yield break;
            }

            last = next.PartitionKey;
            yield return next;
        }
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
