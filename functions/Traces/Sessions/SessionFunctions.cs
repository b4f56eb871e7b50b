using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary>The triggers by which people get into LumiqTrace, and out again.</summary>
public sealed class SessionFunctions(SurfaceEndpoint endpoint, LumiqTrace surface, Login login, Logout logout)
{
    /// <summary><c>POST /v1/auth/login</c>: begins a session.</summary>
    [Function("Login")]
    public Task LoginAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/auth/login")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, login.HandleAsync);

    /// <summary><c>POST /v1/auth/logout</c>: ends it.</summary>
    [Function("Logout")]
    public Task LogoutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/auth/logout")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, (context, _) => logout.HandleAsync(context));
}
