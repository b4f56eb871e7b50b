using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Operator;

/// <summary>The operator's triggers for agents.</summary>
public sealed class AgentFunctions(OperatorEndpoint endpoint, AgentEndpoints agents)
{
    private const string Root = "v1/admin/";

    /// <summary>Lists agents.</summary>
    [Function("ListAgents")]
    public Task ListAgentsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "agents")] HttpRequest request) =>
        endpoint.ServeAsync(request, agents.ListAsync);

    /// <summary>Shows an agent.</summary>
    [Function("GetAgent")]
    public Task GetAgentAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "agents/{agent}")] HttpRequest request, string agent) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => agents.GetAsync(context, agent, cancellationToken));

    /// <summary>Changes an agent's status or tier.</summary>
    [Function("UpdateAgent")]
    public Task UpdateAgentAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Root + "agents/{agent}")] HttpRequest request, string agent) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => agents.UpdateAsync(context, agent, cancellationToken));
}
