using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Ingestion;

namespace Serverless.Logs;

/// <summary>
/// <c>POST /v1/logs</c>. Answers 200 once the batch is safe in the queue. Entries that are not valid are reported and left out;
/// a batch without a single valid one is a 400.
/// </summary>
public sealed class IngestLogs(LogAdmission admission, ChunkStore store, ChunkQueue queue, TimeProvider time, ILogger<ChunkUpload> logger)
{
    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = LogAdmission.FindKey(context.Request);
        if (key is not null)
        {
            await admission.LookAsync(context, key);
        }

        var request = new LogRequest(context, admission, key);
        using var body = new JsonBuffer(RequestBody.Open(context.Request, "application/json"));
        await using var upload = new ChunkUpload(LogChunks.Schema, store, queue, time, logger);
        var batch = new LogBatchReader(body, upload);
        try
        {
            while (!await batch.ReadAsync(cancellationToken))
            {
                // Nothing is written for somebody who has not been admitted.
                await request.AdmitAsync(batch.ApiKey);
                await upload.StageAsync(request.Organization, cancellationToken);
            }
        }
        catch (ApiException)
        {
            // What is wrong with a body is told only to those whose key is right, and costs them a request.
            await request.AdmitAsync(batch.ApiKey);
            throw;
        }

        await request.BookAsync(batch.ApiKey, batch.BytesUsed);
        try
        {
            await upload.SendAsync(request.Organization, cancellationToken);
        }
        catch
        {
            await request.RefundAsync();
            throw;
        }

        if (key is null)
        {
            context.Response.Headers["Deprecation"] = "true";
        }

        await JsonResponse.WriteAsync(context.Response, writer => WriteAnswer(writer, batch), cancellationToken);
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

        writer.WriteEndObject();
    }
}
