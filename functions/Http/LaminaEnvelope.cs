using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>A surface whose errors look as Lamina's do: that contract itself, and what the service says of itself and to its operator.</summary>
/// <param name="paths">The paths it owns, with all that lies below them.</param>
public abstract class LaminaEnvelope(params string[] paths) : Surface(paths)
{
    // More than is wrong with any request that was meant: one that was not gets no answer much larger than itself.
    private const int MaxDetails = 1000;

    /// <inheritdoc/>
    protected override string UnavailableCode => "RESOURCE_UNAVAILABLE";

    /// <inheritdoc/>
    public override void WriteError(Utf8JsonWriter writer, ApiError error, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("error", error.Message);
        writer.WriteString("code", error.Code);
        writer.WriteBoolean("retryable", error.Retryable);
        if (error is { Status: StatusCodes.Status429TooManyRequests, RetryAfterSeconds: { } wait })
        {
            writer.WriteNumber("retryAfter", wait);
        }

        writer.WriteString("requestId", requestId);
        if (error.Details.Count > 0)
        {
            WriteDetails(writer, error.Details);
        }

        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, IReadOnlyList<ErrorDetail> details)
    {
        writer.WriteStartArray("details");
        foreach (var detail in details.Take(MaxDetails))
        {
            writer.WriteStartObject();
            writer.WriteString("param", detail.Field);
            writer.WriteString("code", detail.Code);
            writer.WriteString("message", detail.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
