using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Json;
using Serverless.Logs.Entries;
using Serverless.Redaction;

namespace Serverless.Logs;

/// <summary>
/// <c>POST /v1/logs</c>. Answers 200 once the batch is safe in the queue. Entries that are not valid are reported and left out;
/// a batch without a single valid one is a 400.
/// </summary>
public sealed class IngestLogs(SurfaceEndpoint endpoint, LogAdmission admission, IdempotencyStore requests, ChunkUploads uploads)
{
    // A key in the body: since when better ways are there, and until when it is taken.
    private static readonly DateTimeOffset DeprecatedSince = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset EndsAt = new(2029, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A page that is left sends its last entries as a text, and cannot send a header with them.
    private static readonly string[] WithKey = [RequestBody.Json];
    private static readonly string[] FromAnybody = [RequestBody.Json, RequestBody.Text];

    private static readonly TextField Deprecation = new("Deprecation", "Where the key came in the body: since when that is deprecated (RFC 9745).") { Example = "@1767225600" };
    private static readonly TextField Sunset = new("Sunset", "Where the key came in the body: until when that is taken (RFC 8594).");

    private static readonly Answer<BatchAnswer> Accepted = Answer.Json(200, "The batch is safe in the queue.", LogJson.Default.BatchAnswer) with
    {
        Headers = [IdempotencyKey.Replayed, Deprecation, Sunset],
    };

    private static readonly ApiOperation Operation = new(nameof(IngestLogs), "Takes a batch of entries in")
    {
        Description = "A request over the rate waits up to 5 seconds for its turn before it is a 429, unless too many are waiting. The key may come as `api_key` in the body, for clients that send none "
            + "in a header; only then the body may be `text/plain`, which is what `navigator.sendBeacon` sends.",
        Credentials = [LuminaLog.Key],
        TakesFromPages = true,
        Headers = [IdempotencyKey.Field],
        Body = new(RequestBody.MaxBytes) { Contents = [(RequestBody.Json, LogShapes.Batch), (RequestBody.Text, LogShapes.Batch)] },
        Answers = [Accepted],
        Errors = [.. IdempotencyKey.Errors, LuminaLog.QuotaExhausted(TimeSpan.FromHours(1)).Error],
    };

    /// <summary><c>POST /v1/logs</c>: a batch in.</summary>
    [Function(nameof(IngestLogs))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/logs")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = LogAdmission.FindKey(context.Request);
        var spending = new LogSpending(context, admission, key);
        var caller = await spending.LookAsync();
        using var idempotent = await IdempotentRequest.FindAsync(requests, context.Request, key?.Account);
        using var body = new JsonBuffer(RequestBody.Open(context.Request, key is null ? FromAnybody : WithKey), idempotent?.Digest);
        var answer = idempotent?.EarlierAnswer is { } earlier
            ? await ReplayAsync(idempotent, earlier, body, spending, cancellationToken)
            : await IngestAsync(idempotent, body, spending, caller?.Redaction ?? RedactionRules.None, cancellationToken);

        if (key is null)
        {
            context.Response.Headers[Deprecation.Name] = $"@{DeprecatedSince.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
            context.Response.Headers[Sunset.Name] = EndsAt.ToString("R", CultureInfo.InvariantCulture);
        }

        idempotent?.Mark(context.Response);
        await Accepted.WriteBodyAsync(context, answer, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> ReplayAsync(
        IdempotentRequest idempotent, byte[] answer, JsonBuffer body, LogSpending spending, CancellationToken cancellationToken)
    {
        await body.SkipAsync(cancellationToken);
        await spending.AdmitAsync(bodyKey: null);
        return idempotent.Replay(answer);
    }

    private async Task<ReadOnlyMemory<byte>> IngestAsync(
        IdempotentRequest? idempotent, JsonBuffer body, LogSpending spending, RedactionRules redaction, CancellationToken cancellationToken)
    {
        await using var upload = idempotent is null
            ? uploads.Begin(LogChunks.Schema)
            : uploads.BeginRepeatable(LogChunks.Schema, idempotent.EarlierId);
        var batch = await ReadAsync(new LogBatchReader(body, upload, redaction), upload, spending, cancellationToken);
        await spending.BookAsync(batch.ApiKey, batch.BytesUsed);
        byte[]? earlier;
        try
        {
            earlier = idempotent is null ? null : await idempotent.ClaimAsync(upload.Chunk.Batch);
            if (earlier is null)
            {
                batch.RedactBy(spending.Redaction);
                await upload.SendAsync(spending.Organization, cancellationToken);
            }
        }
        catch
        {
            await spending.RefundAsync();
            throw;
        }

        if (earlier is not null)
        {
            await spending.RefundAsync();
            return earlier;
        }

        var answer = Accepted.BodyOf(AnswerTo(batch, spending.KeyId));
        return idempotent is null ? answer : await idempotent.CompleteAsync(answer);
    }

    private static async Task<LogBatchReader> ReadAsync(
        LogBatchReader batch, ChunkUpload upload, LogSpending spending, CancellationToken cancellationToken)
    {
        try
        {
            while (!await batch.ReadAsync(cancellationToken))
            {
                // Nothing is written for somebody who has not been admitted.
                await spending.AdmitAsync(batch.ApiKey);
                batch.RedactBy(spending.Redaction);
                await upload.StageAsync(spending.Organization, cancellationToken);
            }
        }
        catch (ApiException)
        {
            // What is wrong with a body is told only to those whose key is right, and costs them a request.
            await spending.AdmitAsync(batch.ApiKey);
            throw;
        }

        return batch;
    }

    private static BatchAnswer AnswerTo(LogBatchReader batch, string keyId) => new(
        "Logs ingested successfully",
        batch.Accepted,
        batch.BytesUsed,
        keyId,
        batch.Rejected > 0 ? batch.Rejected : null,
        batch.Rejected > 0 ? LogProblem.Of(batch.Problems.Details) : null,
        batch.Warnings.Count > 0 ? LogProblem.Of(batch.Warnings.Details) : null);
}
