using System.Text.Json;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Json;
using Serverless.Logs.Entries;
using Serverless.Redaction;

namespace Serverless.Logs;

/// <summary>
/// Reads a batch of log entries while it arrives: <c>{"logs":[…]}</c>, in one pass, each entry judged and compressed as soon as it
/// is there. Knows of the batch only counts, problems and the chunk it becomes.
/// </summary>
/// <param name="body">The body of the request.</param>
/// <param name="upload">Takes the entries.</param>
/// <param name="redaction">What is taken out of them, as far as that is known already.</param>
internal sealed class LogBatchReader(JsonBuffer body, ChunkUpload upload, RedactionRules redaction)
{
    /// <summary>The most entries of a batch.</summary>
    public const int MaxEntries = 1000;

    private RedactionRules _redaction = redaction;
    private LogEntryReader _entry = Entry(upload, redaction);
    private Position _position = Position.Start;
    private bool _mustRestart;
    private bool _hasLogs;
    private int _index;

    private enum Position
    {
        Start,
        Envelope,
        Ignored,
        ApiKey,
        Logs,
        Entries,
        End,
    }

    /// <summary>What is wrong with the batch or its entries.</summary>
    public LogProblems Problems { get; } = new();

    /// <summary>What is odd about entries that were accepted.</summary>
    public LogProblems Warnings { get; } = new();

    /// <summary>The key that old clients send in the body; null when there was none so far.</summary>
    public string? ApiKey { get; private set; }

    /// <summary>How many entries were accepted.</summary>
    public int Accepted => upload.Chunk.Count;

    /// <summary>How many entries were not.</summary>
    public int Rejected { get; private set; }

    /// <summary>The size of the accepted entries as sent, in bytes: what the quota is charged.</summary>
    public long BytesUsed { get; private set; }

    /// <summary>Reads on until the body ends or the upload is full.</summary>
    /// <returns>True at the end of the body; false when the upload has to be staged before there can be more.</returns>
    /// <exception cref="ApiException">400 for a body that is no JSON or no batch; 413 for one that is too large.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (!upload.IsFull)
        {
            if (TryAdvance())
            {
                Conclude();
                return true;
            }

            if (_mustRestart)
            {
                // "logs" stands there a second time, and the last one counts.
                _mustRestart = false;
                await upload.RestartAsync();
                _entry = Entry(upload, _redaction);
            }
            else if (!upload.IsFull)
            {
                await body.ReadOnAsync(cancellationToken);
            }
        }

