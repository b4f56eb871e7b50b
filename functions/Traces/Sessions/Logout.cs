using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary><c>POST /v1/auth/logout</c>: ends the session it is sent with. That is never refused to whoever holds one.</summary>
public sealed class Logout(SurfaceEndpoint endpoint, AdmissionGate gate, SessionStore sessions)
{
    private static readonly Answer Ended = new(204, "The session has ended.")
    {
        Headers = [new TextField("Set-Cookie", "An end to the cookie; only where the session came in one.")],
    };

    private static readonly ApiOperation Operation = new(nameof(Logout), "Ends the session")
    {
        Description = "A session that comes in a cookie is taken out of it.",
        Credentials = SessionCredential.Both,
        Answers = [Ended],
        Errors = [SessionCredential.HeaderRequired().Error],
    };

    /// <summary><c>POST /v1/auth/logout</c>: ends the session.</summary>
    [Function(nameof(Logout))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/auth/logout")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, (context, _) => HandleAsync(context));

    private async Task HandleAsync(HttpContext context)
    {
        var token = SessionGate.TokenOf(context.Request);
        if (await gate.AdmitAsync(token, _ => []) is { Status: AdmittanceStatus.UnknownCredential })
        {
            throw LumiqTrace.NotAuthenticated();
        }

        await sessions.RevokeAsync(token);
        if (SessionCredential.IsByCookie(context.Request))
        {
            SessionCredential.RemoveCookie(context);
        }

        Ended.Write(context);
    }
}
