using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Agents;

/// <summary>The triggers of the Lithtrix contract.</summary>
public sealed class AgentFunctions(
    SurfaceEndpoint endpoint, Lithtrix surface, RegisterAgent register, RotateKey rotate, SearchWeb search, AgentAccount account, SetUpBilling billing, Discovery discovery)
{
    /// <summary><c>POST /v1/register</c>: a new agent.</summary>
    [Function("RegisterAgent")]
    public Task RegisterAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/register")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, register.HandleAsync);

    /// <summary><c>POST /v1/keys/rotate</c>: a new key in place of the old one.</summary>
    [Function("RotateAgentKey")]
    public Task RotateAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/keys/rotate")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, rotate.HandleAsync);

    /// <summary><c>GET /v1/search</c>: the web, searched.</summary>
    [Function("Search")]
    public Task SearchAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/search")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, search.HandleAsync);

    /// <summary><c>GET /v1/me</c>: who is calling.</summary>
    [Function("ShowAgent")]
    public Task ShowAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/me")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, account.ShowAsync);

    /// <summary><c>GET /v1/usage</c>: what it has used.</summary>
    [Function("ShowAgentUsage")]
    public Task ShowUsageAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/usage")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, account.ShowUsageAsync);

    /// <summary><c>GET /v1/billing</c>: its tier.</summary>
    [Function("ShowAgentBilling")]
    public Task ShowBillingAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/billing")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, account.ShowBillingAsync);

    /// <summary><c>POST /v1/billing/setup</c>: a higher tier.</summary>
    [Function("SetUpAgentBilling")]
    public Task SetUpBillingAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/billing/setup")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, billing.HandleAsync);

    /// <summary><c>GET /v1/capabilities</c>: what there is.</summary>
    [Function("ShowCapabilities")]
    public Task ShowCapabilitiesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/capabilities")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, discovery.ShowCapabilitiesAsync);

    /// <summary><c>GET /v1/guide</c>: how to begin.</summary>
    [Function("ShowGuide")]
    public Task ShowGuideAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/guide")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, discovery.ShowGuideAsync);
}
