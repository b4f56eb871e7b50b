using System.Text.Json;
using System.Text.Json.Serialization;
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
    public BinaryData Encode() => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(
        new WebhookMessageBody(Workspace, Id.Text, Attempt, Made is null ? null : MadeDelivery.Of(Made), Origin.DueAt?.UtcDateTime, Origin.TraceParent),
        MessageJson.Default.WebhookMessageBody));

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

/// <summary>The message in JSON.</summary>
internal sealed record WebhookMessageBody(
    string Workspace,
    string RunId,
    int Attempt,
    MadeDelivery? Made,
    [property: JsonPropertyName(MessageOrigin.DueProperty)] DateTime? DueAt,
    [property: JsonPropertyName(MessageOrigin.TraceParentProperty)] string? TraceParent);

/// <summary>A try in it.</summary>
internal sealed record MadeDelivery(
    DateTimeOffset At,
    int Repetition,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? MessageId,
    long DurationMs,
    int? Status,
    string? Error,
    DateTimeOffset? NextAt)
{
    /// <summary>The try in JSON.</summary>
    public static MadeDelivery Of(Delivery made) =>
        new(made.At, made.Repetition, made.MessageId, (long)made.Duration!.Value.TotalMilliseconds, made.Status, made.Error, made.NextAt);
}
