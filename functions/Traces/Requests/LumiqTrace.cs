using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Traces.Requests;

/// <summary>The LumiqTrace contract: its errors are one sentence, and nothing else.</summary>
public sealed class LumiqTrace() : Surface(
    "/v1/ingest", "/v1/events", "/v1/traces", "/v1/projects", "/v1/costs", "/v1/performance", "/v1/ai", "/v1/auth", "/v1/otel")
{
    /// <inheritdoc/>
    public override string Name => "LumiqTrace";

    /// <inheritdoc/>
    protected override string UnavailableCode => "UNAVAILABLE";

    /// <summary>400: a parameter or the body is not valid.</summary>
    /// <param name="message">What is wrong, in one sentence.</param>
    public static ApiException Invalid(string message) => new(new(StatusCodes.Status400BadRequest, "INVALID", message));

    /// <summary>400: the batch has too many events.</summary>
    public static ApiException TooManyEvents(int max) => Invalid($"Max {max} events per batch");

    /// <summary>401, whatever is wrong with the key.</summary>
    public static ApiException InvalidApiKey() => new(new(StatusCodes.Status401Unauthorized, "INVALID_API_KEY", "Invalid API key"));

    /// <summary>401, whatever is wrong with the session, or with what it was to be begun with.</summary>
    public static ApiException NotAuthenticated() => new(new(StatusCodes.Status401Unauthorized, "NOT_AUTHENTICATED", "Not authenticated"));

    /// <summary>403: the user is not a member of the organization.</summary>
    public static ApiException NotAMember() => new(new(StatusCodes.Status403Forbidden, "NOT_A_MEMBER", "Not a member of this organization"));

    /// <summary>403: the organization is suspended.</summary>
    public static ApiException Suspended() => new(new(StatusCodes.Status403Forbidden, "SUSPENDED", "The organization is suspended"));

    /// <summary>403: the project is suspended, and takes nothing in.</summary>
    public static ApiException ProjectSuspended() => new(new(StatusCodes.Status403Forbidden, "SUSPENDED", "The project is suspended"));

    /// <summary>404: the project has no event of this trace.</summary>
    public static ApiException TraceNotFound() => new(new(StatusCodes.Status404NotFound, "NOT_FOUND", "Trace not found"));

    /// <summary>404: there is no such project.</summary>
    public static ApiException ProjectNotFound() => new(new(StatusCodes.Status404NotFound, "NOT_FOUND", "Project not found"));

    /// <summary>429: too many requests.</summary>
    public static ApiException RateLimited(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Rate limit exceeded") { Retryable = true, RetryAfter = retryAfter });

    /// <summary>429: the month's events are used up, or the batch has more than are left.</summary>
    public static ApiException QuotaExceeded(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "QUOTA_EXCEEDED", "Monthly quota exceeded") { Retryable = true, RetryAfter = retryAfter });

    /// <summary>503: no language model is configured.</summary>
    public static ApiException AiNotConfigured() =>
        new(AiError("AI is not configured: set Ai__Endpoint", TimeSpan.FromHours(1)));

    /// <summary>503: the language model did not answer, or not in time.</summary>
    public static ApiException AiUnavailable(Exception cause) =>
        new(AiError("The AI provider did not answer", TimeSpan.FromSeconds(30)), cause);

    /// <inheritdoc/>
    public override void WriteError(Utf8JsonWriter writer, ApiError error, string requestId)
    {
        // There is room for one sentence: the first problem says more than that there are some.
        writer.WriteStartObject();
        writer.WriteString("error", error.Details is [var first, ..] ? first.Message : error.Message);
        writer.WriteEndObject();
    }

    private static ApiError AiError(string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, "AI_UNAVAILABLE", message) { Retryable = true, RetryAfter = retryAfter };
}
