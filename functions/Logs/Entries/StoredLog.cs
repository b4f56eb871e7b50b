using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Times;

namespace Serverless.Logs.Entries;

/// <summary>
/// An entry as it is kept: one line of JSON that begins with <c>id</c>, <c>timestamp</c> and <c>level</c>, in this order, so that
/// they can be told without parsing the rest.
/// </summary>
/// <param name="json">The line.</param>
internal readonly ref struct StoredLog(ReadOnlySpan<byte> json)
{
    // {"id":"0123456789abcdef0123456789abcdef-0000","timestamp":"
    private const int IdStart = 7;
    private const int IdLength = 37;
    private const int BatchDigits = 32;
    private const int ReceivedDigits = 12;
    private const int TimestampStart = 59;

    // ","level":"
    private const int BetweenTimestampAndLevel = 11;

    /// <summary>The whole line.</summary>
    public ReadOnlySpan<byte> Json { get; } = json;

    /// <summary>The id: the batch, then the entry's place in it.</summary>
    public string Id => Encoding.ASCII.GetString(Json.Slice(IdStart, IdLength));

    /// <summary>The batch that it came with: 32 hexadecimal digits.</summary>
    public ReadOnlySpan<byte> Batch => Json.Slice(IdStart, BatchDigits);

    /// <summary>When the entry was received, in milliseconds since 1970: the first digits of its id.</summary>
    public long ReceivedAt => long.Parse(Json.Slice(IdStart, ReceivedDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Reads a text; null when the entry does not have it.</summary>
    public string? Read(LogField field)
    {
        var reader = new Utf8JsonReader(Json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = LogFields.Find(ref reader);
            reader.Read();
            if (found == field)
            {
                return reader.GetString();
            }

            reader.Skip();
        }

        return null;
    }

    /// <summary>Reads the id, the level and the time that counts.</summary>
    public RecordIdentity ReadIdentity()
    {
        var id = Json.Slice(IdStart, IdLength);
        var (ticks, level) = ReadTimeAndLevel();
        return Utf8Parser.TryParse(id[..BatchDigits], out Guid batch, out _, 'N') && Utf8Parser.TryParse(id[(BatchDigits + 1)..], out int number, out _)
            ? new(batch, number, level, ticks)
            : throw new FormatException("A stored entry has no id.");
    }

    /// <summary>Reads the time that counts, in ticks, and the level.</summary>
    public (long Ticks, int Level) ReadTimeAndLevel()
    {
        var rest = Json[TimestampStart..];
        var timestamp = rest[..rest.IndexOf((byte)'"')];
        rest = rest[(timestamp.Length + BetweenTimestampAndLevel)..];
        return Timestamp.TryParse(timestamp, out var time)
            ? (RecordTime.Of(time.Ticks, ReceivedAt), LogLevels.Find(rest[..rest.IndexOf((byte)'"')]))
            : throw new FormatException("A stored entry has no time.");
    }
}
