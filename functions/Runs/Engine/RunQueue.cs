using Azure.Storage.Queues;
using Serverless.Diagnostics;
using Serverless.Storage;
using Serverless.Webhooks.Messages;

namespace Serverless.Runs.Engine;

/// <summary>Sends the messages of runs. None expires: each is delivered until it has been dealt with.</summary>
public sealed class RunQueue(QueueServiceClient queues, Announcements announcements, TimeProvider time)
{
    private readonly QueueClient _runs = queues.GetQueueClient(QueueNames.Runs);

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
        if (run.IsAnnounced)
        {
            await announcements.SendAsync(run.Workspace, Run.WebhookSource, run.Id.Text);
        }
        else if (run.WebhookUrl is not null)
        {
            await announcements.SendToUrlAsync(run.Workspace, Run.WebhookSource, run.Id.Text);
        }
    }

    private static TimeSpan? Hidden(TimeSpan delay) => delay > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)) : null;

    private MessageOrigin Origin(TimeSpan delay) => MessageOrigin.Here(time.GetUtcNow() + delay);
}
