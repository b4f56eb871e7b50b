using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Agents;

/// <summary>What an agent is told of itself.</summary>
public sealed class AgentAccount(SurfaceEndpoint endpoint, AgentAdmission admission, UpgradeUrl upgradeUrl)
{
    private static readonly Answer<AgentProfile> Profile = Answer.Json(200, "The agent.", AgentJson.Default.AgentProfile);
    private static readonly Answer<AgentUsageAnswer> Usage = Answer.Json(200, "Its usage.", AgentJson.Default.AgentUsageAnswer);
    private static readonly Answer<AgentBillingAnswer> Billing = Answer.Json(200, "What it pays for.", AgentJson.Default.AgentBillingAnswer);

    /// <summary>The endpoint that says who is calling.</summary>
    internal static readonly ApiOperation ShowAgent = new(nameof(ShowAgent), "Who the agent is, and its tier") { Credentials = [Lithtrix.Key], Answers = [Profile] };

    /// <summary>The endpoint that says what it has used.</summary>
    internal static readonly ApiOperation ShowAgentUsage = new(nameof(ShowAgentUsage), "The agent's searches in all, what is left, and by day")
    {
        Credentials = [Lithtrix.Key],
        Answers = [Usage],
    };

    /// <summary>The endpoint that says what it pays for.</summary>
    internal static readonly ApiOperation ShowAgentBilling = new(nameof(ShowAgentBilling), "The agent's tier, its searches in all, and their limit")
    {
        Credentials = [Lithtrix.Key],
        Answers = [Billing],
    };

    /// <summary><c>GET /v1/me</c>: who is calling.</summary>
    [Function(nameof(ShowAgent))]
    public Task ShowAgentAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/me")] HttpRequest request) =>
        endpoint.ServeAsync(request, ShowAgent, async (context, cancellationToken) =>
            await Profile.WriteAsync(context, AgentProfile.Of(await admission.AdmitAsync(request)), cancellationToken));

    /// <summary><c>GET /v1/usage</c>: what it has used.</summary>
    [Function(nameof(ShowAgentUsage))]
    public Task ShowAgentUsageAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/usage")] HttpRequest request) =>
        endpoint.ServeAsync(request, ShowAgentUsage, async (context, cancellationToken) =>
        {
            var agent = await admission.AdmitAsync(request);
            await Usage.WriteAsync(context, AgentUsageAnswer.Of(agent, upgradeUrl.For(request, agent.Usage)), cancellationToken);
        });

    /// <summary><c>GET /v1/billing</c>: its tier.</summary>
    [Function(nameof(ShowAgentBilling))]
    public Task ShowAgentBillingAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/billing")] HttpRequest request) =>
        endpoint.ServeAsync(request, ShowAgentBilling, async (context, cancellationToken) =>
        {
            var agent = await admission.AdmitAsync(request);
            await Billing.WriteAsync(context, AgentBillingAnswer.Of(agent.Account, agent.Usage, status: null), cancellationToken);
        });
}
