using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Http;
using Serverless.Ingestion;

namespace Serverless.Traces;

/// <summary>
/// Reads one event straight from the request's bytes: judges each field, notes where it stands, and writes the event in the form it
/// is kept in. One instance serves a whole batch, so that an event allocates nothing.
/// </summary>
/// <param name="batch">The batch's id, which says when it was received.</param>
internal sealed class EventReader(string batch)
{
    /// <summary>The largest event, in bytes of the form it is kept in.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly byte[] _receivedAt =
        Encoding.ASCII.GetBytes(BatchId.ReceivedAt(batch).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));

    private readonly FieldValue[] _values = new FieldValue[EventFields.Names.Count];
    private readonly EventTags _tags = new();
    private readonly RecordLine _line = new("{\"event_id\":\""u8);
    private readonly ArrayBufferWriter<byte> _text = new();
    private bool _isObject;

    /// <summary>Reads the event that the reader stands on.</summary>
    /// <returns>False when the bytes at hand end before the event does; it has to be read again then.</returns>
    public bool TryRead(ref Utf8JsonReader reader)
    {
        Array.Clear(_values);
        _isObject = reader.TokenType == JsonTokenType.StartObject;
        return _isObject ? TryReadFields(ref reader) : JsonCopy.TrySkip(ref reader);
    }

    /// <summary>What is wrong with the event just read, in words; null when it is valid. Of several things that which stands first in it.</summary>
    public string? FindProblem()
    {
        if (!_isObject)
        {
            return "an event must be an object";
        }

        var (problem, place) = ((EventField?)null, int.MaxValue);
        for (var field = EventField.EventId; (int)field < _values.Length; field++)
        {
            ref readonly var value = ref _values[(int)field];

            // What is not there is missed at the end.
            var (isWrong, at) = value.IsPresent ? (!value.IsAccepted, value.Start) : (EventRules.IsRequired(field), int.MaxValue);
            if (isWrong && (problem is null || at < place))
            {
                (problem, place) = (field, at);
            }
        }

        return problem is not { } first ? null
            : _values[(int)first].IsPresent ? $"\"{EventFields.Names[(int)first]}\" must be {EventRules.Of(first).Text}"
            : $"\"{EventFields.Names[(int)first]}\" is required";
    }

    /// <summary>Appends the event, once found valid, to a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="window">The bytes it was read from.</param>
    /// <returns>False when it is larger than <see cref="MaxBytes"/>; then it is not appended.</returns>
    public bool TryAppendTo(ChunkWriter chunk, ReadOnlySpan<byte> window)
    {
        _line.Begin();
        var (ticks, status) = WriteBeginning(window);
        for (var field = EventField.TraceId; (int)field < _values.Length; field++)
        {
            ref readonly var value = ref _values[(int)field];
            if (!value.IsPresent)
            {
                continue;
            }

            if (IsKeptAsSent(field, value.IsEscaped))
            {
                _line.AddSent(window, EventFields.Prefix(field), value.Start, value.Length);
            }
            else
            {
                _line.Complete(window);
                _line.Add(EventFields.Prefix(field));
                WriteValue(field, window);
            }
        }

        _line.Complete(window);
        _line.Add("}"u8);
        if (_line.Written.Length > MaxBytes)
        {
            return false;
        }

        _line.Add("\n"u8);
        chunk.Append(_line.Written, ticks, status);
        chunk.Mark(TraceChunks.ModelLabel, Text(EventField.Model, window));
        chunk.Mark(TraceChunks.EnvironmentLabel, Text(EventField.Environment, window));
        return true;
    }

    private bool TryReadFields(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            JsonCopy.RequireText(ref reader);
            var field = EventFields.Find(ref reader);
            if (!reader.Read())
            {
                return false;
            }

            if (!(field is { } known ? TryReadValue(known, ref reader) : JsonCopy.TrySkip(ref reader)))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryReadValue(EventField field, ref Utf8JsonReader reader)
    {
        var (type, start, isEscaped) = (reader.TokenType, (int)reader.TokenStartIndex, reader.ValueIsEscaped);
        JsonCopy.RequireText(ref reader);
        var isAccepted = EventRules.Of(field).Accepts(ref reader);
        if (field == EventField.Tags && isAccepted)
        {
            var tags = reader;
            if (!JsonCopy.TrySkip(ref reader))
            {
                return false;
            }

            isAccepted = _tags.TryRead(tags);
        }
        else if (!JsonCopy.TrySkip(ref reader))
        {
            return false;
        }

        _values[(int)field] = new(type, start, (int)reader.BytesConsumed - start, isEscaped, isAccepted);
        return true;
    }

    // The fields by which a StoredEvent is told, at their places.
    private (long Ticks, int Status) WriteBeginning(ReadOnlySpan<byte> window)
    {
        if (!Utf8Parser.TryParse(Text(EventField.EventId, window), out Guid id, out _, 'D')
            || !Timestamp.TryParse(Text(EventField.Timestamp, window), out var timestamp))
        {
            throw new InvalidOperationException("The event is not valid.");
        }

        var status = EventStatuses.Find(Text(EventField.Status, window));
        Span<byte> text = stackalloc byte[IdRule.Length];
        id.TryFormat(text, out _, "D");
        _line.Add(text);
        _line.Add("\",\"received_at\":\""u8);
        _line.Add(_receivedAt);
        _line.Add("\",\"timestamp\":\""u8);
        _line.Add(timestamp, Text(EventField.Timestamp, window));
        _line.Add("\",\"status\":\""u8);
        _line.Add(EventStatuses.Utf8Name(status));
        _line.Add("\""u8);
        return (timestamp.Ticks, status);
    }

    private static bool IsKeptAsSent(EventField field, bool isEscaped) => field switch
    {
        EventField.Provider or EventField.Operation => !isEscaped,
        EventField.ErrorMessage or EventField.Tags => false,
        _ => true,
    };

    private void WriteValue(EventField field, ReadOnlySpan<byte> window)
    {
        switch (field)
        {
            case EventField.ErrorMessage:
                var token = window.Slice(_values[(int)field].Start, _values[(int)field].Length);
                WriteString(JsonText.Beginning(token[1..^1], EventRules.MaxErrorMessage));
                break;
            case EventField.Tags:
                _tags.Write(window, _line);
                break;
            default:
                WriteString(Text(field, window));
                break;
        }
    }

    private void WriteString(ReadOnlySpan<byte> escaped)
    {
        _line.Add("\""u8);
        _line.Add(escaped);
        _line.Add("\""u8);
    }

    // The text of a string field, unescaped; empty when there is none. Valid until the next call.
    private ReadOnlySpan<byte> Text(EventField field, ReadOnlySpan<byte> window)
    {
        ref readonly var value = ref _values[(int)field];
        if (!value.IsPresent)
        {
            return default;
        }

        var token = window.Slice(value.Start, value.Length);
        if (!value.IsEscaped)
        {
            return token[1..^1];
        }

        var reader = new Utf8JsonReader(token);
        reader.Read();
        _text.ResetWrittenCount();
        _text.Advance(reader.CopyString(_text.GetSpan(token.Length)));
        return _text.WrittenSpan;
    }

    private readonly record struct FieldValue(JsonTokenType Type, int Start, int Length, bool IsEscaped, bool IsAccepted)
    {
        public bool IsPresent => Type is not (JsonTokenType.None or JsonTokenType.Null);
    }
}
