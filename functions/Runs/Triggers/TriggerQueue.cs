using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Queues;
using Serverless.Diagnostics;
using Serverless.Storage;

namespace Serverless.Runs.Triggers;

/// <summary>The message by which a trigger fires: it becomes visible when the time has come.</summary>
/// <param name="Workspace">Whose trigger it is.</param>
/// <param name="Id">The trigger.</param>
/// <param name="At">The time it is about: a trigger that is due at another has been changed since.</param>
internal sealed record TriggerMessage(string Workspace, string Id, DateTimeOffset At)
{
    /// <summary>Where it comes from.</summary>
    public MessageOrigin Origin { get; init; }

    /// <summary>Writes the message.</summary>
    public BinaryData Encode() => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(
        new TriggerMessageBody(Workspace, Id, At.UtcDateTime, Origin.DueAt?.UtcDateTime, Origin.TraceParent), TriggerMessageJson.Default.TriggerMessageBody));

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">This is no message of ours: the queue will set it aside as poison.</exception>
    public static TriggerMessage Decode(BinaryData message)
    {
        try
        {
            using var json = JsonDocument.Parse(message.ToMemory());
            var (workspace, id, at) = (json.RootElement.GetProperty("workspace"), json.RootElement.GetProperty("trigger"), json.RootElement.GetProperty("at"));
            return new(
                workspace.GetString()!,
                id.GetString()!,
                DateTimeOffset.Parse(at.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))
            {
                Origin = MessageOrigin.Read(json.RootElement),
            };
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The message names no trigger.", broken);
        }
    }
}

/// <summary>The message in JSON.</summary>
internal sealed record TriggerMessageBody(
    string Workspace,
    string Trigger,
    DateTime At,
    [property: JsonPropertyName(MessageOrigin.DueProperty)] DateTime? DueAt,
    [property: JsonPropertyName(MessageOrigin.TraceParentProperty)] string? TraceParent);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TriggerMessageBody))]
internal sealed partial class TriggerMessageJson : JsonSerializerContext;

/// <summary>Sends triggers their times. A message waits in the queue, so that nothing has to run meanwhile.</summary>
public sealed class TriggerQueue(QueueServiceClient queues, TimeProvider time)
{
    // What a queue takes; who is due later is sent on from there.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(6);

    private readonly QueueClient _queue = queues.GetQueueClient(QueueNames.Triggers);

    /// <summary>
    /// Stores a trigger and has it fire at its next time. The message goes before the row: whichever of the two fails, no row says a time that no
    /// message is about. A message that comes before its row does is dropped, so one more is sent when storing has taken that long.
    /// </summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="store">Stores it; false when somebody else has changed it meanwhile.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is stored.</returns>
    internal async Task<bool> ArmAsync(Trigger trigger, Func<Task<bool>> store, CancellationToken cancellationToken)
    {
        if (trigger.NextAt is not { } at)
        {
            return await store();
        }

        var message = new TriggerMessage(trigger.Workspace, trigger.Id, at);
        await SendAsync(message, cancellationToken);
        if (!await store())
        {
            return false;
        }

        if (time.GetUtcNow() >= at)
        {
            await SendAsync(message, cancellationToken);
        }

        return true;
    }

    /// <summary>Has a trigger fire at its time.</summary>
    internal Task SendAsync(TriggerMessage message, CancellationToken cancellationToken)
    {
        var seconds = Math.Ceiling(Math.Clamp((message.At - time.GetUtcNow()).TotalSeconds, 0, LongestWait.TotalSeconds));
        var visibleIn = TimeSpan.FromSeconds(seconds);
        var sent = message with { Origin = MessageOrigin.Here(time.GetUtcNow() + visibleIn) };
        return _queue.SendMessageAsync(sent.Encode(), visibleIn, QueueMessages.Forever, cancellationToken);
    }
}
