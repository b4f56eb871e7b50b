using System.Text.Json;
using Azure.Storage.Queues;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>Sends the messages of runs. None expires: each is delivered until it has been dealt with.</summary>
public sealed class RunQueue(QueueServiceClient queues)
{
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _runs = queues.GetQueueClient(QueueNames.Runs);
    private readonly QueueClient _webhooks = queues.GetQueueClient(QueueNames.Webhooks);

    /// <summary>Has a run begun or gone on with.</summary>
    /// <param name="message">The run.</param>
    /// <param name="delay">How long to wait with it; rounded up to whole seconds, at most seven days.</param>
    internal Task SendAsync(RunMessage message, TimeSpan delay = default) => SendAsync(message.Encode(), delay);

    /// <summary>Passes a message on as it is.</summary>
    internal Task SendAsync(BinaryData message, TimeSpan delay) =>
        _runs.SendMessageAsync(message, delay > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)) : null, Forever);

    /// <summary>Has the end of a run reported, if anybody wants to know of it.</summary>
    internal Task ReportAsync(Run run) => run.WebhookUrl is null ? Task.CompletedTask : _webhooks.SendMessageAsync(Report(run), timeToLive: Forever);

    private static BinaryData Report(Run run)
    {
        using var message = new MemoryStream();
        using (var writer = new Utf8JsonWriter(message))
        {
            writer.WriteStartObject();
            writer.WriteString("workspace", run.Workspace);
            writer.WriteString("runId", run.Id.Text);
            writer.WriteNumber("attempt", 1);
            writer.WriteEndObject();
        }

        return BinaryData.FromBytes(message.ToArray());
    }
}