        return false;
    }

    /// <summary>Has all entries be redacted by the rules that hold: those still to come, and those that were read before these were known.</summary>
    public void RedactBy(RedactionRules rules)
    {
        if (rules != _redaction)
        {
            Redact(upload, _redaction, rules);
            _redaction = rules;
            _entry = Entry(upload, rules);
        }
    }

    /// <summary>Redacts the entries of an upload anew, unless they were by the same rules.</summary>
    internal static void Redact(ChunkUpload upload, RedactionRules known, RedactionRules rules)
    {
        if (rules == known)
        {
            return;
        }

        var entry = Entry(upload, rules);
        upload.Rewrite((line, chunk) =>
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            entry.TryRead(ref reader);
            if (!entry.Validate(line, new LogProblems()))
            {
                throw new InvalidOperationException("An entry that was accepted is not valid.");
            }

            entry.AppendTo(chunk, line, new StoredLog(line).ReadIdentity().Number);
        });
    }

    /// <summary>The reader of the entries of an upload.</summary>
    internal static LogEntryReader Entry(ChunkUpload upload, RedactionRules rules) => new(upload.Chunk.Batch, rules.IsEmpty ? null : new Redactor(rules));

    // Takes what is at hand; false when more is needed, be it bytes or room.
    private bool TryAdvance()
    {
        var window = body.Unread;
        var reader = body.CreateReader();
        var whole = reader;
        try
        {
            while (!upload.IsFull && !_mustRestart && _position != Position.End && TryRead(ref reader, window))
            {
                whole = reader;
            }

            // After the end there may only be white space.
            if (_position == Position.End && (reader.Read() || body.IsFinal))
            {
                return true;
            }
        }
        catch (JsonException broken)
        {
            throw Malformed(broken);
        }

        body.Consume(ref whole);
        return false;
    }

    // Reads one thing: a brace, a name, a value, an entry.
    private bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> window)
    {
        if (!reader.Read())
        {
            return false;
        }

        switch (_position)
        {
            case Position.Start when reader.TokenType == JsonTokenType.StartObject:
                _position = Position.Envelope;
                return true;
            case Position.Start:
                throw Invalid(null, "invalid_type", "The body must be an object with \"logs\", an array of entries");
            case Position.Envelope when reader.TokenType == JsonTokenType.EndObject:
                _position = Position.End;
                return true;
            case Position.Envelope:
                _position = reader.ValueTextEquals("logs"u8) ? Position.Logs
                    : reader.ValueTextEquals("api_key"u8) ? Position.ApiKey
                    : Position.Ignored;
                return true;
            case Position.Ignored:
                _position = reader.CurrentDepth == 1 && IsWholeValue(reader.TokenType) ? Position.Envelope : Position.Ignored;
                return true;
            case Position.ApiKey when reader.TokenType is JsonTokenType.String or JsonTokenType.Null:
                ApiKey = reader.GetString();
                _position = Position.Envelope;
                return true;
            case Position.ApiKey:
                throw Invalid("api_key", "invalid_type", "\"api_key\" must be a string");
            case Position.Logs when reader.TokenType == JsonTokenType.StartArray:
                BeginEntries();
                return true;
            case Position.Logs:
                throw Invalid("logs", "invalid_type", "\"logs\" must be an array of entries");
            case Position.Entries when reader.TokenType == JsonTokenType.EndArray:
                _position = Position.Envelope;
                return true;
            default:
                return TryReadEntry(ref reader, window);
        }
    }

    private void BeginEntries()
    {
        _mustRestart = _hasLogs;
        _hasLogs = true;
        _index = 0;
        BytesUsed = Rejected = 0;
        Problems.Clear();
        Warnings.Clear();
        _position = Position.Entries;
    }

    private bool TryReadEntry(ref Utf8JsonReader reader, ReadOnlySpan<byte> window)
    {
        if (_index == MaxEntries)
        {
            throw Invalid("logs", "too_many", $"\"logs\" must hold at most {MaxEntries} entries");
        }

        if (!_entry.TryRead(ref reader))
        {
            return false;
        }

        Problems.Index = _index;
        if (_entry.Validate(window, Problems))
        {
            _entry.AppendTo(upload.Chunk, window, _index);
            BytesUsed += _entry.Size;
            if (_entry.IsAhead)
            {
                Warnings.Index = _index;
                Warnings.Add("timestamp", "far_ahead", RecordTime.Warning);
            }
        }
        else
        {
            Rejected++;
        }

        Problems.Index = null;
        _index++;
        return true;
    }

    private void Conclude()
    {
        if (!_hasLogs)
        {
            throw Invalid("logs", "missing", "\"logs\" is required");
        }

        if (_index == 0)
        {
            throw Invalid("logs", "too_few", "\"logs\" must hold at least one entry");
        }

        if (Accepted == 0)
        {
            throw RequestErrors.Invalid("No entry of the batch is valid", Problems.Details);
        }
    }

    private ApiException Invalid(string? field, string code, string message)
    {
        Problems.AddOfBatch(field, code, message);
        return RequestErrors.Invalid(message, Problems.Details);
    }

    private ApiException Malformed(JsonException broken) => Invalid(
        null,
        "invalid_json",
        $"The body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: {JsonText.Reason(broken)}");

    private static bool IsWholeValue(JsonTokenType token) => token is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
}
