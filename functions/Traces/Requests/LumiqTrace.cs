using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Traces.Requests;

/// <summary>The LumiqTrace contract: its errors are one sentence, and nothing else.</summary>
public sealed class LumiqTrace() : Surface(
    "/v1/ingest", "/v1/events", "/v1/traces", "/v1/projects", "/v1/costs", "/v1/performance", "/v1/ai", "/v1/auth", "/v1/otel", "/v1/sessions", "/v1/users", "/v1/sdk")
{
    private static readonly ApiError[] NoErrors = [];

    /// <summary>The header a key comes in.</summary>
    public const string KeyHeader = "x-api-key";

    /// <summary>A key of a project.</summary>
    public static Credential Key { get; } = new("TraceKey", KeyHeader, $"A key of a project for LumiqTrace; it begins with `{KeyPrefix.LumiqTrace}`. It sends events, and opens nothing but how its clients are to behave.");

    /// <inheritdoc/>
    public override string Name => "LumiqTrace";

    /// <inheritdoc/>
    public override string Description => "Events of language models in, by the batch; events, traces, costs, performance and answers to questions out.";

    /// <inheritdoc/>
    public override bool IsReadByPages => true;

    /// <inheritdoc/>
    public override JsonTypeInfo ErrorType => TraceJson.Default.TraceError;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, JsonObject> Shapes => TraceShapes.All;

    /// <inheritdoc/>
    protected override string UnavailableCode => "UNAVAILABLE";

    /// <summary>400: a parameter or the body is not valid.</summary>
    /// <param name="message">What is wrong, in one sentence.</param>
    public static ApiException Invalid(string message) => new(new(StatusCodes.Status400BadRequest, "VALIDATION_ERROR", message));

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
    public static ApiException AiUnavailable(Exception? cause = null) =>
        new(AiError("The AI provider did not answer", TimeSpan.FromSeconds(30)), cause);

    /// <inheritdoc/>
    public override IEnumerable<ApiError> ErrorsOf(ApiOperation operation)
    {
        var (byKey, bySession) = (operation.Credentials.Contains(Key), operation.Credentials.Contains(SessionCredential.Bearer));
        var takesInput = operation is not { Path: [], Query: [], Body: null };
        return
        [
            .. base.ErrorsOf(operation),
            .. takesInput ? [Invalid("What is wrong with the request, in a sentence").Error, RateLimited(TimeSpan.FromSeconds(1)).Error] : NoErrors,
            .. byKey ? [InvalidApiKey().Error, Suspended().Error, ProjectSuspended().Error, QuotaExceeded(TimeSpan.FromHours(1)).Error] : NoErrors,
            .. bySession ? [NotAuthenticated().Error] : NoErrors,
            .. bySession && operation.Body is not null ? [SessionCredential.HeaderRequired().Error] : NoErrors,
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Field> HeadersOf(ApiOperation operation) => operation.Credentials.Count > 0 ? RateLimitHeaders.Fields : [];

    /// <inheritdoc/>
    // There is room for one sentence: the first problem says more than that there are some.
    public override ReadOnlyMemory<byte> ErrorBody(ApiError error, string requestId) =>
        JsonResponse.Body(new TraceError(error.Details is [var first, ..] ? first.Message : error.Message), TraceJson.Default.TraceError);

    private static ApiError AiError(string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, "AI_UNAVAILABLE", message) { Retryable = true, RetryAfter = retryAfter };
}

/// <summary>What is wrong with a body, in the words of LumiqTrace.</summary>
internal sealed class TraceProblems() : RequestProblems("The body is not valid")
{
    /// <inheritdoc/>
    public override void Text(string name, TextField field, TextProblem problem)
    {
        if (problem == TextProblem.Kind)
        {
            base.Text(name, field, problem);
        }
        else if (field.MaxLength == int.MaxValue)
        {
            // What is empty was not given.
            Missing(name);
        }
        else
        {
            Complain(name, "invalid_length", $"must be {field.MinLength} to {field.MaxLength} characters");
        }
    }
}
