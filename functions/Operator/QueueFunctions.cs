using Microsoft.Azure.Functions.Worker;

namespace Serverless.Operator;

/// <summary>The trigger that watches over the queues.</summary>
public sealed class QueueFunctions(QueueLevels levels)
{
#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Measures the queues, every five minutes, whenever other timers have woken the application anyway.</summary>
    [Function("MeasureQueues")]
    public Task MeasureAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => levels.MeasureAsync(cancellationToken);
#pragma warning restore IDE0060
}
