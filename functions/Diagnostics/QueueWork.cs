using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Serverless.Diagnostics;

/// <summary>
/// Deals with messages of queues so that it can be followed: a span below the one that sent the message, a scope of the log, and how long
/// the message had waited.
/// </summary>
public sealed class QueueWork(TimeProvider time, ILogger<QueueWork> logger)
{
    private static readonly Histogram<double> Lag = Instrumentation.Meter.CreateHistogram<double>(
        "serverless.queue.lag", "s", "How long messages had been due when work on them began");

    /// <summary>Deals with a message.</summary>
    /// <param name="queue">The queue it came from.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="work">What is to be done.</param>
    internal async Task DoAsync(string queue, MessageOrigin origin, string tenant, Func<Task> work)
    {
        if (origin.DueAt is { } due)
        {
            Lag.Record(Math.Max(0, (time.GetUtcNow() - due).TotalSeconds), new KeyValuePair<string, object?>("queue", queue));
        }

        var scope = WorkScope.Begin("Queue", queue);
        WorkScope.BelongsTo(tenant);
        using var logged = logger.BeginScope(scope);
        using var span = Begin(queue, origin, tenant);
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            span.Fail(failure);
            throw;
        }
    }

    private static Activity? Begin(string queue, MessageOrigin origin, string tenant)
    {
        if (!Instrumentation.Activities.HasListeners())
        {
            return null;
        }

        // The host's own span of the invocation belongs to no message.
        ActivityLink[] invocation = Activity.Current is { } current ? [new(current.Context)] : [];
        KeyValuePair<string, object?>[] tags =
        [
            new("messaging.operation.name", "process"),
            new("messaging.destination.name", queue),
            new("serverless.tenant", tenant),
        ];
        return Instrumentation.Activities.StartActivity($"process {queue}", ActivityKind.Consumer, origin.Parent, tags, invocation);
    }
}
