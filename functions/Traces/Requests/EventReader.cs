using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Json;
using Serverless.Prices;
using Serverless.Redaction;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Hours;

namespace Serverless.Traces.Requests;

/// <summary>
/// Reads one event straight from the request's bytes: judges each field, notes where it stands, and writes the event in the form it
/// is kept in. One instance serves a whole batch, so that an event allocates nothing.
/// </summary>
/// <param name="batch">The batch's id, which says when it was received.</param>
/// <param name="prices">What models cost: an event that does not say what it cost is priced here, once and for all.</param>
/// <param name="redactor">Takes out of the events what is not to be stored; null for nothing.</param>
internal sealed class EventReader(string batch, PriceList prices, Redactor? redactor = null)
{
    /// <summary>The largest event, in bytes of the form it is kept in.</summary>
    public const int MaxBytes = 64 * 1024;

    // More than a line has beside what was sent: when it was received, a time in full, and a cost with its source.
    private const int AddedBytes = 192;
    private const int MaxCostDigits = 32;

    // What people write is in these.
    private static readonly FieldSet Redacted =
        default(FieldSet).With((int)EventField.ErrorCode).With((int)EventField.ErrorMessage).With((int)EventField.Tags);

    private readonly long _receivedAt = BatchId.ReceivedAt(batch).ToUnixTimeMilliseconds();
    private readonly byte[] _receipt = StoredEvent.ReceiptOf(batch);
    private readonly JsonNameOrder _names = EventFields.Order();
    private readonly FieldValue[] _values = new FieldValue[EventFields.Names.Count];
    private readonly EventTags _tags = new();
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _redacted = new();
    private FieldSet _present;
    private FieldSet _refused;
    private Timestamp _timestamp;
    private bool _isObject;
    private int _size;

    /// <summary>Whether the next event is one that was kept already, with a cost that came from a price.</summary>
    public bool IsPricedBefore { get; set; }

    /// <summary>Whether the time of the event just appended is too far ahead to count.</summary>
    public bool IsAhead => Ticks != _timestamp.Ticks;

    // The time that counts, in ticks, UTC.
    private long Ticks => RecordTime.Of(_timestamp.Ticks, _receivedAt);

    /// <summary>Reads the event that the reader stands on.</summary>
    /// <returns>False when the bytes at hand end before the event does; it has to be read again then.</returns>
    public bool TryRead(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        _present = _refused = default;
        _isObject = reader.TokenType == JsonTokenType.StartObject;
        if (!(_isObject ? TryReadFields(ref reader) : JsonCopy.TrySkip(ref reader)))
        {
            return false;
        }

        _size = (int)(reader.BytesConsumed - start);
        return true;
    }

    /// <summary>What is wrong with the event just read, in words; null when it is valid. Of several things that which stands first in it.</summary>
    public string? FindProblem()
    {
        if (!_isObject)
        {
            return "an event must be an object";
        }

        if (!_refused.IsEmpty)
        {
            var first = Places(_refused).MinBy(place => _values[place].Start);
            return $"\"{EventFields.Names[first]}\" must be {EventRules.Of((EventField)first).Text}";
        }

        return EventRules.Required.Except(_present) is { IsEmpty: false } missing
            ? $"\"{EventFields.Names[Places(missing).First()]}\" is required"
            : null;
    }

    /// <summary>Appends the event, once found valid, to a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="window">The bytes it was read from.</param>
    /// <returns>False when it is larger than <see cref="MaxBytes"/>, as it was sent; then it is not appended.</returns>
    public bool TryAppendTo(ChunkWriter chunk, ReadOnlySpan<byte> window)
    {
        if (!Timestamp.TryParse(Text(EventField.Timestamp, window), out _timestamp))
        {
            throw new InvalidOperationException("The event is not valid.");
        }

        var added = Redact(window);
        var line = new RecordLine(chunk.Room(_size + AddedBytes + Math.Max(0, added)), window);
        WriteBeginning(ref line, window);
        var beforeTokens = _present.Before((int)EventField.InputTokens);
        WriteFields(beforeTokens.Without((int)EventField.EventId), window, ref line);
        WriteCost(window, ref line);
        WriteFields(_present.Except(beforeTokens), window, ref line);
        line.Add("}\n"u8);
        var length = line.End();
        if (length - added > MaxBytes + 1)
        {
            return false;
        }

        chunk.Append(length, Ticks, EventStatuses.Find(Text(EventField.Status, window)));
        chunk.Mark(TraceChunks.ModelLabel, Text(EventField.Model, window));
        chunk.Mark(TraceChunks.EnvironmentLabel, Text(EventField.Environment, window));
        return true;
    }

