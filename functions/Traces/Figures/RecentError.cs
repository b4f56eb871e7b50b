using System.Text.Json;
using Serverless.Traces.Events;

namespace Serverless.Traces.Figures;

/// <summary>What the overview shows of an event that failed: five of its fields.</summary>
internal static class RecentError
{
    /// <summary>Writes it as one object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="line">The line of <see cref="StoredEvent"/>.</param>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> line)
    {
        string? eventId = null, model = null, status = null, errorCode = null, timestamp = null;
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = EventFields.Find(ref reader);
            reader.Read();
            switch (field)
            {
                case EventField.EventId:
                    eventId = reader.GetString();
                    break;
                case EventField.Model:
                    model = reader.GetString();
                    break;
                case EventField.Status:
                    status = reader.GetString();
                    break;
                case EventField.ErrorCode:
                    errorCode = reader.GetString();
                    break;
                case EventField.Timestamp:
                    timestamp = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        writer.WriteStartObject();
        writer.WriteString("event_id", eventId);
        writer.WriteString("model", model);
        writer.WriteString("status", status);
        writer.WriteString("error_code", errorCode);
        writer.WriteString("timestamp", timestamp);
        writer.WriteEndObject();
    }
}
