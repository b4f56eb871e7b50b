using System.Diagnostics.Metrics;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Options;
using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>Measures how much waits in the queues, and for how long: what shows that nobody works on it.</summary>
public sealed class QueueLevels(IOptions<StorageOptions> options, PoisonQueues poison, TimeProvider time)
{
    private static readonly Gauge<long> Messages = Instrumentation.Meter.CreateGauge<long>(
        "serverless.queue.messages", "{message}", "How many messages are in a queue, those that wait for their time included");

    private static readonly Gauge<long> Poison = Instrumentation.Meter.CreateGauge<long>(
        "serverless.queue.poison", "{message}", "How many messages of a queue were set aside because they could not be processed");

    private static readonly Gauge<double> Age = Instrumentation.Meter.CreateGauge<double>(
        "serverless.queue.age", "s", "How long the oldest message of a queue has been due; 0 when none is");

    // Messages are looked at as they are: whatever does not look like one of ours has an age all the same.
    private readonly QueueServiceClient _queues = StorageClients.Queues(options.Value, QueueMessageEncoding.None);

    /// <summary>Measures every queue; asks nothing of storage when nobody listens.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (Age.Enabled)
        {
            await Task.WhenAll(QueueNames.All.Select(queue => MeasureAsync(queue, cancellationToken)));
        }
    }

    private async Task MeasureAsync(string name, CancellationToken cancellationToken)
    {
        var queue = _queues.GetQueueClient(name);
        var tag = new KeyValuePair<string, object?>("queue", name);
        QueueProperties properties = await queue.GetPropertiesAsync(cancellationToken);
        PeekedMessage? oldest = await queue.PeekMessageAsync(cancellationToken);
        Messages.Record(properties.ApproximateMessagesCount, tag);
        Poison.Record(await poison.CountAsync(name, cancellationToken), tag);
        Age.Record(oldest is null ? 0 : Math.Max(0, (time.GetUtcNow() - DueAt(oldest)).TotalSeconds), tag);
    }

    /// <summary>When a message was due: when it says, or else when it was sent.</summary>
    internal static DateTimeOffset DueAt(PeekedMessage message) =>
        (RawMessage.Of(message.Body).Header is { } header ? MessageOrigin.Read(header).DueAt : null) ?? message.InsertedOn ?? DateTimeOffset.MaxValue;
}
