using System.IO.Hashing;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Serverless.Json;
using Serverless.Logs.Entries;
using Serverless.Otlp.Messages;
using Serverless.Texts;
using Serverless.Times;

namespace Serverless.Logs.Otel;

/// <summary>Turns log records into entries as a client would have sent them: writes them as JSON, and says where the fields stand there.</summary>
internal sealed class LogRecordMapper
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    // Of each level there are four severities, from 1 on; the least four are those of traces.
    private const int SeveritiesOfLevel = 4;

    // No metadata have room for more: each takes a name, a value, and four signs.
    private const int MaxAttributes = LogEntryReader.MaxObjectBytes / 5;

    private static ReadOnlySpan<byte> SeverityText => "severity_text"u8;

    private static ReadOnlySpan<byte> EventName => "event.name"u8;

    private static ReadOnlySpan<byte> MessageBytes => "message_bytes"u8;

    private static readonly string[] Environments = ["deployment.environment.name", "deployment.environment"];
    private static readonly int[] Severities = [.. ((string[])["debug", "debug", "info", "warn", "error", "fatal"]).Select(LevelOf)];
    private static readonly int Info = LevelOf("info");

    private static readonly Dictionary<string, int> OtherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["trace"] = LevelOf("debug"),
        ["verbose"] = LevelOf("debug"),
        ["warning"] = LevelOf("warn"),
        ["err"] = LevelOf("error"),
        ["severe"] = LevelOf("error"),
        ["critical"] = LevelOf("fatal"),
        ["alert"] = LevelOf("fatal"),
        ["emergency"] = LevelOf("fatal"),
        ["emerg"] = LevelOf("fatal"),
    };

    private readonly JsonLine _line = new();
    private readonly JsonLine _aside = new();
    private readonly List<(LogField Field, int Start, int End)> _places = [];

    // Its members, each with a comma after it.
    private readonly List<byte[]> _resource = [];
    private readonly Dictionary<ulong, int> _resourceKeys = [];
    private readonly HashSet<int> _overruled = [];
    private readonly Timestamp _receivedAt;
    private byte[] _ofScope = [];
    private byte[] _environment = [];
    private int _resourceSize;
    private int _sharedFrom;
    private bool _isShared;

    // A bit for each length that keys of the resource have.
    private ulong _lengths;

    /// <summary>Turns records into entries.</summary>
    /// <param name="receivedAt">When they were received: the time of those that have none.</param>
    public LogRecordMapper(DateTimeOffset receivedAt) => _receivedAt = new(receivedAt.UtcTicks, 0, 0);

    /// <summary>Says which part of the resource the records that follow come from.</summary>
    public void BeginScope(Scope scope)
    {
        _isShared = false;
        _line.Clear();
        WriteMember("otel.scope.name"u8, Encoding.UTF8.GetBytes(scope.Name));
        WriteMember("otel.scope.version"u8, Encoding.UTF8.GetBytes(scope.Version));
        _ofScope = _line.Written.ToArray();
    }

    /// <summary>Says what the records that follow come from. It is written once for all of them.</summary>
    public void BeginResource(RepeatedField<KeyValue> attributes)
    {
        _isShared = false;
        _resource.Clear();
        _resourceKeys.Clear();
        (_resourceSize, _lengths) = (0, 0);
        _environment = [.. Characters.BeginningOfBytes(
            Environments.Select(name => attributes.LastOrDefault(attribute => attribute.Key == name)).FirstOrDefault(found => found is not null) is { } environment
                ? new AnyValueText(environment.Value?.ToByteArray()).Read(_aside)
                : default,
            LogEntryReader.MaxLabelBytes)];
        foreach (var attribute in attributes.Where(attribute => !Environments.Contains(attribute.Key)).TakeWhile(_ => _resourceSize <= LogEntryReader.MaxObjectBytes))
        {
            var key = Encoding.UTF8.GetBytes(attribute.Key);
            _line.Clear();
            AnyValueJson.WriteMember(_line, key, attribute.Value?.ToByteArray());
            Add(key, _line.Written.ToArray());
        }
    }

    /// <summary>Why a record can become no entry; null when it can, as far as can be told before.</summary>
    public static string? FindProblem(LogRecordFields record) => record switch
    {
        { TraceId.Length: not (0 or TraceIdBytes) } => "\"traceId\" must be 32 hexadecimal digits",
        { SpanId.Length: not (0 or SpanIdBytes) } => "\"spanId\" must be 16 hexadecimal digits",
        { Attributes: > MaxAttributes } => $"It has more than {MaxAttributes} attributes",
        _ => null,
    };

    /// <summary>Writes the entry of a record.</summary>
    /// <param name="record">The record, which has no problem.</param>
    /// <param name="entry">Learns where the fields stand.</param>
    /// <returns>The entry, as JSON. Good until the next one is written.</returns>
    public ReadOnlySpan<byte> Write(LogRecordFields record, LogEntryReader entry)
    {
        _line.Clear();
        _places.Clear();
        var level = LevelOf(record);
        WriteTime(record);
        Write(LogField.Level, LogLevels.Utf8Name(level));
        var cutFrom = WriteMessage(record);
        if (_environment.Length > 0)
        {
            Write(LogField.Environment, _environment);
        }

        WriteId(LogField.TraceId, record.TraceId);
        WriteId(LogField.SpanId, record.SpanId);
        var error = new LogRecordError(record);
        WriteMetadata(record, level, cutFrom, error);
        if (error.IsThere)
        {
            var start = Begin(LogField.Error);
            error.Write(_line, _aside);
            End(LogField.Error, start);
        }

        _line.Add("}"u8);
        entry.Begin();
        foreach (var (field, start, end) in _places)
        {
            entry.Place(field, _line.Written, start, end);
        }

        if (_isShared)
        {
            entry.KnowMetadata(_sharedFrom);
        }

        return _line.Written;
    }

    /// <summary>Says that the entry written last was taken: what its resource and scope say need not be looked at again.</summary>
    public void Took() => _isShared |= _overruled.Count == 0;

    // The first one begins the entry.
    private int Begin(LogField field)
    {
        var prefix = LogFields.Prefix(field);
        if (_line.Length == 0)
        {
            _line.Add("{"u8);
            prefix = prefix[1..];
        }

        _line.Add(prefix);
        return _line.Length;
    }

    private void End(LogField field, int start) => _places.Add((field, start, _line.Length));

    private void Write(LogField field, ReadOnlySpan<byte> text)
    {
        var start = Begin(field);
        _line.AddText(text);
        End(field, start);
    }

    // What comes after the size of the largest metadata cannot make it fit.
    private void Add(byte[] key, byte[] member)
    {
        var hash = XxHash3.HashToUInt64(key);
        if (_resourceKeys.TryAdd(hash, _resource.Count))
        {
            _resource.Add(member);
        }
        else
        {
            _resource[_resourceKeys[hash]] = member;
        }

        _lengths |= 1ul << key.Length;
        _resourceSize += member.Length;
    }

    private void FindOverruled(LogRecordFields record, bool hasSeverityText, bool isCut)
    {
        _overruled.Clear();
        for (var attribute = 0; attribute < record.Attributes; attribute++)
        {
            Overrule(record.Key(attribute), isSaid: true);
        }

        Overrule(SeverityText, hasSeverityText);
        Overrule(EventName, !record.EventName.IsEmpty);
        Overrule(MessageBytes, isCut);
    }

    private void Overrule(ReadOnlySpan<byte> key, bool isSaid)
    {
        if (isSaid && (_lengths >> key.Length & 1) == 1 && _resourceKeys.TryGetValue(XxHash3.HashToUInt64(key), out var place))
        {
            _overruled.Add(place);
        }
    }

    // Cut at a whole character. Returns the size it had then; null for one that is whole.
    private int? WriteMessage(LogRecordFields record)
    {
        var whole = record.Body.IsEmpty ? default : new AnyValueText(record.Body).Read(_aside);
        whole = whole.IsEmpty ? record.EventName : whole;
        Write(LogField.Message, Characters.BeginningOfBytes(whole, LogEntryReader.MaxMessageBytes));
        return whole.Length > LogEntryReader.MaxMessageBytes ? whole.Length : null;
    }

    private static int LevelOf(LogRecordFields record)
    {
        if (record.Severity > 0)
        {
            return Severities[Math.Min((record.Severity - 1) / SeveritiesOfLevel, Severities.Length - 1)];
        }

        var text = Encoding.UTF8.GetString(record.SeverityText);
        return LevelOf(text.ToLowerInvariant()) is >= 0 and var level ? level : OtherNames.GetValueOrDefault(text, Info);
    }

    private static int LevelOf(string name) => LogLevels.Find(Encoding.UTF8.GetBytes(name));

    private void WriteTime(LogRecordFields record)
    {
        var nanoseconds = record.Time > 0 ? record.Time : record.ObservedTime;
        Span<byte> text = stackalloc byte[Timestamp.MaxLength];
        Write(LogField.Timestamp, text[..(nanoseconds > 0 ? Timestamp.OfUnixNanoseconds(nanoseconds) : _receivedAt).Format(text)]);
    }

    private void WriteId(LogField field, ReadOnlySpan<byte> id)
    {
        if (id.ContainsAnyExcept((byte)0))
        {
            Span<byte> text = stackalloc byte[2 * TraceIdBytes];
            Convert.TryToHexStringLower(id, text, out var length);
            Write(field, text[..length]);
        }
    }

    // What a record says of itself goes before what its resource does, which is the same for many, and stands at the end.
    private void WriteMetadata(LogRecordFields record, int level, int? cutFrom, LogRecordError error)
    {
        var start = Begin(LogField.Metadata);
        _line.Add("{"u8);
        for (var attribute = 0; attribute < record.Attributes; attribute++)
        {
            error.WriteRest(_line, record, attribute);
        }

        var severity = Ascii.EqualsIgnoreCase(record.SeverityText, LogLevels.Utf8Name(level)) ? default : record.SeverityText;
        WriteMember(SeverityText, severity);
        WriteMember(EventName, record.EventName);
        if (cutFrom is { } size)
        {
            _line.AddText(MessageBytes);
            _line.Add(":"u8);
            _line.Add(size);
            _line.Add(","u8);
        }

        FindOverruled(record, !severity.IsEmpty, cutFrom is not null);
        _sharedFrom = _line.Length;
        for (var place = 0; place < _resource.Count; place++)
        {
            if (!_overruled.Contains(place))
            {
                _line.Add(_resource[place]);
            }
        }

        _line.Add(_ofScope);
        _line.End("}"u8);
        End(LogField.Metadata, start);
    }

    // One without a value is left out.
    private void WriteMember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            _line.AddMember(name, text);
        }
    }
}
