using System.Diagnostics.Metrics;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Options;
using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>How much is in a queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Messages">How many messages, those included that wait for their time; approximately, as the service says.</param>
/// <param name="Poison">How many of its messages were set aside; approximately too.</param>
/// <param name="Oldest">The first of those that can be taken; null when there is none.</param>
internal sealed record QueueLevel(string Queue, int Messages, int Poison, PeekedMessage? Oldest);

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
            foreach (var level in await ReadAsync(cancellationToken))
            {
                Record(level);
            }
        }
    }

    /// <summary>Looks at every queue: three transactions each, and all at once.</summary>
    /// <returns>The queues, by name.</returns>
    internal async Task<IReadOnlyList<QueueLevel>> ReadAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(QueueNames.All.Order(StringComparer.Ordinal).Select(queue => ReadAsync(queue, cancellationToken)));

    private async Task<QueueLevel> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var queue = _queues.GetQueueClient(name);
        var properties = queue.GetPropertiesAsync(cancellationToken);
        var oldest = queue.PeekMessageAsync(cancellationToken);
        return new(name, (await properties).Value.ApproximateMessagesCount, await poison.CountAsync(name, cancellationToken), (await oldest).Value);
    }

    private void Record(QueueLevel level)
    {
        var tag = new KeyValuePair<string, object?>("queue", level.Queue);
        Messages.Record(level.Messages, tag);
        Poison.Record(level.Poison, tag);
        Age.Record(level.Oldest is null ? 0 : Math.Max(0, (time.GetUtcNow() - DueAt(level.Oldest)).TotalSeconds), tag);
    }

    /// <summary>When a message was due: when it says, or else when it was sent.</summary>
    internal static DateTimeOffset DueAt(PeekedMessage message) =>
        (RawMessage.Of(message.Body).Header is { } header ? MessageOrigin.Read(header).DueAt : null) ?? message.InsertedOn ?? DateTimeOffset.MaxValue;
}
