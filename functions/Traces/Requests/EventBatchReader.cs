using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Json;
using Serverless.Prices;
using Serverless.Redaction;
using Serverless.Traces.Events;

namespace Serverless.Traces.Requests;

/// <summary>
/// Reads a batch of events while it arrives, each judged and compressed as soon as it is there. The first problem ends it. Nothing is
/// stored before the batch is sent: it has so few events, each so small, that all of them may wait in memory.
/// </summary>
/// <param name="body">The body of the request.</param>
/// <param name="upload">Takes the events.</param>
/// <param name="prices">What models cost whoever sends them.</param>
/// <param name="redaction">What is taken out of them, as far as that is known already.</param>
internal abstract class EventBatchReader(JsonBuffer body, ChunkUpload upload, PriceList prices, RedactionRules redaction)
{
    /// <summary>The most events of a batch.</summary>
    public const int MaxEvents = 100;

    private static readonly string[] AllMediaTypes = ["application/x-ndjson", "application/ndjson", "application/jsonl", RequestBody.Json];

    private readonly EventReader _event = Event(upload, prices, redaction);
    private readonly List<string> _warnings = [];
    private bool _mustRestart;

    /// <summary>The media types of a batch with one event a line.</summary>
    public static IReadOnlyList<string> LineMediaTypes => AllMediaTypes[..^1];

    /// <summary>The media types of a batch.</summary>
    public static ReadOnlySpan<string> MediaTypes => AllMediaTypes;

    /// <summary>How many events there are so far; all of them are valid.</summary>
    public int Count => upload.Chunk.Count;

    /// <summary>What is odd about events that were taken, each in a sentence.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>How many events were taken whole, with all that there is to say of them.</summary>
    protected int Taken { get; private set; }

    /// <summary>What is being read, as errors name it: <c>Line 3</c>; null when that is nothing but the body.</summary>
    protected abstract string? Place { get; }

    /// <summary>The reader for the media type of a request, one of <see cref="MediaTypes"/> or none.</summary>
    public static EventBatchReader For(HttpRequest request, JsonBuffer body, ChunkUpload upload, PriceList prices, RedactionRules redaction) =>
        request.HasJsonContentType() ? new EventArrayReader(body, upload, prices, redaction) : new EventLinesReader(body, upload, prices, redaction);

    /// <summary>Reads to the end of the body.</summary>
    /// <exception cref="ApiException">400 for what is no batch of valid events; 413 for one that is too large.</exception>
    public async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        while (!TryAdvance())
        {
            if (_mustRestart)
            {
                _mustRestart = false;
                _warnings.Clear();
                Taken = 0;
                await upload.RestartAsync();
                continue;
            }

            RequireMore();
            await body.ReadOnAsync(cancellationToken);
        }

        if (Count == 0)
        {
            throw LumiqTrace.Invalid($"Empty batch: send 1 to {MaxEvents} events");
        }
    }

    /// <summary>Has all events that were read be redacted by the rules that hold, should others have been known before.</summary>
    public void RedactBy(RedactionRules rules) => Redact(upload, prices, redaction, rules);

    /// <summary>The reader of the events of an upload.</summary>
    /// <param name="upload">Takes the events.</param>
    /// <param name="prices">What models cost.</param>
    /// <param name="rules">What is taken out of them.</param>
    internal static EventReader Event(ChunkUpload upload, PriceList prices, RedactionRules rules) => new(upload.Chunk.Batch, prices, rules.IsEmpty ? null : new Redactor(rules));

    /// <summary>Redacts the events of an upload anew, unless they were by the same rules.</summary>
    internal static void Redact(ChunkUpload upload, PriceList prices, RedactionRules known, RedactionRules rules)
    {
        if (rules == known)
        {
            return;
        }

        var redacting = Event(upload, prices, rules);
        upload.Rewrite((line, chunk) =>
        {
            redacting.IsPricedBefore = line.IndexOf(CostSources.Priced) >= 0;
            var reader = new Utf8JsonReader(line);
            reader.Read();
            redacting.TryRead(ref reader);
            redacting.TryAppendTo(chunk, line);
        });
    }

    /// <summary>Takes what is at hand.</summary>
    /// <returns>True at the end of the body; false when more is needed, or after <see cref="Restart"/>.</returns>
    protected abstract bool TryAdvance();

    /// <summary>Forgets all events so far, once <see cref="TryAdvance"/> returns.</summary>
    protected void Restart() => _mustRestart = true;

    /// <summary>Takes the event that a reader stands on.</summary>
    /// <param name="reader">Afterwards stands on the event's last token.</param>
    /// <param name="window">The bytes the reader was made for.</param>
    /// <returns>False when the bytes at hand end before the event does.</returns>
    /// <exception cref="ApiException">400: the event is not valid.</exception>
    protected bool TryTake(ref Utf8JsonReader reader, ReadOnlySpan<byte> window)
    {
        if (!_event.TryRead(ref reader))
        {
            return false;
        }

        if (_event.FindProblem() is { } problem)
        {
            throw LumiqTrace.Invalid($"{Place}: {problem}");
        }

        if (!_event.TryAppendTo(upload.Chunk, window))
        {
            throw LumiqTrace.Invalid($"{Place}: an event must be at most {EventReader.MaxBytes} bytes");
        }

        if (_event.IsAhead)
        {
            _warnings.Add($"{Place}: {RecordTime.Warning}");
        }

        Taken++;
        if (upload.IsFull)
        {
            upload.SetAside();
        }

        return true;
    }

    // The body would say no too, but not where.
    private void RequireMore()
    {
        if (body.IsBroken && Place is { } broken)
        {
            throw LumiqTrace.Invalid($"{broken} is not UTF-8");
        }

        if (body.IsFull && Place is { } full)
        {
            throw RequestErrors.ValueTooLarge(full, JsonBuffer.MaxValueBytes);
        }
    }
}
