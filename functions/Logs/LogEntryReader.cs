using System.Buffers;
using System.Text;
using System.Text.Json;
using Serverless.Http;
using Serverless.Ingestion;

namespace Serverless.Logs;

/// <summary>
/// Reads one entry of a batch straight from the request's bytes: notes where each field stands, judges it, and writes the
/// entry in the form it is kept in. One instance serves a whole batch, so that an entry allocates nothing.
/// </summary>
/// <param name="batch">The batch's id; with the entry's place in it, the id of the entry.</param>
internal sealed class LogEntryReader(string batch)
{
    /// <summary>The longest message, in bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 10 * 1024;

    /// <summary>The largest metadata or error, in bytes of JSON without white space.</summary>
    public const int MaxObjectBytes = 100 * 1024;

    /// <summary>The longest label or trace id, in bytes of UTF-8.</summary>
    public const int MaxLabelBytes = 256;

    private const int IndexDigits = 4;

    private readonly FieldValue[] _values = new FieldValue[LogFields.Names.Count];
    private readonly ArrayBufferWriter<byte> _objects = new();
    private readonly RecordLine _line = new(Encoding.ASCII.GetBytes($"{{\"id\":\"{batch}-"));
    private readonly ArrayBufferWriter<byte> _text = new();
    private bool _isObject;
    private Timestamp _timestamp;

    /// <summary>The size of the entry as sent, in bytes.</summary>
    public int Size { get; private set; }

    /// <summary>The time of a valid entry, in ticks, UTC.</summary>
    public long Ticks => _timestamp.Ticks;

    /// <summary>The level of a valid entry.</summary>
    public int Level { get; private set; }

    /// <summary>Reads the entry that the reader stands on.</summary>
    /// <returns>False when the bytes at hand end before the entry does; it has to be read again then.</returns>
    public bool TryRead(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        _objects.ResetWrittenCount();
        Array.Clear(_values);
        _isObject = reader.TokenType == JsonTokenType.StartObject;
        if (!(_isObject ? TryReadFields(ref reader) : JsonCopy.TrySkip(ref reader)))
        {
            return false;
        }

        Size = (int)(reader.BytesConsumed - start);
        return true;
    }

    /// <summary>Judges the entry just read.</summary>
    /// <param name="window">The bytes it was read from.</param>
    /// <param name="problems">Learns of everything that is wrong.</param>
    /// <returns>Whether the entry is acceptable.</returns>
    public bool Validate(ReadOnlySpan<byte> window, LogProblems problems)
    {
        var before = problems.Count;
        if (!_isObject)
        {
            problems.Add(null, "invalid_type", "An entry must be an object");
            return false;
        }

        ValidateTimestamp(window, problems);
        ValidateLevel(window, problems);
        ValidateMessage(window, problems);
        ReadOnlySpan<LogField> texts = [LogField.Environment, LogField.ProjectId, LogField.TraceId, LogField.SpanId, LogField.ParentSpanId];
        foreach (var field in texts)
        {
            ValidateText(field, window, problems);
        }

        ValidatePrivacyMode(window, problems);
        ValidateObject(LogField.Metadata, window, problems);
        if (ValidateObject(LogField.Error, window, problems) is { IsEmpty: false } error)
        {
            LogErrorObject.Validate(error, problems);
        }

        return problems.Count == before;
    }