    // How much longer the event becomes by it; negative when it becomes shorter.
    private int Redact(ReadOnlySpan<byte> window)
    {
        var added = 0;
        _redacted.ResetWrittenCount();
        foreach (var place in redactor is null ? default : Redacted)
        {
            ref var value = ref _values[place];
            if (_present.Has(place))
            {
                added += (EventField)place switch
                {
                    EventField.Tags => RedactTags(ref value, window),
                    var field => RedactText(field, ref value, window),
                };
            }
        }

        return added;
    }

    private int RedactTags(ref FieldValue value, ReadOnlySpan<byte> window)
    {
        // As they are kept, they are no longer than they were sent.
        var line = new RecordLine(_text.GetSpan(value.Length), window);
        _tags.Write(window, ref line);
        var tags = _text.GetSpan(value.Length)[..line.End()];
        var start = _redacted.WrittenCount;
        if (!redactor!.TryRedact(tags, NamedIn.Everything, _redacted))
        {
            return 0;
        }

        value = new(start, _redacted.WrittenCount - start, IsEscaped: false) { IsRedacted = true };
        return value.Length - tags.Length;
    }

    // A text that is cut is cut afterwards: half an address would not be known as one.
    private int RedactText(EventField field, ref FieldValue value, ReadOnlySpan<byte> window)
    {
        var start = _redacted.WrittenCount;
        if (!redactor!.TryRedact(window.Slice(value.Start, value.Length), NamedIn.Nothing, _redacted))
        {
            return 0;
        }

        var before = Cut(field, value.Text(window)).Length;
        value = new(start, _redacted.WrittenCount - start, IsEscaped: false) { IsRedacted = true };
        return Cut(field, value.Text(_redacted.WrittenSpan)).Length - before;
    }

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
        var (type, start, isEscaped) = (reader.TokenType, (int)reader.TokenStartIndex, reader.ValueIsEscaped);
        var isAccepted = type == JsonTokenType.Null || EventRules.Of((EventField)place).Accepts(ref reader);
        if (place == (int)EventField.Tags && type == JsonTokenType.StartObject)
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

