using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Traces.Otel;

/// <summary>
/// <c>POST /v1/otel/v1/traces</c>, where OpenTelemetry exporters send spans to, and <c>POST /v1/otel</c>, which takes the same and answers
/// as <c>POST /v1/ingest</c> does. Every span of an LLM call becomes an event.
/// </summary>
public static class IngestSpans
{
    /// <summary>The largest body, decompressed, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string MediaType = "application/json";
    private const string ProtobufMediaType = "application/x-protobuf";

    /// <summary>Reads the export that a request brings.</summary>
    /// <exception cref="ApiException">400 when it is no export in JSON, or has too many spans; 413; 415.</exception>
    public static async Task<SpanEvents> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.StartsWith(ProtobufMediaType, StringComparison.OrdinalIgnoreCase) == true)
        {
            throw RequestErrors.UnsupportedMediaType($"Only OTLP in JSON is taken: set OTEL_EXPORTER_OTLP_PROTOCOL to http/json, which sends {MediaType}");
        }

        await using var body = new BoundedStream(RequestBody.Open(request, MediaType), MaxBytes);
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellationToken);
        return ExportReader.Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Answers an exporter: 200, and which spans were not taken.</summary>
    public static Task AnswerExportAsync(HttpResponse response, SpanEvents events, CancellationToken cancellationToken) =>
        JsonResponse.WriteAsync(response, events.WriteExportResponse, cancellationToken);

    /// <summary>Answers as ingestion does: 202, and how many events were taken.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="events">What the request brought.</param>
    /// <param name="configurationVersion">The configuration version of the project.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public static Task AnswerBatchAsync(HttpResponse response, SpanEvents events, int configurationVersion, CancellationToken cancellationToken)
    {
        response.StatusCode = StatusCodes.Status202Accepted;
        return JsonResponse.WriteAsync(response, writer => events.WriteIngestResponse(writer, configurationVersion), cancellationToken);
    }
}
