using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Workspaces;

/// <summary>
/// The Lamina contract. Its limit holds for all its paths, before any key is looked at. Its envelope also answers for paths that belong to no surface.
/// </summary>
public sealed class Lamina(LaminaLimit limit)
    : LaminaEnvelope("/v1/apps", "/v1/runs", "/v1/templates", "/v1/triggers", "/v1/webhooks", "/v1/alerts", "/v1/account")
{
    /// <summary>The shape of inputs: values by the names of parameters.</summary>
    internal const string InputsShape = "RunInputs";

    /// <summary>The shape of what an output may be: any JSON.</summary>
    internal const string ValueShape = "RunOutputValue";

    /// <summary>The shape of what is sent to a receiver of webhooks.</summary>
    internal const string MessageShape = "WebhookMessage";

    /// <summary>The shape of what fires a trigger: any JSON.</summary>
    internal const string DeliveryShape = "TriggerDelivery";

    /// <summary>The same as a form.</summary>
    internal const string FormShape = "TriggerForm";

    /// <inheritdoc/>
    public override string Name => "Lamina";

    /// <inheritdoc/>
    public override string Description => "Apps that run for as long as they take: started, watched, waited for, cancelled, reported by webhook, and fired by triggers; and alerts over what is stored.";

    /// <inheritdoc/>
    public override bool IsReadByPages => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, JsonObject> Shapes { get; } = new Dictionary<string, JsonObject>(StringComparer.Ordinal)
    {
        [InputsShape] = new() { ["type"] = "object" },
        [ValueShape] = [],
        [MessageShape] = new()
        {
            ["type"] = "object",
            ["description"] = "What is sent. To an endpoint: `type`, `timestamp` and `data`. To the `webhook` of a run: `data` alone, as `GET /v1/runs/{runId}` has it.",
        },
        [DeliveryShape] = new()
        {
            ["description"] = "What the sender sends. Where the trigger has neither `inputsFromBody` nor a `verify` of the type `hmac`, it may be an object with `inputs`, which go before the trigger's own.",
        },
        [FormShape] = new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" }, ["description"] = "The same as a form: a field is found by `/` and its name." },
    };

    /// <summary>A key of a workspace, in its header.</summary>
    public static Credential Key { get; } = new("RunKey", LaminaAdmission.KeyHeader, $"A key of a workspace for Lamina; it begins with `{KeyPrefix.Lamina}`.");

    /// <summary>The same as a bearer token.</summary>
    public static Credential BearerKey { get; } = new("RunKeyBearer", "Authorization", "The same key as a bearer token.");

    /// <summary>What every endpoint takes, but for those that take nothing.</summary>
    public static IReadOnlyList<Credential> Credentials { get; } = [Key, BearerKey, .. SessionCredential.Both];

    /// <summary>Begins to declare an endpoint that takes a key or a session.</summary>
    /// <param name="name">The name of its function.</param>
    /// <param name="summary">What it does, in a few words.</param>
    public static ApiOperation Operation(string name, string summary) => new(name, summary) { Credentials = Credentials, Headers = [LaminaAdmission.Workspace] };

    /// <summary>401: no key came with the request.</summary>
    public static ApiException MissingKey() => new(new(StatusCodes.Status401Unauthorized, "AUTH_MISSING_KEY", "Missing API key"));

    /// <summary>401: the key is malformed, unknown, not valid any more, or another surface's.</summary>
    public static ApiException InvalidKey() => new(new(StatusCodes.Status401Unauthorized, "AUTH_INVALID_KEY", "Invalid API key"));

    /// <summary>401: the key is right, but what it belongs to is no workspace.</summary>
    public static ApiException InvalidContext() =>
        new(new(StatusCodes.Status401Unauthorized, "AUTH_INVALID_CONTEXT", "The API key belongs to no workspace"));

    /// <summary>500: whether the key is right could not be found out.</summary>
    public static ApiException AuthenticationFailed(Exception cause) => new(
        new(StatusCodes.Status500InternalServerError, "AUTH_FAILED", "The API key could not be validated, please try again") { Retryable = true },
        cause);

    /// <summary>403: the key is right, but does not open this.</summary>
    public static ApiException Forbidden(string message) => new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", message));

    /// <summary>404: the workspace has no such app, run or whatever else the path names.</summary>
    public static ApiException NotFound(string what) => new(new(StatusCodes.Status404NotFound, "NOT_FOUND", $"{what} not found"));

    /// <summary>400: the address that ends of runs are to be reported to may not be called.</summary>
    public static ApiException InvalidWebhookUrl(Exception refusal) =>
        new(new(StatusCodes.Status400BadRequest, "WEBHOOK_INVALID_URL", $"The webhook URL {refusal.Message}"), refusal);

    /// <summary>429: too many requests came from an address.</summary>
    public static ApiException RateLimited(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Too many requests, please try again later") { Retryable = true, RetryAfter = retryAfter });

    /// <summary>503: it cannot be done at this moment; nothing was.</summary>
    public static ApiException Unavailable(string message) => new(
        new(StatusCodes.Status503ServiceUnavailable, "RESOURCE_UNAVAILABLE", message) { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) });

    /// <inheritdoc/>
    public override IEnumerable<ApiError> ErrorsOf(ApiOperation operation)
    {
        foreach (var error in base.ErrorsOf(operation))
        {
            yield return error;
        }

        // A session is proven wherever it comes.
        yield return AuthenticationFailed(new InvalidOperationException()).Error;
        yield return RateLimited(TimeSpan.FromSeconds(1)).Error;

        if (operation.Body is not null || operation.Query.Count > 0)
        {
            yield return RequestErrors.Invalid("The request is not valid").Error;
        }

        if (operation.Credentials.Count > 0)
        {
            yield return MissingKey().Error;
            yield return InvalidKey().Error;
            yield return InvalidContext().Error;
            yield return Forbidden("The workspace is suspended").Error;
            if (operation.Access == Access.Define)
            {
                yield return LaminaAdmission.ScopeRequired().Error;
                yield return LaminaAdmission.RoleRequired().Error;
            }

            if (operation.Access == Access.Define || operation.Body is not null)
            {
                yield return SessionCredential.HeaderRequired().Error;
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Field> HeadersOf(ApiOperation operation) =>
    [
        .. RateLimitHeaders.Fields,
        new WholeNumberField("RateLimit-Limit", "The requests a minute of the session, or else of an address.", 1, int.MaxValue),
        new WholeNumberField("RateLimit-Remaining", "How many of them are left.", 0, int.MaxValue),
        new WholeNumberField("RateLimit-Reset", "In how many seconds all are available again; on a 429, in how many there is one.", 0, int.MaxValue),
    ];

    /// <inheritdoc/>
    public override Task EnterAsync(HttpContext context) => limit.SpendAsync(context);
}
