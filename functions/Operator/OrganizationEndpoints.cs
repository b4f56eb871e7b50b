using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>Organizations: who pays, under which plans, and what they have used.</summary>
public sealed class OrganizationEndpoints(AccountStore accounts, UsageReader usage, Plans plans, TimeProvider time)
{
    /// <summary>The longest name of anything, in characters.</summary>
    internal const int MaxNameLength = 100;

    /// <summary>The values of a status that can be chosen.</summary>
    internal static readonly IReadOnlyList<string> Statuses = [TenantStatus.Active, TenantStatus.Suspended];

    /// <summary><c>POST organizations</c>.</summary>
    public async Task CreateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var name = body.RequiredText("name", MaxNameLength);
        var logPlan = body.Option("logPlan", [.. plans.Log.Keys]) ?? Plans.DefaultLogPlan;
        var tracePlan = body.Option("tracePlan", [.. plans.Trace.Keys]) ?? Plans.DefaultTracePlan;
        body.Conclude();

        var organization = await accounts.CreateOrganizationAsync(name, logPlan, tracePlan);
        await WriteAsync(context, organization, cancellationToken, StatusCodes.Status201Created);
    }

    /// <summary><c>GET organizations</c>.</summary>
    public async Task ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var query = new OperatorQuery(context.Request);
        var limit = query.Limit();
        var after = query.Cursor(TenantIds.IsAccount);
        query.Conclude();

        var page = await accounts.ListAsync(AccountKind.Organization, after, limit, cancellationToken);
        await context.WritePageAsync(page, OrganizationAnswer.Of, OperatorJson.Default.OrganizationAnswer, limit, cancellationToken);
    }

    /// <summary><c>GET organizations/{organization}</c>.</summary>
    public async Task GetAsync(HttpContext context, string organization, CancellationToken cancellationToken) =>
        await WriteAsync(context, await accounts.RequireOrganizationAsync(organization, cancellationToken), cancellationToken);

    /// <summary><c>PATCH organizations/{organization}</c>.</summary>
    public async Task UpdateAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var changes = Changes(
            (TenantColumns.Name, body.Text("name", MaxNameLength)),
            (TenantColumns.Status, body.Option("status", Statuses)),
            (TenantColumns.LogPlan, body.Option("logPlan", [.. plans.Log.Keys])),
            (TenantColumns.TracePlan, body.Option("tracePlan", [.. plans.Trace.Keys])));
        body.Conclude();

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var updated = await accounts.UpdateAsync(organization, changes, AccountKind.Organization);
        await WriteAsync(context, updated!, cancellationToken);
    }

    /// <summary><c>GET organizations/{organization}/usage</c>.</summary>
    public async Task GetUsageAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var found = await usage.FindAsync(organization, cancellationToken);
        await context.WriteDataAsync(UsageAnswer.Of(found!, plans, time.GetUtcNow()), OperatorJson.Default.UsageAnswer, cancellationToken);
    }

    /// <summary>The columns that are to be set.</summary>
    internal static Dictionary<string, string> Changes(params IEnumerable<(string Column, string? Value)> columns) =>
        columns.Where(column => column.Value is not null).ToDictionary(column => column.Column, column => column.Value!, StringComparer.Ordinal);

    private static Task WriteAsync(
        HttpContext context, Account organization, CancellationToken cancellationToken, int status = StatusCodes.Status200OK) =>
        context.WriteDataAsync(OrganizationAnswer.Of(organization), OperatorJson.Default.OrganizationAnswer, cancellationToken, status);
}

/// <summary>Finds what the paths of the operator name.</summary>
internal static class RequiredAccounts
{
    /// <summary>The organization of a path.</summary>
    /// <exception cref="Http.ApiException">404: there is none.</exception>
    public static Task<Account> RequireOrganizationAsync(this AccountStore accounts, string id, CancellationToken cancellationToken) =>
        accounts.RequireAsync(id, AccountKind.Organization, cancellationToken);

    /// <summary>The account of a path.</summary>
    /// <exception cref="Http.ApiException">404: there is none of this kind.</exception>
    public static async Task<Account> RequireAsync(this AccountStore accounts, string id, AccountKind kind, CancellationToken cancellationToken) =>
        TenantIds.IsAccount(id) && await accounts.FindAsync(id, cancellationToken) is { } account && account.Kind == kind
            ? account
            : throw OperatorResponse.NotFound(kind.ToString());
}
