using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Logs.Entries;
using Serverless.Otlp;
using Serverless.Redaction;
using Serverless.Storage;

namespace Serverless.Logs.Otel;

/// <summary>
/// <c>POST /v1/otel/v1/logs</c>, where OpenTelemetry exporters send log records to. Each becomes an entry, with the limits and the quota of
/// <c>POST /v1/logs</c>. Exporters repeat what they had no answer to, and say no key with it: so that the same export counts once, it is known by its bytes.
/// </summary>
public sealed class IngestLogRecords(SurfaceEndpoint endpoint, LogAdmission admission, Ledgers ledgers, ChunkUploads uploads, TimeProvider time)
{
    // Longer than exporters try.
    private static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(10);

    // An answer in protobuf may be empty, and one that is empty is none yet.
    private const byte AnswerFollows = 1;

    private static readonly OtlpAnswer Exported = new("The entries are safe in the queue. `partialSuccess` is empty when all records became one.", "rejectedLogRecords");

    private static readonly ApiOperation Operation = new(nameof(IngestLogRecords), "Takes the log records of an OpenTelemetry exporter in")
    {
        Description =
            $"Log records of OTLP/HTTP, in protobuf or in JSON, {ExportReader.MaxRecords} at most. Set the endpoint of the exporter to `<base URL>/v1/otel`, and `x-api-key` among its headers. Of each record the "
            + "severity becomes the level (`info` when there is none), the body the message, cut at its longest, `exception.*` the error, the ids of trace and span are kept, and all other attributes, those of the "
            + "resource too, become metadata; `deployment.environment.name` is the environment. One without a time is of its receipt. A record that makes no valid entry is rejected alone. "
            + $"The same export again under the same key counts once within {Repeatable.TotalMinutes:0} minutes. The quota is charged the bytes of the entries.",
        Credentials = [LuminaLog.Key],
        TakesFromPages = true,
        Body = new(OtlpBody.MaxBytes) { Contents = [(RequestBody.Json, LogShapes.Export), (ProtobufMessage.MediaType, LogShapes.ExportMessage)] },
        Answers = Exported.Forms,
        Errors = [LuminaLog.QuotaExhausted(TimeSpan.FromHours(1)).Error],
    };

    private readonly IdempotencyStore _exports = new(ledgers, time, Repeatable);

    /// <summary><c>POST /v1/otel/v1/logs</c>: the log records of an OpenTelemetry exporter.</summary>
    [Function(nameof(IngestLogRecords))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/otel/v1/logs")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = LogAdmission.FindKey(context.Request) ?? throw LuminaLog.InvalidApiKey();
        var spending = new LogSpending(context, admission, key);
        var caller = await spending.LookAsync();
        using var body = await ReadAsync(context, spending, cancellationToken);
        var hash = SHA256.HashData(body.Bytes);
        var name = $"otlp {key.Row} {Convert.ToHexStringLower(hash)}";
        var export = await _exports.ClaimAsync(key.Account, name, BatchId.New(time.GetUtcNow()), hash);
        if (export.Answer is { } earlier)
        {
            await spending.AdmitAsync(bodyKey: null);
            await Exported.WriteBodyAsync(context, earlier.AsMemory(1), cancellationToken);
            return;
        }

        // Whoever claimed it and did not end it may have sent it: what is sent under the same id once more is stored once.
        var answer = await IngestAsync(body, export.Id, caller!.Redaction, spending, cancellationToken);
        if (await _exports.CompleteAsync(key.Account, name, [AnswerFollows, .. answer.Span]) is not null)
        {
            await spending.RefundAsync();
        }

        await Exported.WriteBodyAsync(context, answer, cancellationToken);
    }

    private static async Task<OtlpBody> ReadAsync(HttpContext context, LogSpending spending, CancellationToken cancellationToken)
    {
        try
        {
            return await OtlpBody.ReadAsync(context.Request, cancellationToken);
        }
        catch (ApiException)
        {
            // A request that was read costs one, whatever was wrong with it.
            await spending.AdmitAsync(bodyKey: null);
            throw;
        }
    }

    private async Task<ReadOnlyMemory<byte>> IngestAsync(OtlpBody body, string batch, RedactionRules redaction, LogSpending spending, CancellationToken cancellationToken)
    {
        await using var upload = uploads.BeginRepeatable(LogChunks.Schema, batch);
        using var records = new LogExportReader(upload, redaction);
        try
        {
            records.Read(body);
        }
        catch (ApiException)
        {
            await spending.AdmitAsync(bodyKey: null);
            throw;
        }

        await spending.BookAsync(bodyKey: null, records.BytesUsed);
        try
        {
            if (upload.Chunk.Count > 0)
            {
                LogBatchReader.Redact(upload, redaction, spending.Redaction);
                await upload.SendAsync(spending.Organization, cancellationToken);
            }
        }
        catch
        {
            await spending.RefundAsync();
            throw;
        }

        return Exported.BodyOf(body.IsProtobuf, records.Rejected, records.Reason);
    }
}
