using System.Text.Json;
using Serverless.Benchmarks.Core;
using Serverless.Benchmarks.Plain;
using Serverless.Benchmarks.Samples;
using Serverless.Json;
using Serverless.Logs;
using Serverless.Logs.Entries;
using Serverless.Redaction;

namespace Serverless.Benchmarks.Parse;

/// <summary>A batch of log entries.</summary>
internal sealed record LogSubject : ParseSubject
{
    private static readonly PlainLogValidator Validator = new();
    private readonly RedactionRules _redaction;

    /// <summary>Makes the body.</summary>
    public LogSubject(int entries, RedactionRules redaction)
        : base($"logs, {entries:#,0} a batch{(redaction.IsEmpty ? "" : ", redacted")}", SampleLogs.Body(entries, seed: 1, DateTime.UtcNow), entries) =>
        _redaction = redaction;

    /// <inheritdoc/>
    public override int Ingest()
    {
        using var body = new JsonBuffer(new MemoryStream(Body));
        var upload = Uploads.Begin(LogChunks.Schema);
        Read(new LogBatchReader(body, upload, _redaction));
        return Uploads.Finish(upload);
    }

    /// <inheritdoc/>
    public override int Validate()
    {
        using var body = new JsonBuffer(new MemoryStream(Body));
        var upload = Uploads.Begin(LogChunks.Schema);
        Read(new LogBatchReader(body, upload, _redaction));
        return Uploads.Drop(upload);
    }

    /// <inheritdoc/>
    public override int Scan()
    {
        var reader = new Utf8JsonReader(Body);
        var entries = 0;
        while (reader.Read())
        {
            entries += reader is { TokenType: JsonTokenType.StartObject, CurrentDepth: 2 } ? 1 : 0;
        }

        return entries;
    }

    /// <inheritdoc/>
    public override int Deserialize() =>
        JsonSerializer.Deserialize<PlainLogBatch>(Body, PlainRecords.Json)!.Logs.Count(log => Validator.Validate(log).IsValid);

    private static void Read(LogBatchReader batch)
    {
        if (!batch.ReadAsync(CancellationToken.None).AsTask().Result)
        {
            throw new WrongResultException("The batch is too large to be read in one go");
        }
    }
}
