using System.Text.Json;
using Serverless.Diagnostics;

namespace Serverless.Runs.Engine;

/// <summary>The queue message by which the end of a run is reported.</summary>
/// <param name="Workspace">Whose run it is.</param>
/// <param name="Id">The run.</param>
/// <param name="Attempt">Which try this is, from 1.</param>
internal sealed record WebhookMessage(string Workspace, RunId Id, int Attempt)
{
    /// <summary>Where it comes from.</summary>
    public MessageOrigin Origin { get; init; }

    /// <summary>Writes the message.</summary>
    public BinaryData Encode()
    {
        using var message = new MemoryStream();
        using (var writer = new Utf8JsonWriter(message))
        {
            writer.WriteStartObject();
            writer.WriteString("workspace", Workspace);
            writer.WriteString("runId", Id.Text);
            writer.WriteNumber("attempt", Attempt);
            Origin.Write(writer);
            writer.WriteEndObject();
        }

        return BinaryData.FromBytes(message.ToArray());
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">This is no message of ours: the queue will set it aside as poison.</exception>
    public static WebhookMessage Decode(BinaryData message)
    {
        try
        {
            using var json = JsonDocument.Parse(message.ToMemory());
            return new(
                json.RootElement.GetProperty("workspace").GetString()!,
                RunId.Parse(json.RootElement.GetProperty("runId").GetString()) ?? throw new FormatException("The message names no run."),
                json.RootElement.GetProperty("attempt").GetInt32())
            {
                Origin = MessageOrigin.Read(json.RootElement),
            };
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The message is no report of a run.", broken);
        }
    }
}
