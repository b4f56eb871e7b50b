using System.Text.Json;
using Serverless.Benchmarks.Core;
using Serverless.Benchmarks.Plain;
using Serverless.Benchmarks.Samples;
using Serverless.Json;
using Serverless.Prices;
using Serverless.Redaction;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;

namespace Serverless.Benchmarks.Parse;

/// <summary>A batch of events, one a line.</summary>
internal sealed record EventSubject : ParseSubject
{
    private static readonly PlainEventValidator Validator = new();
    private readonly RedactionRules _redaction;

    /// <summary>Makes the body.</summary>
    public EventSubject(int events, RedactionRules redaction)
        : base($"events, {events:#,0} a batch{(redaction.IsEmpty ? "" : ", redacted")}", SampleEvents.Body(events, DateTime.UtcNow), events) =>
        _redaction = redaction;

    /// <inheritdoc/>
    public override int Ingest()
    {
        using var body = new JsonBuffer(new MemoryStream(Body));
        var upload = Uploads.Begin(TraceChunks.Schema);
        Read(new EventLinesReader(body, upload, BuiltInPrices.List, _redaction));
        return Uploads.Finish(upload);
    }

    /// <inheritdoc/>
    public override int Validate()
    {
        using var body = new JsonBuffer(new MemoryStream(Body));
        var upload = Uploads.Begin(TraceChunks.Schema);
        Read(new EventLinesReader(body, upload, BuiltInPrices.List, _redaction));
        return Uploads.Drop(upload);
    }

    /// <inheritdoc/>
    public override int Scan()
    {
        var reader = new Utf8JsonReader(Body, new JsonReaderOptions { AllowMultipleValues = true });
        var events = 0;
        while (reader.Read())
        {
            events += reader is { TokenType: JsonTokenType.StartObject, CurrentDepth: 0 } ? 1 : 0;
        }

        return events;
    }

    /// <inheritdoc/>
    public override int Deserialize()
    {
        var valid = 0;
        var rest = Body.AsSpan();
        while (rest.IndexOf((byte)'\n') is >= 0 and var length)
        {
            valid += Validator.Validate(JsonSerializer.Deserialize<PlainEvent>(rest[..length], PlainRecords.Json)!).IsValid ? 1 : 0;
            rest = rest[(length + 1)..];
        }

        return valid;
    }

    private static void Read(EventLinesReader batch) => batch.ReadAsync(CancellationToken.None).AsTask().Wait();
}
