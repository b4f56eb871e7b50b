using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Redaction;
using Serverless.Tenancy;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Otel;

/// <summary>
/// <c>POST /v1/otel/v1/traces</c>, where OpenTelemetry exporters send spans to, and <c>POST /v1/otel</c>, which takes the same and answers as
/// <c>POST /v1/ingest</c> does. Every span of an LLM call becomes an event, admitted and counted with the same limits, each judged by the same
/// rules. A span whose event is not valid is rejected alone, as exporters expect.
/// </summary>
public sealed class IngestExport(SurfaceEndpoint endpoint, TraceAdmission admission, ChunkUploads uploads)
{
    private static readonly string Spans =
        $"Spans in the JSON of OTLP/HTTP, {ExportReader.MaxSpans} at most; no protobuf. Each with a `gen_ai.*` attribute becomes an event, whose id is made of its trace and its span: what comes again is known. "
        + "Contents of prompts and answers are never kept. A span that makes no valid event is rejected alone.";

    private static readonly Body Export = new(ExportReader.MaxBytes) { Contents = [(RequestBody.Json, TraceShapes.Export)] };

    private static readonly Answer<ExportAnswer> Exported = Answer.Json(200, "The events are safe in the queue. `partialSuccess` is empty when all spans became one.", ExportJson.Default.ExportAnswer);

    private static readonly Answer<EventBatchAnswer> Accepted = Answer.Json(202, "The events are safe in the queue.", TraceJson.Default.EventBatchAnswer);

    private static readonly ApiOperation ToExporters = new(nameof(IngestExport), "Takes the spans of an OpenTelemetry exporter in")
    {
        Description = $"{Spans} Set `OTEL_EXPORTER_OTLP_PROTOCOL=http/json`, and the endpoint to `<base URL>/v1/otel`.",
        Credentials = [LumiqTrace.Key],
        Body = Export,
        Answers = [Exported],
    };

    private static readonly ApiOperation ToClients = new("IngestSpans", "Takes spans in, and answers as for a batch of events")
    {
        Description = Spans,
        Credentials = [LumiqTrace.Key],
        Body = Export,
        Answers = [Accepted],
    };

    /// <summary><c>POST /v1/otel/v1/traces</c>: the spans of an OpenTelemetry exporter.</summary>
    [Function(nameof(IngestExport))]
    public Task ExportAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/otel/v1/traces")] HttpRequest request) =>
        endpoint.ServeAsync(request, ToExporters, async (context, cancellationToken) =>
        {
            var (events, _) = await IngestAsync(context, cancellationToken);
            await AnswerExportAsync(context, events, cancellationToken);
        });

    /// <summary><c>POST /v1/otel</c>: the same, answered as a batch of events is.</summary>
    [Function("IngestSpans")]
    public Task IngestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/otel")] HttpRequest request) =>
        endpoint.ServeAsync(request, ToClients, async (context, cancellationToken) =>
        {
            var (events, project) = await IngestAsync(context, cancellationToken);
            await AnswerBatchAsync(context, events, project.ConfigurationVersion, cancellationToken);
        });

    /// <summary>Answers an exporter: 200, and which spans were not taken.</summary>
    internal static Task AnswerExportAsync(HttpContext context, SpanEvents events, CancellationToken cancellationToken) =>
        Exported.WriteAsync(context, new(events.Rejected == 0 ? new(null, null) : new($"{events.Rejected}", events.Reason)), cancellationToken);

    /// <summary>Answers as ingestion does: 202, and how many events were taken.</summary>
    internal static Task AnswerBatchAsync(HttpContext context, SpanEvents events, int configurationVersion, CancellationToken cancellationToken) =>
        Accepted.WriteAsync(context, new(events.Accepted, configurationVersion) { Rejected = events.Rejected > 0 ? events.Rejected : null }, cancellationToken);

    private async Task<(SpanEvents Events, Project Project)> IngestAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = TraceAdmission.FindKey(context.Request);
        var caller = await admission.LookAsync(context, key);
        await using var upload = uploads.Begin(TraceChunks.Schema);
        var events = Append(await ReadAsync(context, key, cancellationToken), upload, caller.Redaction);
        var admittance = await admission.AdmitAsync(context, key, events.Accepted);
        var project = admittance.Caller!.Project!;
        if (events.Accepted == 0)
        {
            return (events, project);
        }

        try
        {
            EventBatchReader.Redact(upload, caller.Redaction, admittance.Caller.Redaction);
            await upload.SendAsync(project.Id, cancellationToken);
            return (events, project);
        }
        catch
        {
            await admission.RefundAsync(key, admittance);
            throw;
        }
    }

    private async Task<SpanEvents> ReadAsync(HttpContext context, ApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await ExportReader.ReadAsync(context.Request, cancellationToken);
        }
        catch (ApiException)
        {
            // A request that was read costs one, whatever was wrong with it.
            await admission.AdmitAsync(context, key, events: 0);
            throw;
        }
    }

    private static SpanEvents Append(SpanEvents events, ChunkUpload upload, RedactionRules redaction)
    {
        var reading = EventBatchReader.Event(upload, redaction);
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

/// <summary>What becomes of an export: an <c>ExportTraceServiceResponse</c>.</summary>
internal sealed record ExportAnswer([property: Description("The spans that were rejected, if there were any.")] PartialSuccess PartialSuccess);

/// <summary>What was rejected of an export.</summary>
internal sealed record PartialSuccess(
    [property: Description("How many spans; a text, as 64-bit numbers are in this format. Absent for none."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RejectedSpans,
    [property: Description("Why the first of them was."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorMessage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExportAnswer))]
internal sealed partial class ExportJson : JsonSerializerContext;
