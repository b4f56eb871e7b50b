using System.IO.Hashing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Logs.Entries;
using Serverless.Otlp;
using Serverless.Redaction;

namespace Serverless.Logs.Otel;

/// <summary>
/// <c>POST /v1/otel/v1/logs</c>, where OpenTelemetry exporters send log records to. Each becomes an entry, with the limits and the quota of
/// <c>POST /v1/logs</c>. Exporters repeat what they had no answer to, and say no key with it: so that the same export counts once, it is known by its bytes.
/// </summary>
public sealed class IngestLogRecords(SurfaceEndpoint endpoint, LogAdmission admission, ChunkUploads uploads, TimeProvider time)
{
    // Longer than exporters try.
    private static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(10);

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
        var claim = new Claim($"otlp-{key.Id}-{XxHash128.HashToUInt128(body.Bytes):x32}", BatchId.New(time.GetUtcNow()), Repeatable);
        await Exported.WriteBodyAsync(context, await IngestAsync(body, claim, caller!.Redaction, spending, cancellationToken), cancellationToken);
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

    private async Task<ReadOnlyMemory<byte>> IngestAsync(OtlpBody body, Claim claim, RedactionRules redaction, LogSpending spending, CancellationToken cancellationToken)
    {
        await using var upload = uploads.BeginRepeatable(LogChunks.Schema, claim.Id);
        var records = new LogExportReader(upload, redaction);
        try
        {
            records.Read(body);
        }
        catch (ApiException)
        {
            await spending.AdmitAsync(bodyKey: null);
            throw;
        }

        var id = await spending.ClaimAsync(claim, records.BytesUsed);
        if (id == claim.Id)
        {
            await SendAsync(upload, redaction, spending, cancellationToken);
        }
        else
        {
            // Whoever claimed it may have failed to send it: what is sent under the same id once more is stored once.
            await using var repeated = uploads.BeginRepeatable(LogChunks.Schema, id);
            var again = new LogExportReader(repeated, redaction);
            again.Read(body);
            await SendAsync(repeated, redaction, spending, cancellationToken);
        }

        return Exported.BodyOf(body.IsProtobuf, records.Rejected, records.Reason);
    }

    private static async Task SendAsync(ChunkUpload upload, RedactionRules redaction, LogSpending spending, CancellationToken cancellationToken)
    {
        if (upload.Chunk.Count == 0)
        {
            return;
        }

        try
        {
            LogBatchReader.Redact(upload, redaction, spending.Redaction);
            await upload.SendAsync(spending.Organization, cancellationToken);
        }
        catch
        {
            await spending.RefundAsync();
            throw;
        }
    }
}
