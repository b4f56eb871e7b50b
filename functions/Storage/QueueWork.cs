using System.Diagnostics;
using System.Diagnostics.Metrics;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Serverless.Diagnostics;

namespace Serverless.Storage;

/// <summary>
/// Deals with messages of queues so that it can be followed: a span below the one that sent the message, a scope of the log, and how long
/// the message had waited. During an outage a message is put off for as long as that lasts: the host counts the tries of a message, and only
/// what fails for its own sake may use them up.
/// </summary>
public sealed partial class QueueWork(QueueServiceClient queues, IErasedTenants erased, TimeProvider time, ILogger<QueueWork> logger)
{
    // What is not as late as this is dealt with without a look: whatever it brings of a tenant that was erased meanwhile goes with the rest.
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    private static readonly Histogram<double> Lag = Instrumentation.Meter.CreateHistogram<double>(
        "serverless.queue.lag", "s", "How long messages had been due when work on them began");

    /// <summary>Deals with a message.</summary>
    /// <param name="queue">The queue it came from.</param>
    /// <param name="message">The message, to be sent again as it is when it has to be put off.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="work">What is to be done.</param>
    internal async Task DoAsync(string queue, BinaryData message, MessageOrigin origin, string tenant, Func<Task> work)
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
            if (IsLate(origin) && await erased.IsErasedAsync(tenant))
            {
                Log.Dropped(logger, queue, tenant);
                return;
            }

            await work();
        }
        catch (Exception failure)
        {
            span.Fail(failure);
            if (!StorageRetry.IsOutage(failure))
            {
                throw;
            }

            await PutOffAsync(queue, message, origin, failure);
        }
    }

    private bool IsLate(MessageOrigin origin) => !(time.GetUtcNow() - origin.DueAt <= Late);

    private async Task PutOffAsync(string queue, BinaryData message, MessageOrigin origin, Exception failure)
    {
        var pause = OutagePause.After(time.GetUtcNow() - (origin.DueAt ?? time.GetUtcNow()), Random.Shared.NextDouble());
        Log.PutOff(logger, failure, queue, (int)pause.TotalSeconds);
        await queues.GetQueueClient(queue).SendThroughOutageAsync(message, pause, time);
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A message of {Queue} is put off for {Seconds} s: storage cannot be reached")]
        public static partial void PutOff(ILogger logger, Exception failure, string queue, int seconds);

        [LoggerMessage(2, LogLevel.Information, "A late message of {Queue} is dropped: {Tenant} has been erased")]
        public static partial void Dropped(ILogger logger, string queue, string tenant);
    }
}