    /// <summary>Appends the entry, once found valid, to a chunk.</summary>
    /// <param name="window">The bytes it was read from.</param>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="chunk">The chunk.</param>
    public void AppendTo(ChunkWriter chunk, ReadOnlySpan<byte> window, int index)
    {
        _line.Begin();
        _line.Add(index, IndexDigits);
        _line.Add("\",\"timestamp\":\""u8);
        _line.Add(_timestamp, Text(LogField.Timestamp, window));
        _line.Add("\",\"level\":\""u8);
        _line.Add(LogLevels.Utf8Name(Level));
        _line.Add("\""u8);
        for (var field = LogField.Message; (int)field < _values.Length; field++)
        {
            ref readonly var value = ref _values[(int)field];
            if (value.IsCopied)
            {
                _line.Complete(window);
                _line.Add(LogFields.Prefix(field));
                _line.Add(Json(in value, window));
            }
            else if (value.IsPresent)
            {
                _line.AddSent(window, LogFields.Prefix(field), value.Start, value.Length);
            }
        }

        _line.Complete(window);
        _line.Add("}\n"u8);
        chunk.Append(_line.Written, Ticks, Level);
        chunk.Mark(LogChunks.EnvironmentLabel, Text(LogField.Environment, window));
        chunk.Mark(LogChunks.ProjectLabel, Text(LogField.ProjectId, window));
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
            var field = LogFields.Find(ref reader);
            if (!reader.Read() || !(field is { } known ? TryReadValue(known, ref reader) : JsonCopy.TrySkip(ref reader)))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryReadValue(LogField field, ref Utf8JsonReader reader)
    {
        var (type, start, isEscaped) = (reader.TokenType, (int)reader.TokenStartIndex, reader.ValueIsEscaped);
        if (type != JsonTokenType.StartObject)
        {
            if (!JsonCopy.TrySkip(ref reader))
            {
                return false;
            }

            _values[(int)field] = new(type, start, (int)reader.BytesConsumed - start, isEscaped);
            return true;
        }

        if (!JsonCopy.TrySkip(ref reader, out var compactLength))
        {
            return false;
        }

        var length = (int)reader.BytesConsumed - start;
        _values[(int)field] = new(type, start, length, isEscaped) { HasWhiteSpace = compactLength < length };
        return true;
    }

    private void ValidateTimestamp(ReadOnlySpan<byte> window, LogProblems problems)
    {
        if (RequireString(LogField.Timestamp, isRequired: true, problems)
            && !Timestamp.TryParse(Text(LogField.Timestamp, window), out _timestamp))
        {
            problems.Add("timestamp", "invalid_format", "\"timestamp\" must be an ISO 8601 time such as 2026-01-26T14:30:00.000Z, with at most 9 digits of fraction");
        }
    }

    private void ValidateLevel(ReadOnlySpan<byte> window, LogProblems problems)
    {
        if (!RequireString(LogField.Level, isRequired: true, problems))
        {
            return;
        }

        Level = LogLevels.Find(Text(LogField.Level, window));
        if (Level < 0)
        {
            problems.Add("level", "invalid_option", $"\"level\" must be one of: {string.Join(", ", LogLevels.Names)}");
        }
    }

    private void ValidateMessage(ReadOnlySpan<byte> window, LogProblems problems)
    {
        if (!RequireString(LogField.Message, isRequired: true, problems))
        {
            return;
        }

        var length = Text(LogField.Message, window).Length;
        if (length == 0)
        {
            problems.Add("message", "too_short", "\"message\" must not be empty");
        }
        else if (length > MaxMessageBytes)
        {
            problems.Add("message", "too_long", $"\"message\" must be at most {MaxMessageBytes} bytes of UTF-8, not {length}");
        }
    }

    private void ValidateText(LogField field, ReadOnlySpan<byte> window, LogProblems problems)
    {
        if (RequireString(field, isRequired: false, problems) && Text(field, window).Length is > MaxLabelBytes and var length)
        {
            var name = LogFields.Names[(int)field];
            problems.Add(name, "too_long", $"\"{name}\" must be at most {MaxLabelBytes} bytes of UTF-8, not {length}");
        }
    }

    private void ValidatePrivacyMode(ReadOnlySpan<byte> window, LogProblems problems)
    {
        switch (_values[(int)LogField.PrivacyMode])
        {
            case { Type: JsonTokenType.True or JsonTokenType.False }:
                break;
            case { IsPresent: true, Type: not JsonTokenType.String }:
                problems.Add("privacy_mode", "invalid_type", "\"privacy_mode\" must be a boolean or a string");
                break;
            default:
                ValidateText(LogField.PrivacyMode, window, problems);
                break;
        }
    }

    private ReadOnlySpan<byte> ValidateObject(LogField field, ReadOnlySpan<byte> window, LogProblems problems)
    {
        ref var value = ref _values[(int)field];
        if (!value.IsPresent)
        {
            return default;
        }

        if (!value.IsObject)
        {
            var name = LogFields.Names[(int)field];
            problems.Add(name, "invalid_type", $"\"{name}\" must be an object");
            return default;
        }

        if (value.HasWhiteSpace)
        {
            Compact(ref value, window);
        }

        if (value.Length > MaxObjectBytes)
        {
            var name = LogFields.Names[(int)field];
            problems.Add(name, "too_large", $"\"{name}\" must be at most {MaxObjectBytes} bytes of JSON, not {value.Length}");
        }

        return Json(in value, window);
    }

    // Most objects come without white space, and are kept as they stand.
    private void Compact(ref FieldValue value, ReadOnlySpan<byte> window)
    {
        var reader = new Utf8JsonReader(window.Slice(value.Start, value.Length));
        reader.Read();
        var start = _objects.WrittenCount;
        JsonCopy.Copy(ref reader, _objects);
        value = value with { Start = start, Length = _objects.WrittenCount - start, HasWhiteSpace = false, IsCopied = true };
    }

    // Whether there is a string to look at; complains when there has to be one, or something else is there.
    private bool RequireString(LogField field, bool isRequired, LogProblems problems)
    {
        ref readonly var value = ref _values[(int)field];
        if (value.Type == JsonTokenType.String)
        {
            return true;
        }

        if (value.IsPresent)
        {
            problems.Add(LogFields.Names[(int)field], "invalid_type", $"\"{LogFields.Names[(int)field]}\" must be a string");
        }
        else if (isRequired)
        {
            problems.Add(LogFields.Names[(int)field], "missing", $"\"{LogFields.Names[(int)field]}\" is required");
        }

        return false;
    }

    // A value as it is to be kept.
    private ReadOnlySpan<byte> Json(scoped ref readonly FieldValue value, ReadOnlySpan<byte> window) =>
        (value.IsCopied ? _objects.WrittenSpan : window).Slice(value.Start, value.Length);

    // The text of a string field, unescaped; empty when there is none. Valid until the next call.
    private ReadOnlySpan<byte> Text(LogField field, ReadOnlySpan<byte> window)
    {
        ref readonly var value = ref _values[(int)field];
        if (value.Type != JsonTokenType.String)
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

    private readonly record struct FieldValue(JsonTokenType Type, int Start, int Length, bool IsEscaped)
    {
        // An object that has to be copied before it is kept, and one that has been.
        public bool HasWhiteSpace { get; init; }

        public bool IsCopied { get; init; }

        public bool IsPresent => Type is not (JsonTokenType.None or JsonTokenType.Null);

        public bool IsObject => Type == JsonTokenType.StartObject;
    }
}
