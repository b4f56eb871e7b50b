using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Logs;

/// <summary>The LuminaLog contract: paths below <c>/v1/logs</c> and what exporters send log records to, keys that begin with <c>ll_</c>, and its error envelope.</summary>
public sealed class LuminaLog() : Surface("/v1/logs", "/v1/otel/v1/logs")
{
    private static readonly ApiError[] NoErrors = [];

    /// <summary>How its keys begin.</summary>
    public const string KeyPrefix = Tenancy.KeyPrefix.LuminaLog;

    /// <summary>The scope of a key that sends entries, and opens none: one that may stand in a web page.</summary>
    public const string IngestScope = "ingest";

    /// <summary>The header a key comes in.</summary>
    public const string KeyHeader = "x-api-key";

    /// <summary>A key of an organization.</summary>
    public static Credential Key { get; } = new("LogKey", KeyHeader, $"A key of an organization for LuminaLog; it begins with `{KeyPrefix}`.");

    /// <summary>What opens the entries: a key, or a session of a member.</summary>
    public static IReadOnlyList<Credential> Readers { get; } = [Key, .. SessionCredential.Both];

    /// <inheritdoc/>
    public override string Name => "LuminaLog";

    /// <inheritdoc/>
    public override string Description => "Log entries in, by the batch, and out again: found, counted, and as they come.";

    /// <inheritdoc/>
    public override bool IsReadByPages => true;

    /// <inheritdoc/>
    public override JsonTypeInfo ErrorType => LogJson.Default.LogError;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, JsonObject> Shapes => LogShapes.All;

    /// <inheritdoc/>
    protected override string UnavailableCode => "SERVICE_UNAVAILABLE";

    /// <summary>401, whatever is wrong with the key.</summary>
    public static ApiException InvalidApiKey() =>
        new(new(StatusCodes.Status401Unauthorized, "INVALID_API_KEY", "Invalid or missing API key"));

    /// <summary>403: the organization is suspended, or the project the key is bound to.</summary>
    public static ApiException Suspended() =>
        new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", "The organization or project is suspended"));

    /// <summary>403: the key is one that sends, and opens nothing.</summary>
    public static ApiException WriteOnly() =>
        new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", $"A key with the scope {IngestScope} sends entries, and opens none"));

    /// <summary>404: there is no such entry, or no more.</summary>
    public static ApiException LogNotFound() => new(new(StatusCodes.Status404NotFound, "NOT_FOUND", "There is no entry of this id"));

    /// <summary>429: too many requests.</summary>
    public static ApiException RateLimited(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Rate limit exceeded") { Retryable = true, RetryAfter = retryAfter });

    /// <summary>429: the month's bytes are used up.</summary>
    public static ApiException QuotaExhausted(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "QUOTA_EXHAUSTED", "The monthly quota is exhausted") { Retryable = true, RetryAfter = retryAfter });

    /// <inheritdoc/>
    public override IEnumerable<ApiError> ErrorsOf(ApiOperation operation) =>
    [
        .. base.ErrorsOf(operation),
        RequestErrors.Invalid("The request is not valid").Error,
        InvalidApiKey().Error,
        Suspended().Error,
        .. operation.TakesFromPages ? NoErrors : [WriteOnly().Error],
        RateLimited(TimeSpan.FromSeconds(1)).Error,
    ];

    /// <inheritdoc/>
    public override IEnumerable<Field> HeadersOf(ApiOperation operation) =>
    [
        .. RateLimitHeaders.Fields,
        new WholeNumberField("X-RateLimit-Limit", "The requests a minute of the tighter of two budgets: that of the key, and that of its organization. A session has none of them.", 1, int.MaxValue),
        new WholeNumberField("X-RateLimit-Remaining", "How many of them are left.", 0, int.MaxValue),
        new WholeNumberField("X-RateLimit-Reset", "When all are available again, in Unix seconds.", 0, long.MaxValue),
    ];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> ErrorBody(ApiError error, string requestId) => JsonResponse.Body(
        new LogError(error.Message, error.Code, requestId, error.Details.Count == 0 ? null : LogProblem.Of(error.Details)), LogJson.Default.LogError);
}
