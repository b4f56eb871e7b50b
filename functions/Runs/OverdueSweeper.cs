using Microsoft.Extensions.Logging;
using Serverless.Runs.Engine;
using Serverless.Runs.Triggers;

namespace Serverless.Runs;

/// <summary>Finds the runs and the triggers whose message was lost, and sends them another. One too many does no harm.</summary>
public sealed partial class OverdueSweeper(
    RunStore runs, RunQueue runQueue, TriggerStore triggers, TriggerQueue triggerQueue, TimeProvider time, ILogger<OverdueSweeper> logger)
{
    // Longer than any turn takes, and than a message is late by chance: so a run that is under way is not taken for lost.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Sends the messages of runs that are missing.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> SweepRunsAsync(CancellationToken cancellationToken) =>
        SweepAsync("runs", runs.FindOverdueAsync(Deadline, cancellationToken), order => runQueue.SendAsync(order));

    /// <summary>Sends the messages of triggers that are missing.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> SweepTriggersAsync(CancellationToken cancellationToken) =>
        SweepAsync("triggers", triggers.FindOverdueAsync(Deadline, cancellationToken), message => triggerQueue.SendAsync(message, cancellationToken));

    private DateTimeOffset Deadline => time.GetUtcNow() - Patience;

    private async Task<int> SweepAsync<T>(string kind, IAsyncEnumerable<T> overdue, Func<T, Task> send)
    {
        var found = 0;
        await foreach (var message in overdue)
        {
            await send(message);
            found++;
        }

        if (found > 0)
        {
            Log.Swept(logger, found, kind);
        }

        return found;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Found} {Kind} had waited for too long, and were sent another message")]
        public static partial void Swept(ILogger logger, int found, string kind);
    }
}
