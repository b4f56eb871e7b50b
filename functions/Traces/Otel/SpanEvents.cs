using System.Text.Json;

namespace Serverless.Traces.Otel;

/// <summary>The events that an export's spans have become.</summary>
/// <param name="Lines">The events, one a line in JSON, as a client sends them.</param>
/// <param name="Accepted">How many there are.</param>
/// <param name="Rejected">How many spans became none.</param>
/// <param name="Reason">Why the first of those did not; null when all were taken.</param>
public sealed record SpanEvents(ReadOnlyMemory<byte> Lines, int Accepted, int Rejected, string? Reason)
{
    /// <summary>Writes what an OpenTelemetry exporter expects: an <c>ExportTraceServiceResponse</c>.</summary>
    public void WriteExportResponse(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("partialSuccess");
        if (Rejected > 0)
        {
            // 64-bit numbers are text there.
            writer.WriteString("rejectedSpans", $"{Rejected}");
            writer.WriteString("errorMessage", Reason);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Writes what a batch of events is answered with.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="configurationVersion">The configuration version of the project.</param>
    public void WriteIngestResponse(Utf8JsonWriter writer, int configurationVersion)
    {
        writer.WriteStartObject();
        writer.WriteNumber("accepted", Accepted);
        writer.WriteNumber("cv", configurationVersion);
        if (Rejected > 0)
        {
            writer.WriteNumber("rejected", Rejected);
        }

        writer.WriteEndObject();
    }
}
