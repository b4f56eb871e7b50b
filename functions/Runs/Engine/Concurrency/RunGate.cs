using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Runs.Engine.Concurrency;

/// <summary>
/// Lets runs begin, no more of an app at once than it says. A run that has to wait has no message meanwhile: the transaction that ends another one lets it in, and whoever
/// ends that sends it a message. Apps that say nothing of this cost nothing.
/// </summary>
public sealed partial class RunGate(TableServiceClient tables, RunStore store, SlotTable slots, TimeProvider time, ILogger<RunGate> logger)
{
    // The sweep has those looked at that wait for longer: whoever they wait for may have been lost.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Lets a run begin or go on.</summary>
    /// <returns>The run as it is then; null when it has to wait, or is not there any more.</returns>
    internal async Task<StoredRun?> LetInAsync(StoredRun stored)
    {
        if (stored.Run.Status != RunStatus.Queued || RunSlots.KeyOf(stored.Run) is not { } key)
        {
            return stored;
        }

        using var turn = await slots.BeginAsync(key);
        var current = stored;
        while (current is { Run: { Status: RunStatus.Queued, Id: var id, Workspace: var workspace } run })
        {
            var row = await slots.ReadAsync(workspace, key);
            var before = RunSlots.Read(row);
            if (before.UnderWay.Contains(id))
            {
                return current;
            }

            if (before.HasWaiting(id))
            {
                if (before.Waiting[0].Run != id || !await TryLetGoOfLostAsync(workspace, key, row!, before))
                {
                    return null;
                }

                continue;
            }

            var now = time.GetUtcNow();
            if (before.Waiting.Length == RunSlots.MaxWaiting)
            {
                // It has no part in the limit yet.
                run = RunTransition.Abandon(run, $"{RunSlots.MaxWaiting} runs of the app wait already", now);
            }

            var after = run.IsTerminal ? before : before.Enter(id, run.App.Concurrency!.Limit);
            var waits = after.HasWaiting(id);
            run = waits ? run with { HasToWait = true } : RunTransition.Start(run, now);
            if (await store.TryWriteAsync(run, current.ETag, waits ? now + Patience : now, after == before ? [] : [after.Write(workspace, key, row)]) is { } written)
            {
                return waits ? null : written;
            }

            current = await store.FindAsync(workspace, id, CancellationToken.None);
        }

        return current;
    }

    // Those that are under way by the row, and are not by their own. Versions before did not know of the row.
    private async Task<bool> TryLetGoOfLostAsync(string workspace, string key, TableEntity row, RunSlots before)
    {
        var after = before;
        foreach (var run in before.UnderWay)
        {
            if (await store.LookAsync(workspace, run, CancellationToken.None) is not { IsTerminal: false })
            {
                Log.Lost(logger, run, key);
                after = after.Leave(run);
            }
        }

        return after.UnderWay != before.UnderWay && await _table.TrySubmitAsync([after.Write(workspace, key, row)], CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Run {Run} is over, and was among those under way of {Key}: it is let go of")]
        public static partial void Lost(ILogger logger, RunId run, string key);
    }
}
