using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Traces.Sessions;

/// <summary>A session that has begun.</summary>
internal sealed record LoginAnswer(
    [property: Description("The token of the session. It is shown this once.")] string Token,
    [property: Description("When the session ends by itself.")] DateTime ExpiresAt)
{
    /// <summary>How endpoints answer that begin a session.</summary>
    public static Answer<LoginAnswer> Begun { get; } = Answer.Json(200, "A session has begun.", SessionJson.Default.LoginAnswer) with
    {
        Headers =
        [
            new TextField("Cache-Control", "`no-store`: the answer is for its caller alone."),
            new TextField("Set-Cookie", $"The cookie `{SessionCredential.CookieName}`, which ends with the session; only for a caller who wants it."),
        ],
        Example = """{"token":"lqs_…","expires_at":"2026-11-22T00:00:00Z"}""",
    };

    /// <summary>Gives a session to its holder.</summary>
    /// <param name="context">The request.</param>
    /// <param name="session">The session.</param>
    /// <param name="asCookie">Whether it is set as a cookie as well.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public static Task WriteAsync(HttpContext context, Session session, bool asCookie, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (asCookie)
        {
            SessionCredential.SetCookie(context, session);
        }

        return Begun.WriteAsync(context, new(session.Token.Reveal(), session.ExpiresAt.UtcDateTime), cancellationToken);
    }
}

/// <summary>A session, as its holder sees it.</summary>
internal sealed record ShownSession(
    [property: Description("Whose session it is.")] SessionUser User,
    [property: Description("The organization that it belongs to.")] NamedItem Organization,
    [property: Description("What the user may do there: `member`, `admin` or `owner`.")] string Role,
    [property: Description("When the session ends by itself.")] DateTime ExpiresAt,
    [property: Description("The projects of the organization, in the order of their ids.")] IReadOnlyList<NamedItem> Projects,
    [property: Description("The active organizations that the user is a member of, this one too: the session may be switched to each.")] IReadOnlyList<SessionOrganization> Organizations);

/// <summary>Whose session it is.</summary>
internal sealed record SessionUser(
    [property: Description("The id.")] string Id,
    [property: Description("The e-mail address.")] string Email);

/// <summary>Something with a name.</summary>
internal sealed record NamedItem(
    [property: Description("The id.")] string Id,
    [property: Description("The name, for people.")] string Name);

/// <summary>An organization that a session may be switched to.</summary>
internal sealed record SessionOrganization(
    [property: Description("The id.")] string Id,
    [property: Description("The name, for people.")] string Name,
    [property: Description("What the user may do there.")] string Role);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoginAnswer))]
[JsonSerializable(typeof(ShownSession))]
internal sealed partial class SessionJson : JsonSerializerContext;
