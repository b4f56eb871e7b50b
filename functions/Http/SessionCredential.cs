using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Tenancy;

namespace Serverless.Http;

/// <summary>
/// The session that a request comes with: as <c>Authorization: Bearer lqs_…</c>, or in a cookie. A browser sends a cookie by itself, whoever made it ask:
/// so a request that changes something has to carry a header as well, which no page of another site can add.
/// </summary>
public static class SessionCredential
{
    /// <summary>The cookie.</summary>
    public const string CookieName = "serverless_session";

    private const string Scheme = "Bearer";
    private const string AskedBy = "X-Requested-With";
    private const string Ourselves = "serverless";

    /// <summary>A session as a bearer token.</summary>
    public static Credential Bearer { get; } = new("Session", "Authorization", $"The token of a session, which a login gives; it begins with `{KeyPrefix.Session}`.");

    /// <summary>A session in a cookie.</summary>
    public static Credential Cookie { get; } = new(
        "SessionCookie", CookieName, $"The same token in a cookie, which a login sets when asked to. A request that changes something needs the header `{AskedBy}: {Ourselves}` as well.")
    {
        IsCookie = true,
    };

    /// <summary>Both ways.</summary>
    public static IReadOnlyList<Credential> Both { get; } = [Bearer, Cookie];

    /// <summary>403: a cookie alone may not change anything.</summary>
    public static ApiException HeaderRequired() =>
        new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", $"A request by cookie that changes something needs the header {AskedBy}: {Ourselves}"));

    /// <summary>The token of a request; null when it carries none. That it looks like one proves nothing.</summary>
    /// <exception cref="ApiException">403: it comes by cookie alone, and would change something.</exception>
    public static ApiKey? Of(HttpRequest request)
    {
        var token = Find(request);
        return token is null || !IsByCookie(request) || ChangesNothing(request) || request.Headers[AskedBy] == Ourselves ? token : throw HeaderRequired();
    }

    /// <summary>The same, whatever the request is about: for what only asks whose it is.</summary>
    public static ApiKey? Find(HttpRequest request)
    {
        if (IsByCookie(request))
        {
            return ApiKey.Parse(request.Cookies[CookieName], KeyPrefix.Session);
        }

        return AuthenticationHeaderValue.TryParse(request.Headers.Authorization.ToString(), out var sent)
            && sent.Scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase)
            ? ApiKey.Parse(sent.Parameter, KeyPrefix.Session)
            : null;
    }

    /// <summary>Whether the session of a request comes by cookie, if there is one: a header goes before it.</summary>
    public static bool IsByCookie(HttpRequest request) => request.Headers.Authorization.Count == 0;

    /// <summary>Has the caller keep a session in the cookie, until it ends by itself.</summary>
    public static void SetCookie(HttpContext context, Session session)
    {
        var options = CookieOptions(context.Request);
        options.Expires = session.ExpiresAt;
        context.Response.Cookies.Append(CookieName, session.Token.Reveal(), options);
    }

    /// <summary>Has the caller forget the cookie.</summary>
    public static void RemoveCookie(HttpContext context) => context.Response.Cookies.Delete(CookieName, CookieOptions(context.Request));

    private static bool ChangesNothing(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    // Plain HTTP is served to callers on this machine alone, in development; a browser would not give a secure cookie back over it.
    private static CookieOptions CookieOptions(HttpRequest request) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", Secure = request.IsHttps };
}

/// <summary>Admits what comes with a session: all of it together so many times a minute, and it counts for nothing else.</summary>
public sealed class SessionAdmission(AdmissionGate gate, Plans plans)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Proves a session, and spends one request of it.</summary>
    public Task<Admittance> AdmitAsync(ApiKey token) =>
        gate.AdmitAsync(token, _ => [new Charge(ChargeTo.Credential, new SlidingWindow("TraceData", plans.TraceDataPerMinute, Minute))]);

    /// <summary>Whether the role of a session is enough for something.</summary>
    public static bool IsAllowed(Caller caller, Access access) => access switch
    {
        Access.Own => caller.Key.Scopes == Roles.Owner,
        Access.Define => caller.Key.Scopes is Roles.Owner or Roles.Admin,
        _ => true,
    };
}
