using System.Text.Json;
using Microsoft.AspNetCore.Http;
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

    /// <summary>503: no language model is configured.</summary>
    public static ApiException AiNotConfigured() =>
        new(AiError("AI is not configured: set Ai__Endpoint", TimeSpan.FromHours(1)));

    /// <summary>503: the language model did not answer, or not in time.</summary>
    public static ApiException AiUnavailable(Exception cause) =>
        new(AiError("The AI provider did not answer", TimeSpan.FromSeconds(30)), cause);

    /// <inheritdoc/>
    public override void WriteError(Utf8JsonWriter writer, ApiError error, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("error", error.Message);
        writer.WriteEndObject();
    }

    private static ApiError AiError(string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, "AI_UNAVAILABLE", message) { Retryable = true, RetryAfter = retryAfter };
}
