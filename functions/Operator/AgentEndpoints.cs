using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>Agents: those who registered themselves, their tier, and whether they are served.</summary>
public sealed class AgentEndpoints(SurfaceEndpoint endpoint, AccountStore accounts)
{
    private const string Root = OperatorSurface.Root + "agents";
    private const string One = Root + "/{agent}";

    private static readonly TextField Id = new("agent", "The id of the agent: the last 12 digits of the `agent_id` that it knows itself.");
    private static readonly OptionField Tier = OrganizationRequest.Option("tier", "The tier, which says how much the agent may do.", Plans.Usual.Tier.Keys);

    private static readonly Answer<Answered<AgentAnswer>> Shown = Answer.Json(200, "The agent.", OperatorJson.Default.AnsweredAgentAnswer) with
    {
        Example = """{"data":{"id":"0c5b0ed7a1f2","name":"scout","owner":"someone@example.com","status":"active","tier":"Free","createdAt":"2026-11-21T19:48:13.2451629Z"}}""",
    };

    private static readonly Answer<Page<AgentAnswer>> Listed = Answer.Json(200, "A page of agents.", OperatorJson.Default.PageAgentAnswer);

    private static readonly ApiOperation ListAgents = new(nameof(ListAgents), "Lists agents")
    {
        Credentials = [OperatorSurface.Key],
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
    };

    private static readonly ApiOperation GetAgent = new(nameof(GetAgent), "Shows an agent")
    {
        Credentials = [OperatorSurface.Key],
        Path = [Id],
        Answers = [Shown],
        Errors = [RequiredAccounts.NotFound(AccountKind.Agent).Error],
    };

    private static readonly ApiOperation UpdateAgent = new(nameof(UpdateAgent), "Changes the status or the tier of an agent")
    {
        Credentials = [OperatorSurface.Key],
        Path = [Id],
        Body = OrganizationRequest.Body(OrganizationRequest.Status, Tier) with { Example = """{"tier":"Pro"}""" },
        Answers = [Shown],
        Errors = [RequiredAccounts.NotFound(AccountKind.Agent).Error],
    };

    /// <summary><c>GET agents</c>.</summary>
    [Function(nameof(ListAgents))]
    public Task ListAgentsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ListAgents, ListAsync);

    /// <summary><c>GET agents/{agent}</c>.</summary>
    [Function(nameof(GetAgent))]
    public Task GetAgentAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string agent) =>
        endpoint.ServeAsync(request, GetAgent, async (context, cancellationToken) =>
            await WriteAsync(context, await accounts.RequireAsync(agent, AccountKind.Agent, cancellationToken), cancellationToken));

    /// <summary><c>PATCH agents/{agent}</c>.</summary>
    [Function(nameof(UpdateAgent))]
    public Task UpdateAgentAsync([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest request, string agent) =>
        endpoint.ServeAsync(request, UpdateAgent, (context, cancellationToken) => UpdateAsync(context, agent, cancellationToken));

    private async Task ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var query = OrganizationRequest.ReadQuery(context);
        var limit = query.Number(Paging.Limit);
        var after = Paging.ReadCursor(query, TenantIds.IsAccount);
        query.Conclude(ListAgents);

        var page = await accounts.ListAsync(AccountKind.Agent, after, limit, cancellationToken);
        await Listed.WriteAsync(context, Paging.Show(page, limit, AgentAnswer.Of), cancellationToken);
    }

    private async Task UpdateAsync(HttpContext context, string agent, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, UpdateAgent, cancellationToken);
        var changes = OrganizationEndpoints.Changes(
            (TenantColumns.Status, body.Read(OrganizationRequest.Status)),
            (TenantColumns.Tier, body.Read(Tier)));
        body.Conclude(UpdateAgent);

        await accounts.RequireAsync(agent, AccountKind.Agent, cancellationToken);
        var updated = await accounts.UpdateAsync(agent, changes, AccountKind.Agent);
        await WriteAsync(context, updated!, cancellationToken);
    }

    private static Task WriteAsync(HttpContext context, Account agent, CancellationToken cancellationToken) =>
        Shown.WriteAsync(context, new(AgentAnswer.Of(agent)), cancellationToken);
}
