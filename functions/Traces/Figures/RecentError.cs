using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Traces.Events;

namespace Serverless.Traces.Figures;

/// <summary>What the overview shows of an event that failed: five of its fields.</summary>
internal sealed record RecentError(
    [property: Description("The event's id."), JsonPropertyName("event_id")] string EventId,
    [property: Description("The model.")] string Model,
    [property: Description("How the request ended.")] string Status,
    [property: Description("The error, for a program; null when the event names none."), JsonPropertyName("error_code")] string? ErrorCode,
    [property: Description("When it began.")] string Timestamp)
{
    /// <summary>Reads it.</summary>
    /// <param name="line">The line of <see cref="StoredEvent"/>.</param>
    public static RecentError Read(ReadOnlySpan<byte> line)
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

        return new(eventId!, model!, status!, errorCode, timestamp!);
    }
}
