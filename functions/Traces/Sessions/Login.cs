using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary>
/// <c>POST /v1/auth/login</c>: a session for an e-mail address and its password. Whether an address is known cannot be told from the
/// answer, nor from the work it takes. Guessing is limited twice: by where it comes from, and by whom it is about.
/// </summary>
public sealed class Login(
    SurfaceEndpoint endpoint, ClientGate attempts, ClientAddress address, UserStore users, SessionStore sessions, MembershipStore memberships, Plans plans)
{
    private static readonly TextField Email = new("email", "The e-mail address.") { IsRequired = true, MinLength = 1 };
    private static readonly TextField Password = new("password", "The password.") { IsRequired = true, MinLength = 1 };
    private static readonly Body Credentials = new(8 * 1024, Email, Password) { Example = JsonNode.Parse("""{"email":"ann@example.com","password":"correct horse battery staple"}""") };

    private static readonly Answer<LoginAnswer> Begun = Answer.Json(200, "A session has begun.", SessionJson.Default.LoginAnswer) with
    {
        Headers = [new TextField("Cache-Control", "`no-store`: the answer is for its caller alone.")],
        Example = JsonNode.Parse("""{"token":"lqs_…","expires_at":"2026-11-22T00:00:00Z"}"""),
    };

    private static readonly ApiOperation Operation = new(nameof(Login), "Begins a session")
    {
        Description = "A session lasts 12 hours. It ends earlier, from the very next request on, when it is logged out, when the password or the role changes, and with the membership. "
            + "It belongs to one organization of its user, of several the first by id that is active; it opens the projects of all organizations that the user is a member of when asking. "
            + "Attempts are limited by the address of the client, and by the e-mail address.",
        Body = Credentials,
        Answers = [Begun],
        Errors = [LumiqTrace.NotAuthenticated().Error, LumiqTrace.NotAMember().Error, LumiqTrace.Suspended().Error],
    };

    private readonly SlidingWindow _byAddress = new("TraceLogins", plans.TraceLoginsPerMinute, TimeSpan.FromMinutes(1));
    private readonly SlidingWindow _byEmail = new("TraceLogins", plans.TraceLoginsPerEmailPerQuarterHour, TimeSpan.FromMinutes(15));

    /// <summary><c>POST /v1/auth/login</c>: begins a session.</summary>
    [Function(nameof(Login))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/auth/login")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await CountAsync(address.Of(context), _byAddress);
        var (email, password) = await ReadAsync(context.Request, cancellationToken);
        await CountAsync(User.PartitionOf(User.Normalize(email)), _byEmail);

        var user = await users.VerifyAsync(email, password, cancellationToken) ?? throw LumiqTrace.NotAuthenticated();
        var session = await BeginAsync(user, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        await Begun.WriteAsync(context, new(session.Token.Reveal(), session.ExpiresAt.UtcDateTime), cancellationToken);
    }

    private static async Task<(string Email, string Password)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestReader.OfBodyAsync(request, Credentials, new TraceProblems(), cancellationToken);
        var (email, password) = (body.Read(Email), body.Read(Password));
        body.Problems.Conclude();
        return (email!, password!);
    }

    private async Task CountAsync(string whose, Limit limit)
    {
        if (await attempts.AdmitAsync(whose, limit) is { IsAdmitted: false } denial)
        {
            throw LumiqTrace.RateLimited(denial.RetryAfter);
        }
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

/// <summary>A session that has begun.</summary>
internal sealed record LoginAnswer(
    [property: Description("The token of the session. It is shown this once.")] string Token,
    [property: Description("When the session ends by itself.")] DateTime ExpiresAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoginAnswer))]
internal sealed partial class SessionJson : JsonSerializerContext;
