using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Json;
using Serverless.Prices;
using Serverless.Redaction;

namespace Serverless.Traces.Requests;

/// <summary>Reads a batch that is one document of JSON: an array of events, or an object with <c>events</c>, such an array.</summary>
internal sealed class EventArrayReader(JsonBuffer body, ChunkUpload upload, PriceList prices, RedactionRules redaction) : EventBatchReader(body, upload, prices, redaction)
{
    private const string Form = "The body must be an array of events, or an object with \"events\", an array of events";

    private readonly JsonBuffer _body = body;
    private Position _position = Position.Start;
    private bool _hasEvents;
    private bool _mustStop;

    private enum Position
    {
        Start,
        Envelope,
        Ignored,
        Events,
        Event,
        End,
    }

    /// <inheritdoc/>
    protected override string? Place => _position == Position.Event ? $"Event {Taken + 1}" : null;

    /// <inheritdoc/>
    protected override bool TryAdvance()
    {
        _mustStop = false;
        var window = _body.Unread;
        var reader = _body.CreateReader();
        var whole = reader;
        try
        {
            while (!_mustStop && _position != Position.End && TryRead(ref reader, window))
            {
                whole = reader;
            }

            // After the end there may only be white space.
            if (_position == Position.End && (reader.Read() || _body.IsFinal))
            {
                return _hasEvents ? true : throw LumiqTrace.Invalid(Form);
            }
        }
        catch (JsonException broken)
        {
            throw LumiqTrace.Invalid(
                $"The body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: {JsonText.Reason(broken)}");
        }

        _body.Consume(ref whole);
        return false;
    }

    // Reads one thing: a brace, a name, a value, an event.
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
            case Position.Envelope when reader.TokenType == JsonTokenType.EndObject:
                _position = Position.End;
                return true;
            case Position.Envelope:
                _position = reader.ValueTextEquals("events"u8) ? Position.Events : Position.Ignored;
                return true;
            case Position.Ignored:
                _position = reader.CurrentDepth == 1 && IsWholeValue(reader.TokenType) ? Position.Envelope : Position.Ignored;
                return true;
            case Position.Start or Position.Events:
                Begin(reader.TokenType);
                return true;
            case Position.Event when reader.TokenType == JsonTokenType.EndArray:
                _position = reader.CurrentDepth == 0 ? Position.End : Position.Envelope;
                return true;
            case Position.Event when Count == MaxEvents:
                throw LumiqTrace.TooManyEvents(MaxEvents);
            default:
                return TryTake(ref reader, window);
        }
    }

    private void Begin(JsonTokenType token)
    {
        if (token != JsonTokenType.StartArray)
        {
            throw LumiqTrace.Invalid(Form);
        }

        if (_hasEvents)
        {
            // They stand there a second time, and the last ones count.
            Restart();
            _mustStop = true;
        }

        _hasEvents = true;
        _position = Position.Event;
    }

    private static bool IsWholeValue(JsonTokenType token) => token is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
}
