using System.Text.Json;
using Serverless.Http;

namespace Serverless.Traces;

/// <summary>The LumiqTrace contract: its errors are one sentence, and nothing else.</summary>
public sealed class LumiqTrace() : Surface(
    "/v1/ingest", "/v1/events", "/v1/traces", "/v1/projects", "/v1/costs", "/v1/performance", "/v1/ai", "/v1/auth", "/v1/otel")
{
    /// <inheritdoc/>
    public override string Name => "LumiqTrace";

    /// <inheritdoc/>
    protected override string UnavailableCode => "UNAVAILABLE";

    /// <inheritdoc/>
    public override void WriteError(Utf8JsonWriter writer, ApiError error, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("error", error.Message);
        writer.WriteEndObject();
    }
}
