using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Json;
using Serverless.Prices;
using Serverless.Redaction;

namespace Serverless.Traces.Requests;

/// <summary>Reads a batch with one event a line. Lines of white space are passed over; the last needs no line break.</summary>
internal sealed class EventLinesReader(JsonBuffer body, ChunkUpload upload, PriceList prices, RedactionRules redaction) : EventBatchReader(body, upload, prices, redaction)
{
    private const byte LineBreak = (byte)'\n';
    private readonly JsonBuffer _body = body;
    private int _number = 1;
    private int _searched;

    /// <inheritdoc/>
    protected override string Place => $"Line {_number}";

    /// <inheritdoc/>
    protected override bool TryAdvance()
    {
        while (true)
        {
            var unread = _body.Unread;
            var length = unread[_searched..].IndexOf(LineBreak);
            var line = length < 0 ? unread : unread[..(_searched + length)];
            var isBlank = !line.ContainsAnyExcept(" \t\r"u8);
            if (Count == MaxEvents && !isBlank)
            {
                throw LumiqTrace.TooManyEvents(MaxEvents);
            }

            if (length < 0 && !_body.IsFinal)
            {
                _searched = unread.Length;
                return false;
            }

            if (!isBlank)
            {
                Take(line);
            }

            if (length < 0)
            {
                return true;
            }

            _body.Consume(line.Length + 1);
            _searched = 0;
            _number++;
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            // The last of these makes sure that nothing follows.
            reader.Read();
            TryTake(ref reader, line);
            reader.Read();
        }
        catch (JsonException broken)
        {
            throw LumiqTrace.Invalid($"{Place} is not valid JSON at byte {broken.BytePositionInLine + 1}: {JsonText.Reason(broken)}");
        }
    }
}
