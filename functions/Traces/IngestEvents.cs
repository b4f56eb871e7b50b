using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
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
public sealed class IngestEvents(SurfaceEndpoint endpoint, TraceAdmission admission, IdempotencyStore requests, ChunkUploads uploads)
{
    private static readonly Answer<EventBatchAnswer> Accepted = Answer.Json(202, "The batch is safe in the queue.", TraceJson.Default.EventBatchAnswer) with
    {
        Headers = [IdempotencyKey.Replayed],
        Example = """{"accepted":12,"cv":1}""",
    };

    private static readonly ApiOperation Operation = new(nameof(IngestEvents), "Takes a batch of events in")
    {
        Description = "A batch is taken whole or not at all: the first problem is a 400 that names it. Lines are those of the body; events of an array are counted from 1. "
            + "An `event_id` that comes again is accepted again, and kept once. An event whose time is more than 24 hours ahead is shown with it, but ordered, counted and expired by its time of receipt; "
            + "`warnings` says so. An event without `cost_usd` is priced by its tokens, as it comes in: `cost_source` says where its cost comes from.",
        Credentials = [LumiqTrace.Key],
        TakesFromPages = true,
        Headers = [IdempotencyKey.Field],
        Body = new(RequestBody.MaxBytes)
        {
            Contents = [(RequestBody.Json, TraceShapes.Batch), .. EventBatchReader.LineMediaTypes.Select(mediaType => (mediaType, TraceShapes.Lines))],
        },
        Answers = [Accepted],
        Errors = IdempotencyKey.Errors,
    };

    /// <summary><c>POST /v1/ingest</c>: a batch in.</summary>
    [Function(nameof(IngestEvents))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/ingest")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = TraceAdmission.FindKey(context.Request);
        var sender = await admission.LookAsync(context, key);
        using var idempotent = await IdempotentRequest.FindAsync(requests, context.Request, sender.Project!.Id);
        using var body = new JsonBuffer(RequestBody.Open(context.Request, EventBatchReader.MediaTypes), idempotent?.Digest);
        var answer = idempotent?.EarlierAnswer is { } earlier
            ? await ReplayAsync(context, idempotent, earlier, body, key, cancellationToken)
            : await IngestAsync(context, idempotent, body, key, sender, cancellationToken);
        idempotent?.Mark(context.Response);
        await Accepted.WriteBodyAsync(context, answer, cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> ReplayAsync(
        HttpContext context, IdempotentRequest idempotent, byte[] answer, JsonBuffer body, ApiKey key, CancellationToken cancellationToken)
    {
        await body.SkipAsync(cancellationToken);
        await admission.AdmitAsync(context, key, events: 0);
        return idempotent.Replay(answer);
    }

    private async Task<ReadOnlyMemory<byte>> IngestAsync(
        HttpContext context, IdempotentRequest? idempotent, JsonBuffer body, ApiKey key, Caller sender, CancellationToken cancellationToken)
    {
        await using var upload = idempotent is null
            ? uploads.Begin(TraceChunks.Schema)
            : uploads.BeginRepeatable(TraceChunks.Schema, idempotent.EarlierId);
        var batch = EventBatchReader.For(context.Request, body, upload, sender.Account.Prices.List, sender.Redaction);
        await ReadAsync(context, batch, key, cancellationToken);
        var admittance = await admission.AdmitAsync(context, key, batch.Count);
        var project = admittance.Caller!.Project!;
        byte[]? earlier;
        try
        {
            earlier = idempotent is null ? null : await idempotent.ClaimAsync(upload.Chunk.Batch);
            if (earlier is null)
            {
                batch.RedactBy(admittance.Caller.Redaction);
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

        var answer = Accepted.BodyOf(new(batch.Count, project.ConfigurationVersion) { Warnings = batch.Warnings.Count > 0 ? batch.Warnings : null });
        return idempotent is null ? answer : await idempotent.CompleteAsync(answer);
    }

    private async Task ReadAsync(HttpContext context, EventBatchReader batch, ApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            await batch.ReadAsync(cancellationToken);
        }
        catch (ApiException)
        {
            // A request that was read costs one, whatever was wrong with it.
            await admission.AdmitAsync(context, key, events: 0);
            throw;
        }
    }
}
