using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Runs.Triggers;

/// <summary>
/// Fires triggers when their time has come. The next message is sent before the row says what it is about, and the run of a time has an id
/// of its own: cut short at any point and delivered again, a time starts one run, and the next one is not forgotten. Times that passed
/// while nothing ran are made up for once; those of a workspace that is suspended pass.
/// </summary>
public sealed class FireOnSchedule(
    TriggerStore store, TriggerQueue queue, TriggeredRuns runs, AccountStore accounts, QueueWork work, TimeProvider time)
{
    /// <summary>Fires the trigger of a message, if it is still due then.</summary>
    /// <exception cref="FormatException">The message cannot be read.</exception>
    public Task HandleAsync(BinaryData message, CancellationToken cancellationToken)
    {
        var order = TriggerMessage.Decode(message);
        return work.DoAsync(QueueNames.Triggers, message, order.Origin, order.Workspace, () => FireAsync(order, cancellationToken));
    }

    private async Task FireAsync(TriggerMessage order, CancellationToken cancellationToken)
    {
        if (await FindDueAsync(order, cancellationToken) is not { } stored)
        {
            return;
        }

        var now = time.GetUtcNow();
        if (now < order.At)
        {
            await WaitAsync(order, stored, stored.Trigger.DueAfter(now), cancellationToken);
            return;
        }

        var outcome = await TryStartAsync(stored.Trigger, order.At, cancellationToken);
        for (var round = 0; !await PutAsync(Settle(stored.Trigger, outcome, now), stored, cancellationToken); round++)
        {
            // Whoever gave it another time has also sent the message that counts now; whoever fired it by a request has only noted that.
            await Task.Delay(StorageRetry.Pause(round), time, cancellationToken);
            if (await FindDueAsync(order, cancellationToken) is not { } again)
            {
                return;
            }

            stored = again;
        }
    }

    private async Task<StoredTrigger?> FindDueAsync(TriggerMessage order, CancellationToken cancellationToken) =>
        await store.FindAsync(order.Workspace, order.Id, cancellationToken) is { Trigger: { IsActive: true, Schedule: not null } trigger } stored && trigger.NextAt == order.At
            ? stored
            : null;

    private static Trigger Settle(Trigger trigger, (RunId? Run, string? Error) outcome, DateTimeOffset now) =>
        trigger with { LastRunId = outcome.Run?.Text ?? trigger.LastRunId, LastError = outcome.Error, NextAt = trigger.DueAfter(now) };

    private Task<bool> PutAsync(Trigger trigger, StoredTrigger stored, CancellationToken cancellationToken) =>
        queue.ArmAsync(trigger, () => store.TryPutAsync(trigger, stored.ETag, cancellationToken), cancellationToken);

    // Its time has not come. If there is one before it, a clock that was ahead has passed over that.
    private async Task WaitAsync(TriggerMessage order, StoredTrigger stored, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        if (next is not { } at || at >= order.At)
        {
            await queue.SendAsync(order, cancellationToken);
            return;
        }

        await PutAsync(stored.Trigger with { NextAt = at }, stored, cancellationToken);
    }

    private async Task<(RunId? Run, string? Error)> TryStartAsync(Trigger trigger, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(trigger.Workspace, cancellationToken) is not { IsActive: true } workspace)
        {
            return (null, "The workspace is suspended");
        }

        try
        {
            var run = await runs.StartAsync(trigger, workspace, () => Task.FromResult(RunId.Derive(at, trigger.FireId)), given: default, cancellationToken);
            return (run.Id, null);
        }
        catch (ApiException refusal) when (refusal.Error.Status < 500)
        {
            return (null, TriggeredRuns.Reason(refusal));
        }
    }
}
