using System.Buffers;
using System.Text;
using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Ingestion.Records;
using Serverless.Json;
using Serverless.Logs.Entries;
using Serverless.Redaction;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>
/// Reads one entry of a batch straight from the request's bytes: notes where each field stands, judges it, and writes the
/// entry in the form it is kept in. One instance serves a whole batch, so that an entry allocates nothing.
/// </summary>
/// <param name="batch">The batch's id; with the entry's place in it, the id of the entry.</param>
/// <param name="redactor">Takes out of the entries what is not to be stored; null for nothing.</param>
internal sealed class LogEntryReader(string batch, Redactor? redactor = null)
{
    /// <summary>The longest message, in bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 10 * 1024;

    /// <summary>The largest metadata or error, in bytes of JSON without white space.</summary>
    public const int MaxObjectBytes = 100 * 1024;

    /// <summary>The longest label or trace id, in bytes of UTF-8.</summary>
    public const int MaxLabelBytes = 256;

    private const int IndexDigits = 4;

    // More than a line has beside what was sent: its id, and a time in full.
    private const int AddedBytes = 128;

    private static readonly FieldSet Required =
        default(FieldSet).With((int)LogField.Timestamp).With((int)LogField.Level).With((int)LogField.Message);

    // Written in one way, however they were sent.
    private static readonly FieldSet Normalized = default(FieldSet).With((int)LogField.Timestamp).With((int)LogField.Level);

    private static readonly FieldSet Identifying =
        default(FieldSet).With((int)LogField.TraceId).With((int)LogField.SpanId).With((int)LogField.ParentSpanId);

    // What people write is in these.
    private static readonly FieldSet Redacted =
        default(FieldSet).With((int)LogField.Message).With((int)LogField.Metadata).With((int)LogField.Error);

    private readonly long _receivedAt = BatchId.ReceivedAt(batch).ToUnixTimeMilliseconds();
    private readonly byte[] _beginning = Encoding.ASCII.GetBytes($"{{\"id\":\"{batch}-");
    private readonly ulong _batch = LogTerms.OfBatch(Guid.ParseExact(batch, "N"));
    private readonly JsonNameOrder _names = LogFields.Order();
    private readonly FieldValue[] _values = new FieldValue[LogFields.Names.Count];
    private readonly ArrayBufferWriter<byte> _objects = new();
    private readonly ArrayBufferWriter<byte> _text = new();
    private FieldSet _present;
    private bool _isObject;
    private Timestamp _timestamp;

    /// <summary>The size of the entry as sent, in bytes.</summary>
    public int Size { get; private set; }

    /// <summary>Whether the time of a valid entry is too far ahead to count.</summary>
    public bool IsAhead => Ticks != _timestamp.Ticks;

    /// <summary>The level of a valid entry.</summary>
    public int Level { get; private set; }

    /// <summary>Reads the entry that the reader stands on.</summary>
    /// <returns>False when the bytes at hand end before the entry does; it has to be read again then.</returns>
    public bool TryRead(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        _objects.ResetWrittenCount();
        _present = default;
        _isObject = reader.TokenType == JsonTokenType.StartObject;
        if (!(_isObject ? TryReadFields(ref reader) : JsonCopy.TrySkip(ref reader)))
        {
            return false;
        }

        Size = (int)(reader.BytesConsumed - start);
        return true;
    }

    /// <summary>Begins with an entry whose fields are known: each is said by <see cref="Place"/>, in the order they are kept in.</summary>
    public void Begin()
    {
        _objects.ResetWrittenCount();
        _present = default;
        _isObject = true;
    }

    /// <summary>Says where a field stands: a string, or an object without white space.</summary>
    /// <param name="field">The field.</param>
    /// <param name="window">The bytes of the entry.</param>
    /// <param name="start">Where its value begins.</param>
    /// <param name="end">Where it ends.</param>
    public void Place(LogField field, ReadOnlySpan<byte> window, int start, int end)
    {
        var isText = window[start] == '"';
        _values[(int)field] = new(start, end - start, isText ? JsonTokenType.String : JsonTokenType.StartObject, isText && window[start..end].Contains((byte)'\\'));
        _present = _present.With((int)field);
        Size = window.Length;
    }

    /// <summary>Says that the end of the metadata is that of an entry before, so that its terms are known.</summary>
    /// <param name="start">Where it begins in the bytes of the entry, after a comma or the bracket.</param>
    public void KnowMetadata(int start)
    {
        ref var value = ref _values[(int)LogField.Metadata];
        value = value with { Known = value.Start + value.Length - start };
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

        foreach (var place in _present | Required)
        {
            if (_present.Has(place))
            {
                Validate((LogField)place, ref _values[place], window, problems);
            }
            else
            {
                problems.AddMissing((LogField)place);
            }
        }

        return problems.Count == before;
    }

