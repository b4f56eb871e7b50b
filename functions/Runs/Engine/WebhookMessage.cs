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

    /// <summary>The try, if it has been made and its end could not be written down; then that is all that is left to do.</summary>
    public Delivery? Made { get; init; }

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
            if (Made is { } made)
            {
                writer.WriteStartObject("made");
                Write(writer, made);
                writer.WriteEndObject();
            }

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
            var attempt = json.RootElement.GetProperty("attempt").GetInt32();
            return new(
                json.RootElement.GetProperty("workspace").GetString()!,
                RunId.Parse(json.RootElement.GetProperty("runId").GetString()) ?? throw new FormatException("The message names no run."),
                attempt)
            {
                Origin = MessageOrigin.Read(json.RootElement),
                Made = json.RootElement.TryGetProperty("made", out var made) ? Read(made, attempt) : null,
            };
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The message is no report of a run.", broken);
        }
    }

    private static void Write(Utf8JsonWriter writer, Delivery made)
    {
        writer.WriteString("at", made.At);
        writer.WriteNumber("repetition", made.Repetition);
        writer.WriteString("messageId", made.MessageId);
        writer.WriteNumber("durationMs", (long)made.Duration!.Value.TotalMilliseconds);
        if (made.Status is { } status)
        {
            writer.WriteNumber("status", status);
        }

        if (made.Error is { } error)
        {
            writer.WriteString("error", error);
        }

        if (made.NextAt is { } nextAt)
        {
            writer.WriteString("nextAt", nextAt);
        }
    }

    private static Delivery Read(JsonElement made, int attempt) => new(attempt, made.GetProperty("at").GetDateTimeOffset())
    {
        Repetition = made.GetProperty("repetition").GetInt32(),
        MessageId = made.GetProperty("messageId").GetString(),
        Duration = TimeSpan.FromMilliseconds(made.GetProperty("durationMs").GetInt64()),
        Status = made.TryGetProperty("status", out var status) ? status.GetInt32() : null,
        Error = made.TryGetProperty("error", out var error) ? error.GetString() : null,
        NextAt = made.TryGetProperty("nextAt", out var nextAt) ? nextAt.GetDateTimeOffset() : null,
    };
}
