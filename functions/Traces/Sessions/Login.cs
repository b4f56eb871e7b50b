using System.Text.Json;
using Microsoft.AspNetCore.Http;
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
    ClientGate attempts, ClientAddress address, UserStore users, SessionStore sessions, MembershipStore memberships, Plans plans)
{
    private const int MaxBytes = 8 * 1024;

    private readonly SlidingWindow _byAddress = new("TraceLogins", plans.TraceLoginsPerMinute, TimeSpan.FromMinutes(1));
    private readonly SlidingWindow _byEmail = new("TraceLogins", plans.TraceLoginsPerEmailPerQuarterHour, TimeSpan.FromMinutes(15));

    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await CountAsync(address.Of(context), _byAddress);
        var body = await JsonBody.ReadObjectAsync(context.Request, MaxBytes, cancellationToken);
        var (email, password) = (Text(body, "email"), Text(body, "password"));
        await CountAsync(User.PartitionOf(User.Normalize(email)), _byEmail);

        var user = await users.VerifyAsync(email, password, cancellationToken) ?? throw LumiqTrace.NotAuthenticated();
        var session = await BeginAsync(user, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        await JsonResponse.WriteAsync(context.Response, writer => WriteAnswer(writer, session), cancellationToken);
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

    private static string Text(IReadOnlyDictionary<string, JsonElement> body, string name)
    {
        var value = body.GetValueOrDefault(name);
        return value.ValueKind switch
        {
            JsonValueKind.String when value.GetString() is { Length: > 0 } text => text,
            JsonValueKind.String or JsonValueKind.Null or JsonValueKind.Undefined => throw LumiqTrace.Invalid($"\"{name}\" is required"),
            _ => throw LumiqTrace.Invalid($"\"{name}\" must be a string"),
        };
    }

    private static void WriteAnswer(Utf8JsonWriter writer, Session session)
    {
        writer.WriteStartObject();
        writer.WriteString("token", session.Token.Reveal());
        writer.WriteString("expires_at", session.ExpiresAt.UtcDateTime);
        writer.WriteEndObject();
    }
}