    /// <summary>Appends the entry, once found valid, to a chunk.</summary>
    /// <param name="window">The bytes it was read from.</param>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="chunk">The chunk.</param>
    public void AppendTo(ChunkWriter chunk, ReadOnlySpan<byte> window, int index)
    {
        var line = new RecordLine(chunk.Room(Size + AddedBytes + Redact(window)), window);
        line.Add(_beginning);
        line.Add(index, IndexDigits);
        line.Add("\""u8);
        WriteTimestamp(ref line, window);
        WriteLevel(ref line);
        foreach (var place in _present.Except(Normalized))
        {
            ref readonly var value = ref _values[place];
            if (value.IsCopied)
            {
                line.Add(LogFields.Prefix((LogField)place));
                line.Add(Json(in value, window));
            }
            else
            {
                line.AddSent(LogFields.Prefix((LogField)place), value.Start, value.Length);
            }
        }

        line.Add("}\n"u8);
        chunk.Append(line.End(), Ticks, Level);
        AddTermsTo(chunk.Terms, window);
        chunk.Mark(LogChunks.EnvironmentLabel, Text(LogField.Environment, window));
        chunk.Mark(LogChunks.ProjectLabel, Text(LogField.ProjectId, window));
    }

    // All that is derived from the entry is derived from what this leaves. Returns how much longer it may have become.
    private int Redact(ReadOnlySpan<byte> window)
    {
        var added = 0;
        if (redactor is null || IsPrivate)
        {
            return added;
        }

        foreach (var place in Redacted)
        {
            var start = _objects.WrittenCount;
            ref var value = ref _values[place];
            var named = (LogField)place switch
            {
                LogField.Metadata => NamedIn.Everything,
                LogField.Error => NamedIn.Context,
                _ => NamedIn.Nothing,
            };
            if (_present.Has(place) && redactor.TryRedact(Json(in value, window), named, _objects))
            {
                var length = _objects.WrittenCount - start;
                added += Math.Max(0, length - value.Length);
                value = new(start, length, value.Type, _objects.WrittenSpan[start..].Contains((byte)'\\')) { IsCopied = true };
            }
        }

        return added;
    }

    // What the header of the chunk says of its labels needs no terms.
    private void AddTermsTo(TermSet terms, ReadOnlySpan<byte> window)
    {
        terms.Add(_batch);
        LogTerms.AddMessage(Text(LogField.Message, window), terms);
        foreach (var place in Identifying)
        {
            if (_present.Has(place))
            {
                LogTerms.AddText((LogField)place, Text((LogField)place, window), terms);
            }
        }

        if (_present.Has((int)LogField.Metadata))
        {
            // The reader is told that there is more, so that it does not mind where it ends.
            ref readonly var value = ref _values[(int)LogField.Metadata];
            var metadata = new Utf8JsonReader(Json(in value, window)[..^value.Known], isFinalBlock: value.Known == 0, state: default);
            metadata.Read();
            LogTerms.AddMetadata(ref metadata, terms);
        }

        if (HasError)
        {
            var error = new Utf8JsonReader(Json(in _values[(int)LogField.Error], window));
            error.Read();
            LogTerms.AddError(ref error, terms);
        }
    }

    // An exception without words is told by its error.
    private bool HasError => _present.Has((int)LogField.Error) && _values[(int)LogField.Error].IsObject;

    // The vendor's clients ask with it for an entry to be left as it is, whatever the name suggests.
    private bool IsPrivate => _present.Has((int)LogField.PrivacyMode) && _values[(int)LogField.PrivacyMode].Type == JsonTokenType.True;

    // The time that counts, in ticks, UTC.
    private long Ticks => RecordTime.Of(_timestamp.Ticks, _receivedAt);

