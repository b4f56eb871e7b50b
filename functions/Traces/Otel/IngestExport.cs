using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Tenancy;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Otel;

/// <summary>
/// Takes the spans of an export in, from the key to the queue, as events are: admitted and counted with the same limits, each judged by the
/// same rules. A span whose event is not valid is rejected alone, as exporters expect.
/// </summary>
public sealed class IngestExport(TraceAdmission admission, ChunkUploads uploads)
{
    /// <summary><c>POST /v1/otel/v1/traces</c>.</summary>
    public async Task HandleExportAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (events, _) = await IngestAsync(context.Request, cancellationToken);
        await IngestSpans.AnswerExportAsync(context.Response, events, cancellationToken);
    }

    /// <summary><c>POST /v1/otel</c>.</summary>
    public async Task HandleBatchAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (events, project) = await IngestAsync(context.Request, cancellationToken);
        await IngestSpans.AnswerBatchAsync(context.Response, events, project.ConfigurationVersion, cancellationToken);
    }

    private async Task<(SpanEvents Events, Project Project)> IngestAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var key = TraceAdmission.FindKey(request);
        await admission.LookAsync(key);
        await using var upload = uploads.Begin(TraceChunks.Schema);
        var events = Append(await ReadAsync(request, key, cancellationToken), upload);
        var admittance = await admission.AdmitAsync(key, events.Accepted);
        var project = admittance.Caller!.Project!;
        if (events.Accepted == 0)
        {
            return (events, project);
        }

        try
        {
            await upload.SendAsync(project.Id, cancellationToken);
            return (events, project);
        }
        catch
        {
            await admission.RefundAsync(key, admittance);
            throw;
        }
    }

    private async Task<SpanEvents> ReadAsync(HttpRequest request, ApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await IngestSpans.ReadAsync(request, cancellationToken);
        }
        catch (ApiException)
        {
            // A request that was read costs one, whatever was wrong with it.
            await admission.AdmitAsync(key, events: 0);
            throw;
        }
    }

    private static SpanEvents Append(SpanEvents events, ChunkUpload upload)
    {
        var reading = new EventReader(upload.Chunk.Batch);
        var lines = events.Lines.Span;
        var reason = events.Reason;
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = lines[..end];
            lines = lines[(end + 1)..];
            var reader = new Utf8JsonReader(line);
            reader.Read();
            reading.TryRead(ref reader);
            var problem = reading.FindProblem();
            if (problem is null && !reading.TryAppendTo(upload.Chunk, line))
            {
                problem = $"an event must be at most {EventReader.MaxBytes} bytes";
            }

            reason ??= problem;
            if (upload.IsFull)
            {
                upload.SetAside();
            }
        }

        return events with { Accepted = upload.Chunk.Count, Rejected = events.Rejected + events.Accepted - upload.Chunk.Count, Reason = reason };
    }
}
