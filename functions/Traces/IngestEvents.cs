using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Json;
using Serverless.Tenancy;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;

namespace Serverless.Traces;

/// <summary>
/// <c>POST /v1/ingest</c>. Answers 202 once the batch is safe in the queue. A batch with an event that is not valid is refused whole.
/// </summary>
public sealed class IngestEvents(TraceAdmission admission, IdempotencyStore requests, ChunkUploads uploads)
{
    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = TraceAdmission.FindKey(context.Request);
        var project = await admission.LookAsync(key);
        using var idempotent = await IdempotentRequest.FindAsync(requests, context.Request, project);
        using var body = new JsonBuffer(RequestBody.Open(context.Request, EventBatchReader.MediaTypes), idempotent?.Digest);
        var answer = idempotent?.EarlierAnswer is { } earlier
            ? await ReplayAsync(idempotent, earlier, body, key, cancellationToken)
            : await IngestAsync(context.Request, idempotent, body, key, cancellationToken);
        idempotent?.Mark(context.Response);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await JsonResponse.WriteAsync(context.Response, answer, cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> ReplayAsync(
        IdempotentRequest idempotent, byte[] answer, JsonBuffer body, ApiKey key, CancellationToken cancellationToken)
    {
        await body.SkipAsync(cancellationToken);
        await admission.AdmitAsync(key, events: 0);
        return idempotent.Replay(answer);
    }

    private async Task<ReadOnlyMemory<byte>> IngestAsync(
        HttpRequest request, IdempotentRequest? idempotent, JsonBuffer body, ApiKey key, CancellationToken cancellationToken)
    {
        await using var upload = idempotent is null
            ? uploads.Begin(TraceChunks.Schema)
            : uploads.BeginRepeatable(TraceChunks.Schema, idempotent.EarlierId);
        var batch = EventBatchReader.For(request, body, upload);
        await ReadAsync(batch, key, cancellationToken);
        var admittance = await admission.AdmitAsync(key, batch.Count);
        var project = admittance.Caller!.Project!;
        byte[]? earlier;
        try
        {
            earlier = idempotent is null ? null : await idempotent.ClaimAsync(upload.Chunk.Batch);
            if (earlier is null)
            {
                await upload.SendAsync(project.Id, cancellationToken);
            }
        }
        catch
        {
            await admission.RefundAsync(key, admittance);
            throw;
        }

        if (earlier is not null)
        {
            await admission.RefundAsync(key, admittance);
            return earlier;
        }

        var answer = JsonResponse.Body(writer => WriteAnswer(writer, batch, project));
        return idempotent is null ? answer : await idempotent.CompleteAsync(answer);
    }

    private async Task ReadAsync(EventBatchReader batch, ApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            await batch.ReadAsync(cancellationToken);
        }
        catch (ApiException)
        {
            // A request that was read costs one, whatever was wrong with it.
            await admission.AdmitAsync(key, events: 0);
            throw;
        }
    }

    private static void WriteAnswer(Utf8JsonWriter writer, EventBatchReader batch, Project project)
    {
        writer.WriteStartObject();
        writer.WriteNumber("accepted", batch.Count);
        writer.WriteNumber("cv", project.ConfigurationVersion);
        if (batch.Warnings.Count > 0)
        {
            writer.WriteStartArray("warnings");
            foreach (var warning in batch.Warnings)
            {
                writer.WriteStringValue(warning);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
