using Azure.Storage.Queues;
using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>Sends the messages of runs. None expires: each is delivered until it has been dealt with.</summary>
public sealed class RunQueue(QueueServiceClient queues, TimeProvider time)
{
    private readonly QueueClient _runs = queues.GetQueueClient(QueueNames.Runs);
    private readonly QueueClient _webhooks = queues.GetQueueClient(QueueNames.Webhooks);

    /// <summary>Has a run begun or gone on with.</summary>
    /// <param name="message">The run.</param>
    /// <param name="delay">How long to wait with it; rounded up to whole seconds, at most seven days.</param>
    internal Task SendAsync(RunMessage message, TimeSpan delay = default) => SendAsync((message with { Origin = Origin(delay) }).Encode(), delay);

    /// <summary>Has something done to many runs.</summary>
    internal Task SendAsync(RunBatch batch) => SendAsync((batch with { Origin = Origin(TimeSpan.Zero) }).Encode(), TimeSpan.Zero);

    /// <summary>Passes a message on as it is.</summary>
    internal Task SendAsync(BinaryData message, TimeSpan delay) =>
        _runs.SendMessageAsync(message, Hidden(delay), QueueMessages.Forever);

    /// <summary>Has the runs begun that waited for the end of a run, and its end reported, if anybody wants to know of it.</summary>
    internal async Task ReportAsync(Run run)
    {
        await Task.WhenAll(run.MadeRoomFor.Select(other => SendAsync(new RunMessage(run.Workspace, other))));
        if (run.WebhookUrl is not null)
        {
            await ReportAsync(new WebhookMessage(run.Workspace, run.Id, Attempt: 1), TimeSpan.Zero);
        }
    }

    /// <summary>Has the end of a run reported.</summary>
    /// <param name="message">The report.</param>
    /// <param name="delay">How long to wait with it; rounded up to whole seconds, at most seven days.</param>
    internal Task ReportAsync(WebhookMessage message, TimeSpan delay) =>
        _webhooks.SendMessageAsync((message with { Origin = Origin(delay) }).Encode(), Hidden(delay), QueueMessages.Forever);

    private static TimeSpan? Hidden(TimeSpan delay) => delay > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)) : null;

    private MessageOrigin Origin(TimeSpan delay) => MessageOrigin.Here(time.GetUtcNow() + delay);
}
