using System.Text.Json;
using Serverless.Http;

namespace Serverless.Runs;

/// <summary>The Lamina contract. Its envelope also answers for paths that belong to no surface.</summary>
public sealed class Lamina() : Surface("/v1/apps", "/v1/runs", "/v1/templates", "/v1/triggers", "/v1/webhooks", "/v1/account")
{
    /// <inheritdoc/>
    public override string Name => "Lamina";

    /// <inheritdoc/>
    protected override string UnavailableCode => "RESOURCE_UNAVAILABLE";

    /// <inheritdoc/>
    public override void WriteError(Utf8JsonWriter writer, ApiError error, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("error", error.Message);
        writer.WriteString("code", error.Code);
        writer.WriteBoolean("retryable", error.Retryable);
        writer.WriteString("requestId", requestId);
        writer.WriteEndObject();
    }
}
