using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Times;

namespace Serverless.Traces.Events;

/// <summary>
/// An event as it is kept: one line of JSON that begins with <c>event_id</c>, <c>received_at</c>, <c>timestamp</c> and <c>status</c>, in
/// this order, so that they can be told without parsing the rest.
/// </summary>
/// <param name="json">The line.</param>
internal readonly ref struct StoredEvent(ReadOnlySpan<byte> json)
{
    // {"event_id":"01234567-89ab-cdef-0123-456789abcdef","received_at":"2026-01-26T14:30:00.000Z","timestamp":"
    private const int IdStart = 13;
    private const int IdLength = 36;
    private const int ReceivedStart = 66;
    private const int ReceivedLength = 24;
    private const int TimestampStart = 105;

    // ","status":"
    private const int BetweenTimestampAndStatus = 12;

    /// <summary>Where the id of an event has ended, and its receipt follows.</summary>
    public const int EndOfId = IdStart + IdLength + 1;

    /// <summary>The whole line.</summary>
    public ReadOnlySpan<byte> Json { get; } = json;

    /// <summary>The event's id.</summary>
    public Guid Id => Utf8Parser.TryParse(Json.Slice(IdStart, IdLength), out Guid id, out _, 'D') ? id : throw Broken();

    /// <summary>When the event was received, in milliseconds since 1970.</summary>
    public long ReceivedAt => Timestamp.TryParse(Json.Slice(ReceivedStart, ReceivedLength), out var time)
        ? (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond
        : throw Broken();

    /// <summary>When the events of a batch were received, as it stands in each.</summary>
    /// <param name="batch">The batch's id.</param>
    public static byte[] ReceiptOf(string batch) =>
        Encoding.ASCII.GetBytes($",\"received_at\":\"{BatchId.ReceivedAt(batch).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}\"");

    /// <summary>Reads the time that counts, in ticks, and the status.</summary>
    public (long Ticks, int Status) ReadTimeAndStatus()
    {
        var rest = Json[TimestampStart..];
        var timestamp = rest[..rest.IndexOf((byte)'"')];
        rest = rest[(timestamp.Length + BetweenTimestampAndStatus)..];
        return Timestamp.TryParse(timestamp, out var time)
            ? (RecordTime.Of(time.Ticks, ReceivedAt), EventStatuses.Find(rest[..rest.IndexOf((byte)'"')]))
            : throw Broken();
    }

    /// <summary>Reads a field that is a text; null when the event has none.</summary>
    public string? ReadText(EventField field)
    {
        var reader = new Utf8JsonReader(Json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isWanted = EventFields.Find(ref reader) == field;
            reader.Read();
            if (isWanted)
            {
                return reader.GetString();
            }

            reader.Skip();
        }

        return null;
    }

    private static FormatException Broken() => new("A stored event does not begin as all do.");
}
