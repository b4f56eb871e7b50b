using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;

namespace Serverless.Members;

/// <summary>Handles one request of a member and writes its answer.</summary>
/// <param name="context">The request.</param>
/// <param name="organization">The id of the organization of the session.</param>
/// <param name="cancellationToken">Ends the request.</param>
public delegate Task MemberHandler(HttpContext context, string organization, CancellationToken cancellationToken);

/// <summary>Handles one request for which it matters who asks, and writes its answer.</summary>
/// <param name="context">The request.</param>
/// <param name="member">The session, with its organization.</param>
/// <param name="cancellationToken">Ends the request.</param>
public delegate Task SessionHandler(HttpContext context, Caller member, CancellationToken cancellationToken);

/// <summary>The way in for members: <see cref="SurfaceEndpoint"/>, past their session, its limit and its role.</summary>
public sealed class MembersEndpoint(SurfaceEndpoint endpoint, SessionAdmission sessions)
{
    /// <summary>Serves a request.</summary>
    public Task ServeAsync(HttpRequest request, ApiOperation operation, MemberHandler handler) =>
        ServeSessionAsync(request, operation, (context, member, cancellationToken) => handler(context, member.Account.Id, cancellationToken));

    /// <summary>Serves a request for which it matters who asks.</summary>
    public Task ServeSessionAsync(HttpRequest request, ApiOperation operation, SessionHandler handler) =>
        endpoint.ServeAsync(request, operation, async (context, cancellationToken) =>
            await handler(context, await EnterAsync(context, operation), cancellationToken));

    private async Task<Caller> EnterAsync(HttpContext context, ApiOperation operation)
    {
        // Some answers hold a key, and all of them are for one pair of eyes.
        context.Response.Headers.CacheControl = "no-store";
        var token = SessionCredential.Of(context.Request) ?? throw MembersSurface.NotAuthenticated();
        var admittance = await sessions.AdmitAsync(token);
        RateLimitHeaders.Write(context.Response.Headers, admittance.Outcomes, "session", "organization");
        var caller = admittance.Status switch
        {
            AdmittanceStatus.Admitted => admittance.Caller!,
            AdmittanceStatus.Suspended => throw MembersSurface.Suspended(),
            AdmittanceStatus.Denied => throw MembersSurface.RateLimited(admittance.Denial!.Decision.RetryAfter),
            _ => throw MembersSurface.NotAuthenticated(),
        };
        return SessionAdmission.IsAllowed(caller, operation.Access) ? caller : throw MembersSurface.RoleRequired(operation.Access);
    }
}
