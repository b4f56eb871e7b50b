using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary>
/// <c>POST /v1/auth/login</c>: a session for an e-mail address and its password. Whether an address is known cannot be told from the
/// answer, nor from the work it takes. Guessing is limited twice: by where it comes from, and by whom it is about.
/// </summary>
public sealed class Login(SurfaceEndpoint endpoint, LoginAttempts attempts, UserStore users, SessionStore sessions, MembershipStore memberships)
{
    private static readonly TextField Email = new("email", "The e-mail address.") { IsRequired = true, MinLength = 1 };
    private static readonly TextField Password = new("password", "The password.") { IsRequired = true, MinLength = 1 };
    private static readonly FlagField Cookie = new("cookie", $"Whether the session is set as the cookie `{SessionCredential.CookieName}` as well.");
    private static readonly Body Credentials = new(8 * 1024, Email, Password, Cookie) { Example = """{"email":"ann@example.com","password":"correct horse battery staple"}""" };

    private static readonly ApiOperation Operation = new(nameof(Login), "Begins a session")
    {
        Description = "A session lasts 12 hours. It ends earlier, from the very next request on, when it is logged out, when the password or the role changes, and with the membership. "
            + "It belongs to one organization of its user, of several the first by id that is active; it opens the projects of all organizations that the user is a member of when asking. "
            + "Attempts are limited by the address of the client, and by the e-mail address.",
        Body = Credentials,
        Answers = [LoginAnswer.Begun],
        Errors = [LumiqTrace.NotAuthenticated().Error, LumiqTrace.NotAMember().Error, LumiqTrace.Suspended().Error],
    };

    /// <summary><c>POST /v1/auth/login</c>: begins a session.</summary>
    [Function(nameof(Login))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/auth/login")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await attempts.CountAsync(context);
        var (email, password, asCookie) = await ReadAsync(context.Request, cancellationToken);
        await attempts.CountAsync(email);

        var user = await users.VerifyAsync(email, password, cancellationToken) ?? throw LumiqTrace.NotAuthenticated();
        var session = await BeginAsync(user, cancellationToken);
        await LoginAnswer.WriteAsync(context, session, asCookie, cancellationToken);
    }

    private static async Task<(string Email, string Password, bool AsCookie)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestReader.OfBodyAsync(request, Credentials, new TraceProblems(), cancellationToken);
        var (email, password, cookie) = (body.Read(Email), body.Read(Password), body.Read(Cookie));
        body.Problems.Conclude();
        return (email!, password!, cookie is true);
    }

    private async Task<Session> BeginAsync(User user, CancellationToken cancellationToken)
    {
        string[] organizations = [.. user.Memberships.Keys.Order(StringComparer.Ordinal)];
        foreach (var organization in organizations)
        {
            if (await sessions.CreateAsync(user, organization) is { } session)
            {
                return session;
            }
        }

        throw await ExplainAsync(user, organizations, cancellationToken);
    }

    // The user's own list may say more than is so: the organizations' rows decide.
    private async Task<ApiException> ExplainAsync(User user, string[] organizations, CancellationToken cancellationToken)
    {
        foreach (var organization in organizations)
        {
            if (await memberships.FindAsync(organization, user.Id, cancellationToken) is { } member)
            {
                // The password may have been changed since it was verified.
                return member.PasswordVersion > user.PasswordVersion ? LumiqTrace.NotAuthenticated() : LumiqTrace.Suspended();
            }
        }

        return LumiqTrace.NotAMember();
    }
}
