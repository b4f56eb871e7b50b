using System.Text.Json;

namespace Serverless.Runs.Triggers;

/// <summary>What is said of triggers.</summary>
internal static class TriggerAnswers
{
    /// <summary>Writes a trigger.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="trigger">The trigger.</param>
    /// <param name="secret">Its secret, where it may be shown; else null.</param>
    public static void Write(Utf8JsonWriter writer, Trigger trigger, string? secret)
    {
        writer.WriteStartObject();
        writer.WriteString("triggerId", trigger.Id);
        writer.WriteString("appId", trigger.AppId);
        writer.WriteString("firePath", $"/v1/triggers/{trigger.FireId}/fire");
        writer.WritePropertyName("inputs");
        writer.WriteRawValue(trigger.Inputs);
        writer.WriteString("schedule", trigger.Schedule);
        writer.WriteString("webhookUrl", trigger.WebhookUrl);
        writer.WriteBoolean("active", trigger.IsActive);
        WriteTime(writer, "nextRunAt", trigger.NextAt);
        writer.WriteString("lastRunId", trigger.LastRunId);
        writer.WriteString("lastError", trigger.LastError);
        if (secret is not null)
        {
            writer.WriteString("secret", secret);
        }

        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            writer.WriteString(name, value.UtcDateTime);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
