using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>The Lithtrix contract: keys that begin with <c>ltx_</c>; an error is a status, a code and a sentence.</summary>
public sealed class Lithtrix() : Surface(
    "/v1/register", "/v1/keys", "/v1/search", "/v1/me", "/v1/usage", "/v1/billing", "/v1/capabilities", "/v1/guide")
{
    private const string UnavailableErrorCode = "SERVICE_UNAVAILABLE";

    // Nobody knows when somebody will set it; asking more often than this is of no use.
    private static readonly TimeSpan UntilItMayBeSet = TimeSpan.FromMinutes(1);

    /// <summary>The key of an agent.</summary>
    public static Credential Key { get; } = new("AgentKey", HeaderNames.Authorization, $"The key that an agent got when it registered; it begins with `{KeyPrefix.Lithtrix}`.");

    /// <inheritdoc/>
    public override string Name => "Lithtrix";

    /// <inheritdoc/>
    public override string Description => "Agents that register themselves, rotate their keys, and search the web within the limits of their tier.";

    /// <inheritdoc/>
    public override bool IsReadByPages => true;

    /// <inheritdoc/>
    public override JsonTypeInfo ErrorType => AgentJson.Default.AgentError;

    /// <inheritdoc/>
    protected override string UnavailableCode => UnavailableErrorCode;

    /// <summary>401, whatever is wrong with the key.</summary>
    public static ApiException InvalidApiKey() =>
        Error(StatusCodes.Status401Unauthorized, "INVALID_API_KEY", "The API key is missing or not recognised");

    /// <summary>402: the payment provider says no.</summary>
    public static ApiException PaymentDeclined() =>
        Error(StatusCodes.Status402PaymentRequired, "PAYMENT_DECLINED", "The payment method was declined");

    /// <summary>403: the agent is suspended.</summary>
    public static ApiException Suspended() =>
        Error(StatusCodes.Status403Forbidden, "AGENT_SUSPENDED", "The agent is suspended");

    /// <summary>409: the owner has an agent of this name.</summary>
    public static ApiException AlreadyExists() =>
        Error(StatusCodes.Status409Conflict, "AGENT_ALREADY_EXISTS", "This owner has registered an agent of this name already");

    /// <summary>422: fields or parameters are not as they have to be.</summary>
    /// <param name="problems">The rules that were broken.</param>
    public static ApiException Invalid(IEnumerable<string> problems) =>
        Error(StatusCodes.Status422UnprocessableEntity, "VALIDATION_ERROR", string.Join("; ", problems));

    /// <summary>429: too many requests.</summary>
    public static ApiException RateLimited(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "RATE_LIMIT_EXCEEDED", "Too many requests, please try again later") { Retryable = true, RetryAfter = retryAfter });

    /// <summary>502: the search provider failed.</summary>
    public static ApiException UpstreamFailed(Exception? cause = null) =>
        new(new(StatusCodes.Status502BadGateway, "UPSTREAM_ERROR", "The search provider failed or did not answer in time") { Retryable = true }, cause);

    /// <summary>503: the search provider has failed too often, and is left alone for a while.</summary>
    public static ApiException UpstreamLeftAlone(TimeSpan retryAfter) =>
        Unavailable("The search provider is not available at the moment, please try again later", retryAfter);

    /// <summary>503: the operator has not set something up.</summary>
    /// <param name="what">What that is.</param>
    /// <param name="setting">The setting that is missing.</param>
    public static ApiException NotConfigured(string what, string setting) =>
        Unavailable($"{what} is not configured: the setting {setting} is missing", UntilItMayBeSet);

    /// <inheritdoc/>
    public override IEnumerable<ApiError> ErrorsOf(ApiOperation operation)
    {
        foreach (var error in base.ErrorsOf(operation))
        {
            yield return error;
        }

        if (operation.Body is not null)
        {
            yield return RequestErrors.Invalid("The body is not valid JSON").Error;
        }

        if (operation.Body is not null || operation.Query.Count > 0)
        {
            yield return Invalid(["A field or a parameter is not valid"]).Error;
        }

        if (operation.Credentials.Count > 0)
        {
            yield return InvalidApiKey().Error;
            yield return Suspended().Error;
            yield return RateLimited(TimeSpan.FromSeconds(1)).Error;
        }
    }

    /// <inheritdoc/>
    // Whatever is limited takes a key or, to get one, a body.
    public override IEnumerable<Field> HeadersOf(ApiOperation operation) => operation.Credentials.Count > 0 || operation.Body is not null ? RateLimitHeaders.Fields : [];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> ErrorBody(ApiError error, string requestId) =>
        JsonResponse.Body(new AgentError("error", error.Code, error.Message), AgentJson.Default.AgentError);

    private static ApiException Error(int status, string code, string message) => new(new(status, code, message));

    private static ApiException Unavailable(string message, TimeSpan retryAfter) =>
        new(new(StatusCodes.Status503ServiceUnavailable, UnavailableErrorCode, message) { Retryable = true, RetryAfter = retryAfter });
}
