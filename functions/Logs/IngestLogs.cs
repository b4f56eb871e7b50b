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
public sealed class IngestLogs(LogAuthentication authentication, ChunkStore store, ChunkQueue queue, TimeProvider time, ILogger<ChunkUpload> logger)
{
    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await authentication.FindCallerAsync(context.Request, cancellationToken);
        var isLegacy = caller is null;

        using var body = new JsonBuffer(RequestBody.Open(context.Request, "application/json"));
        await using var upload = new ChunkUpload(LogChunks.Schema, store, queue, time, logger);
        var batch = new LogBatchReader(body, upload);
        try
        {
            while (!await batch.ReadAsync(cancellationToken))
            {
                // Nothing is written for somebody unknown.
                caller ??= await authentication.AuthenticateAsync(batch.ApiKey, cancellationToken);
                await upload.StageAsync(caller, cancellationToken);
            }
        }
        catch (ApiException) when (caller is null)
        {
            // What is wrong with a body is told only to those whose key is right.
            await authentication.AuthenticateAsync(batch.ApiKey, cancellationToken);
            throw;
        }

        caller ??= await authentication.AuthenticateAsync(batch.ApiKey, cancellationToken);
        await upload.SendAsync(caller, cancellationToken);
        if (isLegacy)
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
