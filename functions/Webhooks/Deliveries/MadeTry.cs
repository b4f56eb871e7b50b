using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Webhooks.Deliveries;

/// <summary>A try in a message, whose end could not be written down.</summary>
internal sealed record MadeTry(
    DateTimeOffset At,
    int Repetition,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? MessageId,
    long DurationMs,
    int? Status,
    string? Error,
    string? Answer,
    DateTimeOffset? NextAt)
{
    /// <summary>The try in JSON.</summary>
    public static MadeTry Of(DeliveryTry made) =>
        new(made.At, made.Repetition, made.MessageId, (long)made.Duration!.Value.TotalMilliseconds, made.Status, made.Error, made.Answer, made.NextAt);

    /// <summary>Reads a try, also of the version before.</summary>
    /// <param name="made">The try.</param>
    /// <param name="attempt">Which one it is.</param>
    public static DeliveryTry Read(JsonElement made, int attempt) => new(attempt, made.GetProperty("at").GetDateTimeOffset())
    {
        Repetition = made.GetProperty("repetition").GetInt32(),
        MessageId = made.GetProperty("messageId").GetString(),
        Duration = TimeSpan.FromMilliseconds(made.GetProperty("durationMs").GetInt64()),
        Status = made.TryGetProperty("status", out var status) ? status.GetInt32() : null,
        Error = made.TryGetProperty("error", out var error) ? error.GetString() : null,
        Answer = made.TryGetProperty("answer", out var answer) ? answer.GetString() : null,
        NextAt = made.TryGetProperty("nextAt", out var nextAt) ? nextAt.GetDateTimeOffset() : null,
    };
}
