using Microsoft.Extensions.Logging;

namespace Serverless.Runs.Engine;

/// <summary>Finds the runs whose message was lost, and sends them another. One too many does no harm.</summary>
public sealed partial class RunSweeper(RunStore store, RunQueue queue, TimeProvider time, ILogger<RunSweeper> logger)
{
    // Longer than any turn takes: so a run that is under way is not taken for lost.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Sends the messages that are missing.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var found = 0;
        await foreach (var order in store.FindOverdueAsync(time.GetUtcNow() - Patience, cancellationToken))
        {
            await queue.SendAsync(order);
            found++;
        }

        if (found > 0)
        {
            Log.Swept(logger, found);
        }

        return found;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Runs} runs had waited for too long, and were sent another message")]
        public static partial void Swept(ILogger logger, int runs);
    }
}
