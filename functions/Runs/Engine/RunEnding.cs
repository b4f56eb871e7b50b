namespace Serverless.Runs.Engine;

/// <summary>Ends runs from outside, at any moment. A run that has come to its end keeps it.</summary>
public sealed class RunEnding(RunStore store, RunQueue queue, TimeProvider time)
{
    // Longer than it takes to end a run and to tell of it.
    private static readonly TimeSpan UntilTold = TimeSpan.FromSeconds(10);

    /// <summary>Ends a run by its owner's will.</summary>
    /// <returns>The run as it is then; null when there is none.</returns>
    internal async Task<Run?> CancelAsync(string workspace, RunId id, CancellationToken cancellationToken)
    {
        var stored = await store.FindAsync(workspace, id, cancellationToken);
        if (stored is { Run: { IsTerminal: false } run } && (run.IsReported || run.App.Concurrency is not null))
        {
            // Others are to be told, and this process may die before it comes to that. Whoever gets this message finds the end, and tells of it.
            await queue.SendAsync(new RunMessage(workspace, id), UntilTold);
        }

        return await EndAsync(stored, open => RunTransition.Cancel(open, time.GetUtcNow()));
    }

    /// <summary>Ends a run whose message could not be processed.</summary>
    /// <exception cref="FormatException">The run cannot be read.</exception>
    internal async Task AbandonAsync(RunMessage order, string reason)
    {
        var stored = await store.OpenAsync(order);
        if (stored is { Run.IsTerminal: true })
        {
            // Perhaps it was the report that could not be sent.
            await queue.ReportAsync(stored.Run);
        }

        await EndAsync(stored, open => RunTransition.Abandon(open, reason, time.GetUtcNow()));
    }

    private async Task<Run?> EndAsync(StoredRun? stored, Func<Run, Run> end)
    {
        while (stored is { Run.IsTerminal: false })
        {
            if (await store.TryReplaceAsync(end(stored.Run), stored.ETag, time.GetUtcNow()) is { } ended)
            {
                await queue.ReportAsync(ended.Run);
                return ended.Run;
            }

            stored = await store.FindAsync(stored.Run.Workspace, stored.Run.Id, CancellationToken.None);
        }

        return stored?.Run;
    }
}
