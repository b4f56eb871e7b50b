using Microsoft.Azure.Functions.Worker;
using Serverless.Alerts;

namespace Serverless.Operator;

/// <summary>The trigger that watches over the queues, and for its users over what is stored.</summary>
public sealed class QueueFunctions(QueueLevels levels, AlertRound alerts)
{
#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>
    /// Measures the queues and evaluates alerts, every five minutes: one timer for both, for each tick of one costs more than what it does. Two minutes past whole five
    /// minutes, so that the window that ended there can be judged.
    /// </summary>
    [Function("MeasureQueues")]
    public Task MeasureAsync([TimerTrigger("0 2/5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        Task.WhenAll(levels.MeasureAsync(cancellationToken), alerts.RunAsync(cancellationToken));
#pragma warning restore IDE0060
}