    private bool TryReadFields(ref Utf8JsonReader reader)
    {
        _names.Begin();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var place = _names.Find(ref reader);
            if (!reader.Read() || !(place >= 0 ? TryReadValue(place, ref reader) : JsonCopy.TrySkip(ref reader)))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryReadValue(int place, ref Utf8JsonReader reader)
    {
        var (type, start) = (reader.TokenType, (int)reader.TokenStartIndex);
        var isMarked = reader.ValueIsEscaped;
        if (type != JsonTokenType.StartObject)
        {
            if (!JsonCopy.TrySkip(ref reader))
            {
                return false;
            }
        }
        else if (JsonCopy.TrySkip(ref reader, out var compactLength))
        {
            isMarked = compactLength < (int)reader.BytesConsumed - start;
        }
        else
        {
            return false;
        }

        _values[place] = new(start, (int)reader.BytesConsumed - start, type, isMarked);
        _present = type == JsonTokenType.Null ? _present.Without(place) : _present.With(place);
        return true;
    }

    private void Validate(LogField field, ref FieldValue value, ReadOnlySpan<byte> window, LogProblems problems)
    {
        switch (field)
        {
            case LogField.PrivacyMode when value.Type is JsonTokenType.True or JsonTokenType.False:
                break;
            case LogField.PrivacyMode when value.Type != JsonTokenType.String:
                problems.Add("privacy_mode", "invalid_type", "\"privacy_mode\" must be a boolean or a string");
                break;
            case LogField.Metadata:
                ValidateObject(field, ref value, window, problems);
                break;
            case LogField.Error:
                if (ValidateObject(field, ref value, window, problems))
                {
                    LogErrorObject.Validate(Json(in value, window), problems);
                }

                break;
            default:
                ValidateText(field, in value, window, problems);
                break;
        }
    }

    private void ValidateText(LogField field, ref readonly FieldValue value, ReadOnlySpan<byte> window, LogProblems problems)
    {
        if (value.Type != JsonTokenType.String)
        {
            problems.AddWrongType(field, "a string");
            return;
        }

        var text = Text(in value, window);
        switch (field)
        {
            case LogField.Timestamp when !Timestamp.TryParse(text, out _timestamp):
                problems.Add("timestamp", "invalid_format", "\"timestamp\" must be an ISO 8601 time such as 2026-01-26T14:30:00.000Z, with at most 9 digits of fraction");
                break;
            case LogField.Timestamp:
                break;
            case LogField.Level:
                Level = LogLevels.Find(text);
                if (Level < 0)
                {
                    problems.Add("level", "invalid_option", $"\"level\" must be one of: {string.Join(", ", LogLevels.Names)}");
                }

                break;
            case LogField.Message when text.IsEmpty && !HasError:
                problems.Add("message", "too_short", "\"message\" must not be empty");
                break;
            default:
                var max = field == LogField.Message ? MaxMessageBytes : MaxLabelBytes;
                if (text.Length > max)
                {
                    problems.AddTooLong(field, max, text.Length);
                }

                break;
        }
    }

    private bool ValidateObject(LogField field, ref FieldValue value, ReadOnlySpan<byte> window, LogProblems problems)
    {
        if (!value.IsObject)
        {
            problems.AddWrongType(field, "an object");
            return false;
        }

        if (value.HasWhiteSpace)
        {
            Compact(ref value, window);
        }

        if (value.Length > MaxObjectBytes)
        {
            problems.AddTooLarge(field, MaxObjectBytes, value.Length);
        }

        return true;
    }

    // Most objects come without white space, and are kept as they stand.
    private void Compact(ref FieldValue value, ReadOnlySpan<byte> window)
    {
        var reader = new Utf8JsonReader(window.Slice(value.Start, value.Length));
        reader.Read();
        var start = _objects.WrittenCount;
        JsonCopy.Copy(ref reader, _objects);
        value = value with { Start = start, Length = _objects.WrittenCount - start, IsCopied = true };
    }

    private void WriteTimestamp(ref RecordLine line, ReadOnlySpan<byte> window)
    {
        ref readonly var value = ref _values[(int)LogField.Timestamp];
        if (!value.IsEscaped && Timestamp.IsAsWritten(value.Text(window)))
        {
            line.AddSent(LogFields.Prefix(LogField.Timestamp), value.Start, value.Length);
        }
        else
        {
            line.Add(LogFields.Prefix(LogField.Timestamp));
            line.Add(_timestamp);
        }
    }

    private void WriteLevel(ref RecordLine line)
    {
        ref readonly var value = ref _values[(int)LogField.Level];
        if (!value.IsEscaped)
        {
            line.AddSent(LogFields.Prefix(LogField.Level), value.Start, value.Length);
        }
        else
        {
            line.Add(LogFields.Prefix(LogField.Level));
            line.Add("\""u8);
            line.Add(LogLevels.Utf8Name(Level));
            line.Add("\""u8);
        }
    }

    // A value as it is to be kept.
    private ReadOnlySpan<byte> Json(scoped ref readonly FieldValue value, ReadOnlySpan<byte> window) =>
        (value.IsCopied ? _objects.WrittenSpan : window).Slice(value.Start, value.Length);

    private ReadOnlySpan<byte> Text(LogField field, ReadOnlySpan<byte> window) =>
        _present.Has((int)field) && _values[(int)field] is { Type: JsonTokenType.String } value ? Text(in value, window) : default;

    // The text of a string, unescaped. Valid until the next call.
    private ReadOnlySpan<byte> Text(scoped ref readonly FieldValue value, ReadOnlySpan<byte> window)
    {
        if (!value.IsEscaped)
        {
            return Json(in value, window)[1..^1];
        }

        var reader = new Utf8JsonReader(Json(in value, window));
        reader.Read();
        _text.ResetWrittenCount();
        _text.Advance(reader.CopyString(_text.GetSpan(value.Length)));
        return _text.WrittenSpan;
    }

    // Where a value stands. A mark says of a string that it is escaped, and of an object that there is white space between its tokens.
    private readonly record struct FieldValue(int Start, int Length, JsonTokenType Type, bool IsMarked)
    {
        // Whether it is to be found among the values that were written anew, rather than in the request.
        public bool IsCopied { get; init; }

        // How many bytes at its end were looked at before.
        public int Known { get; init; }

        public bool IsObject => Type == JsonTokenType.StartObject;

        public bool HasWhiteSpace => IsMarked && !IsCopied;

        public bool IsEscaped => IsMarked;

        // What stands between the quotation marks.
        public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> window) => window.Slice(Start + 1, Length - 2);
    }
}
