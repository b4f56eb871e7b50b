using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary>A session, as its holder sees it: whose it is and what it opens; and another organization for it.</summary>
public sealed class SessionEndpoints(
    SurfaceEndpoint endpoint, SessionGate gate, SessionStore sessions, MembershipStore memberships, UserStore users, AccountStore accounts, ProjectStore projects)
{
    private const string Path = "v1/auth/session";

    private static readonly TextField Organization = new("organization", "The id of the organization.") { IsRequired = true, MinLength = 1 };
    private static readonly Body Switched = new(8 * 1024, Organization) { Example = """{"organization":"61a2c3026706"}""" };

    private static readonly Answer<ShownSession> Shown = Answer.Json(200, "The session.", SessionJson.Default.ShownSession) with
    {
        Headers = [new TextField("Cache-Control", "`no-store`: the answer is for its caller alone.")],
        Example =
            """
            {"user":{"id":"4320e808-6d5a-4057-ae83-33fd36964a86","email":"ann@example.com"},"organization":{"id":"61a2c3026706","name":"Acme"},"role":"owner",
             "expires_at":"2026-11-22T00:00:00Z","projects":[{"id":"prj_61a2c302670601","name":"Chat"}],"organizations":[{"id":"61a2c3026706","name":"Acme","role":"owner"}]}
            """,
    };

    private static readonly ApiOperation ReadSession = new(nameof(ReadSession), "Shows the session")
    {
        Description = "Who it belongs to, what it opens, and which organizations it may be switched to.",
        Credentials = SessionCredential.Both,
        Answers = [Shown],
        Errors = [LumiqTrace.RateLimited(TimeSpan.FromSeconds(1)).Error, LumiqTrace.Suspended().Error],
    };

    private static readonly ApiOperation SwitchSession = new(nameof(SwitchSession), "Switches the session to another organization")
    {
        Description = "A new session of that organization begins in place of this one, which ends. One that comes by cookie is set there anew.",
        Credentials = SessionCredential.Both,
        Body = Switched,
        Answers = [LoginAnswer.Begun],
        Errors = [LumiqTrace.Suspended().Error, LumiqTrace.NotAMember().Error],
    };

    /// <summary><c>GET /v1/auth/session</c>: shows the session.</summary>
    [Function(nameof(ReadSession))]
    public Task ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Path)] HttpRequest request) =>
        endpoint.ServeAsync(request, ReadSession, ShowAsync);

    /// <summary><c>POST /v1/auth/session</c>: a session of another organization.</summary>
    [Function(nameof(SwitchSession))]
    public Task SwitchAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Path)] HttpRequest request) =>
        endpoint.ServeAsync(request, SwitchSession, SwitchAsync);

    private async Task ShowAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await gate.AdmitAsync(context);
        var own = caller.Account;

        // Whoever ceased to be a member a moment ago has no session any more.
        var member = await memberships.FindAsync(own.Id, caller.Key.User, cancellationToken) ?? throw LumiqTrace.NotAuthenticated();
        var user = await users.FindAsync(member.Email, cancellationToken) ?? throw LumiqTrace.NotAuthenticated();
        var organizations = await memberships.OrganizationsOfAsync(user, cancellationToken);
        var shown = new ShownSession(
            new(user.Id, user.Email),
            new(own.Id, own.Name),
            caller.Key.Scopes,
            caller.Key.ExpiresAt!.Value.UtcDateTime,
            await ProjectsOfAsync(own.Id, cancellationToken),
            [.. organizations.Select(found => new SessionOrganization(found.Organization.Id, found.Organization.Name, found.Member.Role))]);
        context.Response.Headers.CacheControl = "no-store";
        await Shown.WriteAsync(context, shown, cancellationToken);
    }

    private async Task<IReadOnlyList<NamedItem>> ProjectsOfAsync(string organization, CancellationToken cancellationToken)
    {
        var found = new List<NamedItem>();
        string? after = null;
        do
        {
            var page = await projects.ListAsync(organization, after, TenantPage<Project>.MaxItems, cancellationToken);
            found.AddRange(page.Items.Select(project => new NamedItem(project.Id, project.Name)));
            after = page.Next;
        }
        while (after is not null);
        return found;
    }

    private async Task SwitchAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await gate.AdmitAsync(context);
        var body = await RequestReader.OfBodyAsync(context.Request, Switched, new TraceProblems(), cancellationToken);
        var organization = body.Read(Organization);
        body.Problems.Conclude();

        if (!TenantIds.IsAccount(organization!))
        {
            throw LumiqTrace.NotAMember();
        }

        var session = await sessions.SwitchAsync(SessionGate.TokenOf(context.Request), caller.Key, organization!)
            ?? throw await ExplainAsync(caller, organization!, cancellationToken);
        await LoginAnswer.WriteAsync(context, session, SessionCredential.IsByCookie(context.Request), cancellationToken);
    }

    private async Task<ApiException> ExplainAsync(Caller caller, string organization, CancellationToken cancellationToken)
    {
        if (await memberships.FindAsync(organization, caller.Key.User, cancellationToken) is null)
        {
            return LumiqTrace.NotAMember();
        }

        // Else the password was changed after the session had begun.
        return await accounts.FindAsync(organization, cancellationToken) is { IsActive: true } ? LumiqTrace.NotAuthenticated() : LumiqTrace.Suspended();
    }
}
