using Microsoft.AspNetCore.Http;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>Agents: those who registered themselves, their tier, and whether they are served.</summary>
public sealed class AgentEndpoints(AccountStore accounts, Plans plans)
{
    /// <summary><c>GET agents</c>.</summary>
    public async Task ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var query = new OperatorQuery(context.Request);
        var limit = query.Limit();
        var after = query.Cursor(TenantIds.IsAccount);
        query.Conclude();

        var page = await accounts.ListAsync(AccountKind.Agent, after, limit, cancellationToken);
        await context.WritePageAsync(page, AgentAnswer.Of, OperatorJson.Default.AgentAnswer, limit, cancellationToken);
    }

    /// <summary><c>GET agents/{agent}</c>.</summary>
    public async Task GetAsync(HttpContext context, string agent, CancellationToken cancellationToken) =>
        await WriteAsync(context, await accounts.RequireAsync(agent, AccountKind.Agent, cancellationToken), cancellationToken);

    /// <summary><c>PATCH agents/{agent}</c>.</summary>
    public async Task UpdateAsync(HttpContext context, string agent, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var changes = OrganizationEndpoints.Changes(
            (TenantColumns.Status, body.Option("status", OrganizationEndpoints.Statuses)),
            (TenantColumns.Tier, body.Option("tier", [.. plans.Tier.Keys])));
        body.Conclude();

        await accounts.RequireAsync(agent, AccountKind.Agent, cancellationToken);
        var updated = await accounts.UpdateAsync(agent, changes, AccountKind.Agent);
        await WriteAsync(context, updated!, cancellationToken);
    }

    private static Task WriteAsync(HttpContext context, Account agent, CancellationToken cancellationToken) =>
        context.WriteDataAsync(AgentAnswer.Of(agent), OperatorJson.Default.AgentAnswer, cancellationToken);
}
