using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Logs;

/// <summary>The LuminaLog contract: paths below <c>/v1/logs</c>, keys that begin with <c>ll_</c>, and its error envelope.</summary>
public sealed class LuminaLog() : Surface("/v1/logs")
{
    /// <summary>How its keys begin.</summary>
    public const string KeyPrefix = Tenancy.KeyPrefix.LuminaLog;

    /// <summary>The header a key comes in.</summary>
    public const string KeyHeader = "x-api-key";

    /// <summary>The most problems that one answer lists.</summary>
    public const int MaxDetails = 100;

    /// <inheritdoc/>
    public override string Name => "LuminaLog";

    /// <inheritdoc/>
    protected override string UnavailableCode => "SERVICE_UNAVAILABLE";

    /// <summary>401, whatever is wrong with the key.</summary>
    public static ApiException InvalidApiKey() =>
        new(new(StatusCodes.Status401Unauthorized, "INVALID_API_KEY", "Invalid or missing API key"));

    /// <summary>403: the organization is suspended, or the project the key is bound to.</summary>
    public static ApiException Suspended() =>
        new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", "The organization or project is suspended"));

    /// <summary>429: too many requests.</summary>
    public static ApiException RateLimited(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Rate limit exceeded") { Retryable = true, RetryAfter = retryAfter });

    /// <summary>429: the month's bytes are used up.</summary>
    public static ApiException QuotaExhausted(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "QUOTA_EXHAUSTED", "The monthly quota is exhausted") { Retryable = true, RetryAfter = retryAfter });

    /// <inheritdoc/>
    public override void WriteError(Utf8JsonWriter writer, ApiError error, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("error", error.Message);
        writer.WriteString("code", error.Code);
        writer.WriteString("requestId", requestId);
        if (error.Details.Count > 0)
        {
            WriteDetails(writer, "details", error.Details);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes problems as the property of an object, the first <see cref="MaxDetails"/> of them.</summary>
    public static void WriteDetails(Utf8JsonWriter writer, string property, IReadOnlyList<ErrorDetail> details)
    {
        writer.WriteStartArray(property);
        foreach (var detail in details.Take(MaxDetails))
        {
            writer.WriteStartObject();
            if (detail.Index is { } index)
            {
                writer.WriteNumber("index", index);
            }
            else
            {
                writer.WriteNull("index");
            }

            writer.WriteString("field", detail.Field);
            writer.WriteString("code", detail.Code);
            writer.WriteString("message", detail.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
