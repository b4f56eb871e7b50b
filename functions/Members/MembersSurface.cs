using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Members;

/// <summary>What members see of their organization, and do with it: the paths below <c>/v1/organization</c>.</summary>
public sealed class MembersSurface() : LaminaEnvelope("/v1/organization")
{
    /// <summary>How all its routes begin.</summary>
    internal const string Root = "v1/organization";

    /// <inheritdoc/>
    public override string Name => "Members";

    /// <inheritdoc/>
    public override string Description => "What the members of an organization see of it, and what its admins and owners change: projects, members, keys and saved queries.";

    /// <summary>401: no session, or one that has ended.</summary>
    public static ApiException NotAuthenticated() => new(new(StatusCodes.Status401Unauthorized, "NOT_AUTHENTICATED", "Not authenticated"));

    /// <summary>403: the organization is suspended.</summary>
    public static ApiException Suspended() => new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", "The organization is suspended"));

    /// <summary>429: the session has made too many requests.</summary>
    public static ApiException RateLimited(TimeSpan retryAfter) =>
        new(new(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Too many requests, please try again later") { Retryable = true, RetryAfter = retryAfter });

    /// <summary>403: the role of the session is too low for an endpoint.</summary>
    public static ApiException RoleRequired(Access access) =>
        new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", $"This needs the role {(access == Access.Own ? Roles.Owner : $"{Roles.Admin} or {Roles.Owner}")}"));

    /// <summary>Declares an endpoint that takes a session.</summary>
    /// <param name="operation">What it does.</param>
    /// <param name="name">The name of its function.</param>
    /// <param name="access">Who may use it.</param>
    internal static ApiOperation Operation(ApiOperation operation, string name, Access access = Access.Use) =>
        operation with { Name = name, Credentials = SessionCredential.Both, Access = access };

    /// <inheritdoc/>
    public override IEnumerable<ApiError> ErrorsOf(ApiOperation operation) =>
    [
        .. base.ErrorsOf(operation),
        .. operation.Body is null && operation.Query.Count == 0 ? (ApiError[])[] : [RequestErrors.Invalid("The request is not valid").Error],
        NotAuthenticated().Error,
        SessionCredential.HeaderRequired().Error,
        Suspended().Error,
        .. operation.Access == Access.Use ? (ApiError[])[] : [RoleRequired(operation.Access).Error],
        RateLimited(TimeSpan.FromSeconds(1)).Error,
    ];

    /// <inheritdoc/>
    public override IEnumerable<Field> HeadersOf(ApiOperation operation) => RateLimitHeaders.Fields;
}