        _values[place] = new(start, (int)reader.BytesConsumed - start, isEscaped);
        _present = type == JsonTokenType.Null ? _present.Without(place) : _present.With(place);
        _refused = isAccepted ? _refused.Without(place) : _refused.With(place);
        return true;
    }

    // The fields by which a StoredEvent is told, as far as they do not stand so in what was sent.
    private void WriteBeginning(ref RecordLine line, ReadOnlySpan<byte> window)
    {
        Span<byte> id = stackalloc byte[IdRule.Length];
        Ascii.ToLower(Text(EventField.EventId, window), id, out _);
        line.Add("{\"event_id\":\""u8);
        line.Add(id);
        line.Add("\""u8);
        line.Add(_receipt);
    }

    private void WriteFields(FieldSet fields, ReadOnlySpan<byte> window, ref RecordLine line)
    {
        foreach (var place in fields)
        {
            var field = (EventField)place;
            ref readonly var value = ref _values[place];
            if (IsKeptAsSent(field, in value, window))
            {
                line.AddSent(EventFields.Prefix(field), value.Start, value.Length);
            }
            else
            {
                line.Add(EventFields.Prefix(field));
                Write(field, in value, window, ref line);
            }
        }
    }

    // Where the cost comes from, and the cost itself where it comes from a price.
    private void WriteCost(ReadOnlySpan<byte> window, ref RecordLine line)
    {
        if (_present.Has((int)EventField.CostUsd))
        {
            line.Add(IsPricedBefore ? CostSources.Priced : CostSources.Reported);
        }
        else if (FindCost(window) is { } cost)
        {
            Span<byte> digits = stackalloc byte[MaxCostDigits];
            cost.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
            line.Add(EventFields.Prefix(EventField.CostUsd));
            line.Add(digits[..length]);
            line.Add(CostSources.Priced);
        }
        else if (CostSources.IsExpected(Text(EventField.Operation, window), HasTokens))
        {
            line.Add(CostSources.Unknown);
        }
    }

    private bool HasTokens =>
        _present.Has((int)EventField.InputTokens) || _present.Has((int)EventField.OutputTokens) || _present.Has((int)EventField.CachedTokens);

    // What the event cost by the price of its model; null when that is not known. A cost that could not be reported either is none.
    private decimal? FindCost(ReadOnlySpan<byte> window)
    {
        if (!HasTokens
            || !CostSources.IsExpected(Text(EventField.Operation, window), hasTokens: true)
            || prices.Find(Text(EventField.Model, window), Ticks) is not { } price)
        {
            return null;
        }

        var cost = price.CostOf(Tokens(EventField.InputTokens, window), Tokens(EventField.OutputTokens, window), Tokens(EventField.CachedTokens, window));
        return cost <= EventRules.MaxCost ? cost : null;
    }

    private long Tokens(EventField field, ReadOnlySpan<byte> window)
    {
        ref readonly var value = ref _values[(int)field];
        return _present.Has((int)field) && Utf8Parser.TryParse(window.Slice(value.Start, value.Length), out long count, out _) ? count : 0;
    }

    private static bool IsKeptAsSent(EventField field, ref readonly FieldValue value, ReadOnlySpan<byte> window) => !value.IsRedacted && field switch
    {
        EventField.Timestamp => !value.IsEscaped && Timestamp.IsAsWritten(value.Text(window)),
        EventField.Status or EventField.Provider or EventField.Operation => !value.IsEscaped,
        EventField.ErrorMessage or EventField.Tags => false,
        _ => true,
    };

    private void Write(EventField field, ref readonly FieldValue value, ReadOnlySpan<byte> window, ref RecordLine line)
    {
        switch (field)
        {
            case EventField.Timestamp:
                line.Add(_timestamp);
                break;
            case EventField.Tags when value.IsRedacted:
                line.Add(_redacted.WrittenSpan.Slice(value.Start, value.Length));
                break;
            case EventField.Tags:
                _tags.Write(window, ref line);
                break;
            case EventField.ErrorMessage or EventField.ErrorCode:
                WriteString(Cut(field, value.Text(value.IsRedacted ? _redacted.WrittenSpan : window)), ref line);
                break;
            default:
                WriteString(Text(in value, window), ref line);
                break;
        }
    }

    private static ReadOnlySpan<byte> Cut(EventField field, ReadOnlySpan<byte> escaped) =>
        field == EventField.ErrorMessage ? JsonText.Beginning(escaped, EventRules.MaxErrorMessage) : escaped;

    private static void WriteString(scoped ReadOnlySpan<byte> escaped, ref RecordLine line)
    {
        line.Add("\""u8);
        line.Add(escaped);
        line.Add("\""u8);
    }

    private static IEnumerable<int> Places(FieldSet fields)
    {
        foreach (var place in fields)
        {
            yield return place;
        }
    }

    private ReadOnlySpan<byte> Text(EventField field, ReadOnlySpan<byte> window) =>
        _present.Has((int)field) ? Text(in _values[(int)field], window) : default;

    // The text of a string, unescaped. Valid until the next call.
    private ReadOnlySpan<byte> Text(scoped ref readonly FieldValue value, ReadOnlySpan<byte> window)
    {
        if (!value.IsEscaped)
        {
            return value.Text(window);
        }

        var reader = new Utf8JsonReader(window.Slice(value.Start, value.Length));
        reader.Read();
        _text.ResetWrittenCount();
        _text.Advance(reader.CopyString(_text.GetSpan(value.Length)));
        return _text.WrittenSpan;
    }

    // Where a value stands.
    private readonly record struct FieldValue(int Start, int Length, bool IsEscaped)
    {
        // Whether that is among what was written anew, rather than in the request.
        public bool IsRedacted { get; init; }

        // What stands between the quotation marks of a string.
        public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> window) => window.Slice(Start + 1, Length - 2);
    }
}
