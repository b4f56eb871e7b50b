using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Otlp;
using Serverless.Tenancy;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Otel;

/// <summary>
/// <c>POST /v1/otel/v1/traces</c>, where OpenTelemetry exporters send spans to, and <c>POST /v1/otel</c>, which takes the same and answers as
/// <c>POST /v1/ingest</c> does. Every span that calls a model becomes an event, admitted and counted with the same limits, each judged by the same
/// rules; the others become steps of their traces. A span that is not valid is rejected alone, as exporters expect.
/// </summary>
public sealed class IngestExport(SurfaceEndpoint endpoint, TraceAdmission admission, ChunkUploads uploads)
{
    private const string NoStepsLeft = "The monthly quota of steps is used up: spans that call no model were not taken";

    private static readonly string Spans =
        $"Spans of OTLP/HTTP, in protobuf or in JSON, {ExportReader.MaxRecords} at most. Each that calls a model, a tool or an agent becomes an event, by the conventions of OpenTelemetry "
        + "(`gen_ai.*`, of today and of before), OpenInference and the Vercel AI SDK. The others are kept as steps of their traces: shown in them, and never counted, ten for each event of the plan. "
        + "The id of either is made of its trace and its span: what comes again is known. Contents of prompts and answers are never kept. A span that is not valid is rejected alone.";

    private static readonly Body Export = new(OtlpBody.MaxBytes)
    {
        Contents = [(RequestBody.Json, TraceShapes.Export), (ProtobufMessage.MediaType, TraceShapes.ExportMessage)],
    };

    private static readonly OtlpAnswer Exported = new("The spans are safe in the queue. `partialSuccess` is empty when all were taken.", "rejectedSpans");

    private static readonly Answer<EventBatchAnswer> Accepted = Answer.Json(202, "The spans are safe in the queue.", TraceJson.Default.EventBatchAnswer);

    private static readonly ApiOperation ToExporters = new(nameof(IngestExport), "Takes the spans of an OpenTelemetry exporter in")
    {
        Description = $"{Spans} Set the endpoint of the exporter to `<base URL>/v1/otel`, and `x-api-key` among its headers.",
        Credentials = [LumiqTrace.Key],
        TakesFromPages = true,
        Body = Export,
        Answers = Exported.Forms,
    };

    private static readonly ApiOperation ToClients = new("IngestSpans", "Takes spans in, and answers as for a batch of events")
    {
        Description = Spans,
        Credentials = [LumiqTrace.Key],
        TakesFromPages = true,
        Body = Export,
        Answers = [Accepted],
    };

    /// <summary><c>POST /v1/otel/v1/traces</c>: the spans of an OpenTelemetry exporter.</summary>
    [Function(nameof(IngestExport))]
    public Task ExportAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/otel/v1/traces")] HttpRequest request) =>
        endpoint.ServeAsync(request, ToExporters, async (context, cancellationToken) =>
        {
            var (events, _) = await IngestAsync(context, cancellationToken);
            await Exported.WriteAsync(context, events.Rejected, events.Reason, cancellationToken);
        });

    /// <summary><c>POST /v1/otel</c>: the same, answered as a batch of events is.</summary>
    [Function("IngestSpans")]
    public Task IngestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/otel")] HttpRequest request) =>
        endpoint.ServeAsync(request, ToClients, async (context, cancellationToken) =>
        {
            var (events, project) = await IngestAsync(context, cancellationToken);
            await AnswerBatchAsync(context, events, project.ConfigurationVersion, cancellationToken);
        });

    /// <summary>Answers as ingestion does: 202, and how many events were taken.</summary>
    internal static Task AnswerBatchAsync(HttpContext context, SpanEvents events, int configurationVersion, CancellationToken cancellationToken) => Accepted.WriteAsync(
        context,
        new(events.Accepted, configurationVersion) { Rejected = events.Rejected > 0 ? events.Rejected : null, Steps = events.Steps.Count > 0 ? events.Steps.Count : null },
        cancellationToken);

    private async Task<(SpanEvents Events, Project Project)> IngestAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = TraceAdmission.FindKey(context.Request);
        var sender = await admission.LookAsync(context, key);
        await using var upload = uploads.Begin(TraceChunks.Schema);
        await using var steps = uploads.Begin(TraceChunks.Schema);
        var reading = EventBatchReader.Event(upload, sender.Account.Prices.List, sender.Redaction);
        var events = Append(await ReadAsync(context, key, cancellationToken), upload, reading);
        StepChunks.Append(events.Steps.Lines.Span, steps, sender.Redaction);
        var (admittance, takesSteps) = await admission.AdmitAsync(context, key, events.Accepted, events.Steps.Count);
        var project = admittance.Caller!.Project!;
        try
        {
            if (events.Accepted > 0)
            {
                EventBatchReader.Redact(upload, sender.Account.Prices.List, sender.Redaction, admittance.Caller.Redaction);
                await upload.SendAsync(project.Id, cancellationToken);
            }

            if (takesSteps)
            {
                StepChunks.Redact(steps, sender.Redaction, admittance.Caller.Redaction);
                await steps.SendAsync(StepChunks.PartitionOf(project.Id), cancellationToken);
            }
        }
        catch
        {
            await admission.RefundAsync(key, admittance);
            throw;
        }

        return (takesSteps || events.Steps.Count == 0 ? events : WithoutSteps(events), project);
    }

    private async Task<SpanEvents> ReadAsync(HttpContext context, ApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await SpanExportReader.ReadAsync(context.Request, cancellationToken);
        }
        catch (ApiException)
        {
            // A request that was read costs one, whatever was wrong with it.
            await admission.AdmitAsync(context, key, events: 0);
            throw;
        }
    }

    private static SpanEvents WithoutSteps(SpanEvents events) =>
        events with { Rejected = events.Rejected + events.Steps.Count, Reason = events.Reason ?? NoStepsLeft, Steps = new(default, 0) };

    private static SpanEvents Append(SpanEvents events, ChunkUpload upload, EventReader reading)
    {
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
