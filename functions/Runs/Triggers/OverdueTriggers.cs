using Microsoft.Extensions.Logging;

namespace Serverless.Runs.Triggers;

/// <summary>Finds the triggers whose message was lost, and sends them another. One too many does no harm.</summary>
public sealed partial class OverdueTriggers(TriggerStore triggers, TriggerQueue queue, TimeProvider time, ILogger<OverdueTriggers> logger)
{
    // Longer than a message is late by chance.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Sends the messages that are missing.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var found = 0;
        await foreach (var message in triggers.FindOverdueAsync(time.GetUtcNow() - Patience, cancellationToken))
        {
            await queue.SendAsync(message, cancellationToken);
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
        [LoggerMessage(1, LogLevel.Warning, "{Found} triggers had waited for too long, and were sent another message")]
        public static partial void Swept(ILogger logger, int found);
    }
}
