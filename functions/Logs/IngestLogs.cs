using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Json;

namespace Serverless.Logs;

/// <summary>
/// <c>POST /v1/logs</c>. Answers 200 once the batch is safe in the queue. Entries that are not valid are reported and left out;
/// a batch without a single valid one is a 400.
/// </summary>
public sealed class IngestLogs(LogAdmission admission, IdempotencyStore requests, ChunkUploads uploads)
{
    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = LogAdmission.FindKey(context.Request);
        if (key is not null)
        {
            await admission.LookAsync(context, key);
        }

        var spending = new LogSpending(context, admission, key);
        using var idempotent = await IdempotentRequest.FindAsync(requests, context.Request, key?.Account);
        using var body = new JsonBuffer(RequestBody.Open(context.Request, "application/json"), idempotent?.Digest);
        var answer = idempotent?.EarlierAnswer is { } earlier
            ? await ReplayAsync(idempotent, earlier, body, spending, cancellationToken)
            : await IngestAsync(idempotent, body, spending, cancellationToken);

        if (key is null)
        {
            context.Response.Headers["Deprecation"] = "true";
        }

        idempotent?.Mark(context.Response);
        await JsonResponse.WriteAsync(context.Response, answer, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> ReplayAsync(
        IdempotentRequest idempotent, byte[] answer, JsonBuffer body, LogSpending spending, CancellationToken cancellationToken)
    {
        await body.SkipAsync(cancellationToken);
        await spending.AdmitAsync(bodyKey: null);
        return idempotent.Replay(answer);
    }

    private async Task<ReadOnlyMemory<byte>> IngestAsync(
        IdempotentRequest? idempotent, JsonBuffer body, LogSpending spending, CancellationToken cancellationToken)
    {
        await using var upload = idempotent is null
            ? uploads.Begin(LogChunks.Schema)
            : uploads.BeginRepeatable(LogChunks.Schema, idempotent.EarlierId);
        var batch = await ReadAsync(body, upload, spending, cancellationToken);
        await spending.BookAsync(batch.ApiKey, batch.BytesUsed);
        byte[]? earlier;
        try
        {
            earlier = idempotent is null ? null : await idempotent.ClaimAsync(upload.Chunk.Batch);
            if (earlier is null)
            {
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

        var answer = JsonResponse.Body(writer => WriteAnswer(writer, batch));
        return idempotent is null ? answer : await idempotent.CompleteAsync(answer);
    }

    private static async Task<LogBatchReader> ReadAsync(
        JsonBuffer body, ChunkUpload upload, LogSpending spending, CancellationToken cancellationToken)
    {
        var batch = new LogBatchReader(body, upload);
        try
        {
            while (!await batch.ReadAsync(cancellationToken))
            {
                // Nothing is written for somebody who has not been admitted.
                await spending.AdmitAsync(batch.ApiKey);
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

    private static void WriteAnswer(Utf8JsonWriter writer, LogBatchReader batch)
    {
        writer.WriteStartObject();
        writer.WriteString("message", "Logs ingested successfully");
        writer.WriteNumber("processed", batch.Accepted);
        writer.WriteNumber("bytes_used", batch.BytesUsed);
        if (batch.Rejected > 0)
        {
            writer.WriteNumber("rejected", batch.Rejected);
            LuminaLog.WriteDetails(writer, "errors", batch.Problems.Details);
        }

        if (batch.Warnings.Count > 0)
        {
            LuminaLog.WriteDetails(writer, "warnings", batch.Warnings.Details);
        }

        writer.WriteEndObject();
    }
}
