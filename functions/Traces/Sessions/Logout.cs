using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary><c>POST /v1/auth/logout</c>: ends the session it is sent with. That is never refused to whoever holds one.</summary>
public sealed class Logout(AdmissionGate gate, SessionStore sessions)
{
    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var token = SessionToken.Of(context.Request);
        if (await gate.AdmitAsync(token, _ => []) is { Status: AdmittanceStatus.UnknownCredential })
        {
            throw LumiqTrace.NotAuthenticated();
        }

        await sessions.RevokeAsync(token);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
