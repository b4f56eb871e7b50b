using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary>
/// The door of everything that is read with a session: proves the session, spends a limit, and opens one project. A session opens all
/// projects of its own organization, and those of every other organization that its user is a member of at that moment.
/// </summary>
public sealed class SessionGate(SessionAdmission sessions, AdmissionGate gate, ProjectStore projects, AccountStore accounts, MembershipStore memberships, Plans plans)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The project that a request names.</summary>
    public static TextField ProjectId { get; } = new("projectId", "The project.") { IsRequired = true };

    /// <summary>How requests for data of a project are refused, beside what every endpoint that takes a session does.</summary>
    public static IReadOnlyList<ApiError> Errors { get; } = [LumiqTrace.Suspended().Error, LumiqTrace.NotAMember().Error, LumiqTrace.ProjectNotFound().Error];

    /// <summary>The token of a request.</summary>
    /// <exception cref="ApiException">401: there is none. 403: it comes by cookie alone, and would change something.</exception>
    public static ApiKey TokenOf(HttpRequest request) => SessionCredential.Of(request) ?? throw LumiqTrace.NotAuthenticated();

    /// <summary>Lets a request for data in that names its project in the query string.</summary>
    /// <inheritdoc cref="EnterAsync(HttpContext, StringValues, CancellationToken)"/>
    public Task<Project> EnterAsync(HttpContext context, CancellationToken cancellationToken) =>
        EnterAsync(context, context.Request.Query[ProjectId.Name], cancellationToken);

    /// <summary>Lets a request for data in. It counts for its session.</summary>
    /// <param name="context">The request.</param>
    /// <param name="projectId">The project it names.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The project. It may be suspended: that stops what comes in, not what is read.</returns>
    /// <exception cref="ApiException">401, 429, 400, 404 or 403, in this order.</exception>
    public async Task<Project> EnterAsync(HttpContext context, StringValues projectId, CancellationToken cancellationToken) =>
        await OpenAsync(await AdmitAsync(context), projectId, cancellationToken);

    /// <summary>Lets a request in that opens no project. It counts for its session.</summary>
    /// <returns>Who is asking.</returns>
    /// <exception cref="ApiException">401, 403 or 429.</exception>
    public async Task<Caller> AdmitAsync(HttpContext context) => Require(context, await sessions.AdmitAsync(TokenOf(context.Request)));

    /// <summary>Lets a request to an AI endpoint in. It counts for the organization of its session, and for nothing else.</summary>
    /// <inheritdoc cref="EnterAsync(HttpContext, StringValues, CancellationToken)"/>
    public async Task<Project> EnterAiAsync(HttpContext context, StringValues projectId, CancellationToken cancellationToken) =>
        await OpenAsync(await AdmitAiAsync(context), projectId, cancellationToken);

    /// <summary>Lets a request to an AI endpoint in that names its project in the query string.</summary>
    /// <inheritdoc cref="EnterAiAsync(HttpContext, StringValues, CancellationToken)"/>
    public Task<Project> EnterAiAsync(HttpContext context, CancellationToken cancellationToken) =>
        EnterAiAsync(context, context.Request.Query[ProjectId.Name], cancellationToken);

    /// <summary>The first half of <see cref="EnterAiAsync(HttpContext, StringValues, CancellationToken)"/>, for requests that name their project in the body.</summary>
    /// <returns>Who is asking, for <see cref="OpenAsync"/>.</returns>
    /// <exception cref="ApiException">401, 403 or 429.</exception>
    public async Task<Caller> AdmitAiAsync(HttpContext context) =>
        Require(context, await gate.AdmitAsync(TokenOf(context.Request), _ => [new Charge(ChargeTo.Account, new SlidingWindow("TraceAi", plans.TraceAiPerHour, Hour))]));

    /// <summary>Opens a project to whoever has been admitted.</summary>
    /// <param name="visitor">Who is asking.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ApiException">400, 404 or 403, in this order.</exception>
    public async Task<Project> OpenAsync(Caller visitor, StringValues projectId, CancellationToken cancellationToken)
    {
        if (projectId.Count > 1)
        {
            throw LumiqTrace.Invalid($"\"{ProjectId.Name}\" must be given once");
        }

        if (projectId is not [{ Length: > 0 } id])
        {
            throw LumiqTrace.Invalid($"\"{ProjectId.Name}\" is required");
        }

        var project = await projects.FindAsync(id, cancellationToken) ?? throw LumiqTrace.ProjectNotFound();
        var organization = TenantIds.OrganizationOf(project.Id)!;
        if (organization != visitor.Account.Id)
        {
            await RequireMemberAsync(organization, visitor.Key.User, cancellationToken);
        }

        return project;
    }

    private static Caller Require(HttpContext context, Admittance admittance)
    {
        RateLimitHeaders.Write(context.Response.Headers, admittance.Outcomes, "session", "organization");
        return admittance.Status switch
        {
            AdmittanceStatus.Admitted => admittance.Caller!,
            AdmittanceStatus.Denied => throw LumiqTrace.RateLimited(admittance.Denial!.Decision.RetryAfter),
            AdmittanceStatus.Suspended => throw LumiqTrace.Suspended(),
            _ => throw LumiqTrace.NotAuthenticated(),
        };
    }

    // Of its own organization the session itself is the proof: it ends with the membership.
    private async Task RequireMemberAsync(string organization, string user, CancellationToken cancellationToken)
    {
        if (await memberships.FindAsync(organization, user, cancellationToken) is null)
        {
            throw LumiqTrace.NotAMember();
        }

        if (await accounts.FindAsync(organization, cancellationToken) is not { IsActive: true })
        {
            throw LumiqTrace.Suspended();
        }
    }
}
