using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Organizations;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>Organizations: who pays, under which plans, and what they have used.</summary>
public sealed class OrganizationEndpoints(
    SurfaceEndpoint endpoint, AccountStore accounts, OrganizationErasures erasures, UsageReader usage, Plans plans, TimeProvider time)
{
    private const string Root = OperatorSurface.Root + "organizations";
    private const string One = Root + "/{organization}";

    private static readonly TextField NewName = OrganizationRequest.Name with { IsRequired = true };
    private static readonly OptionField LogPlan = OrganizationRequest.Option("logPlan", "The LuminaLog plan.", Plans.Usual.Log.Keys);
    private static readonly OptionField TracePlan = OrganizationRequest.Option("tracePlan", "The LumiqTrace plan.", Plans.Usual.Trace.Keys);
    private static readonly OptionField NewLogPlan = LogPlan with { Default = Plans.DefaultLogPlan };
    private static readonly OptionField NewTracePlan = TracePlan with { Default = Plans.DefaultTracePlan };

    private static readonly Answer<Answered<OrganizationAnswer>> Shown = Answer.Json(200, "The organization.", OrganizationJson.Default.AnsweredOrganizationAnswer) with
    {
        Example = """{"data":{"id":"61a2c3026706","name":"Acme","status":"active","logPlan":"Compliance","tracePlan":"Team","createdAt":"2026-11-21T19:48:09.1259949Z"}}""",
    };

    private static readonly Answer<Answered<OrganizationAnswer>> Created = Shown with { Status = 201, Description = "The new organization." };
    private static readonly Answer<Page<OrganizationAnswer>> Listed = Answer.Json(200, "A page of organizations.", OrganizationJson.Default.PageOrganizationAnswer);
    private static readonly Answer<Answered<UsageAnswer>> Used = Answer.Json(200, "The usage.", OrganizationJson.Default.AnsweredUsageAnswer) with
    {
        Example =
            """{"data":{"organization":"61a2c3026706","month":"2026-11","logs":{"plan":"Scale","bytesUsed":0,"bytesPerMonth":268435456000},"traces":{"plan":"Team","eventsUsed":0,"eventsPerMonth":10000000,"stepsUsed":0,"stepsPerMonth":100000000}}}""",
    };

    private static readonly ApiOperation CreateOrganization = new(nameof(CreateOrganization), "Makes an organization")
    {
        Credentials = [OperatorSurface.Key],
        Body = OrganizationRequest.Body(NewName, NewLogPlan, NewTracePlan) with { Example = """{"name":"Acme","logPlan":"Compliance","tracePlan":"Team"}""" },
        Answers = [Created],
    };

    private static readonly ApiOperation ListOrganizations = new(nameof(ListOrganizations), "Lists organizations")
    {
        Credentials = [OperatorSurface.Key],
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
    };

    private static readonly ApiOperation DeleteOrganization = OperatorSurface.OfOrganization(OrganizationErasures.DeleteOrganization);

    private static readonly ApiOperation GetOrganization = new(nameof(GetOrganization), "Shows an organization")
    {
        Credentials = [OperatorSurface.Key],
        Path = [OperatorSurface.Organization],
        Answers = [Shown, OrganizationErasures.Progress],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    private static readonly ApiOperation UpdateOrganization = new(nameof(UpdateOrganization), "Changes the name, the plans or the status of an organization")
    {
        Description = "The change holds for the next request on every instance; a caller who has just been refused may be refused for one second more. "
            + "The keys of a suspended organization are answered 403.",
        Credentials = [OperatorSurface.Key],
        Path = [OperatorSurface.Organization],
        Body = OrganizationRequest.Body(OrganizationRequest.Name, OrganizationRequest.Status, LogPlan, TracePlan) with { Example = """{"status":"suspended"}""" },
        Answers = [Shown],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    private static readonly ApiOperation GetOrganizationUsage = new(nameof(GetOrganizationUsage), "Shows what an organization has used this month")
    {
        Description = "The calendar month, UTC, against what the plans allow.",
        Credentials = [OperatorSurface.Key],
        Path = [OperatorSurface.Organization],
        Answers = [Used],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    /// <summary><c>POST organizations</c>.</summary>
    [Function(nameof(CreateOrganization))]
    public Task CreateOrganizationAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, CreateOrganization, CreateAsync);

    /// <summary><c>GET organizations</c>.</summary>
    [Function(nameof(ListOrganizations))]
    public Task ListOrganizationsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOrganizations, ListAsync);

    /// <summary><c>GET organizations/{organization}</c>; of one that was deleted, how far that is.</summary>
    [Function(nameof(GetOrganization))]
    public Task GetOrganizationAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, GetOrganization, (context, cancellationToken) => ShowAsync(context, organization, cancellationToken));

    /// <summary><c>DELETE organizations/{organization}</c>.</summary>
    [Function(nameof(DeleteOrganization))]
    public Task DeleteOrganizationAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, DeleteOrganization, (context, cancellationToken) => erasures.DeleteOrganizationAsync(context, organization, cancellationToken));

    /// <summary><c>PATCH organizations/{organization}</c>.</summary>
    [Function(nameof(UpdateOrganization))]
    public Task UpdateOrganizationAsync([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, UpdateOrganization, (context, cancellationToken) => UpdateAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/usage</c>.</summary>
    [Function(nameof(GetOrganizationUsage))]
    public Task GetOrganizationUsageAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One + "/usage")] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, GetOrganizationUsage, (context, cancellationToken) => ShowUsageAsync(context, organization, cancellationToken));

    private async Task CreateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, CreateOrganization, cancellationToken);
        var name = body.Read(NewName);
        var logPlan = body.Read(NewLogPlan) ?? Plans.DefaultLogPlan;
        var tracePlan = body.Read(NewTracePlan) ?? Plans.DefaultTracePlan;
        body.Conclude(CreateOrganization);

        await WriteAsync(context, Created, await accounts.CreateOrganizationAsync(name!, logPlan, tracePlan), cancellationToken);
    }

    private async Task ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var query = OrganizationRequest.ReadQuery(context);
        var limit = query.Number(Paging.Limit);
        var after = Paging.ReadCursor(query, TenantIds.IsAccount);
        query.Conclude(ListOrganizations);

        var page = await accounts.ListAsync(AccountKind.Organization, after, limit, cancellationToken);
        await Listed.WriteAsync(context, Paging.Show(page, limit, OrganizationAnswer.Of), cancellationToken);
    }

    private async Task ShowAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var found = TenantIds.IsAccount(organization) ? await accounts.FindAsync(organization, cancellationToken) : null;
        if (found is { Kind: AccountKind.Organization })
        {
            await WriteAsync(context, Shown, found, cancellationToken);
        }
        else if (!TenantIds.IsAccount(organization) || !await erasures.TryShowAsync(context, organization, cancellationToken))
        {
            throw RequiredAccounts.NotFound(AccountKind.Organization);
        }
    }

    private async Task UpdateAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, UpdateOrganization, cancellationToken);
        var changes = Changes(
            (TenantColumns.Name, body.Read(OrganizationRequest.Name)),
            (TenantColumns.Status, body.Read(OrganizationRequest.Status)),
            (TenantColumns.LogPlan, body.Read(LogPlan)),
            (TenantColumns.TracePlan, body.Read(TracePlan)));
        body.Conclude(UpdateOrganization);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var updated = await accounts.UpdateAsync(organization, changes, AccountKind.Organization) ?? throw RequiredAccounts.NotFound(AccountKind.Organization);
        await WriteAsync(context, Shown, updated, cancellationToken);
    }

    private async Task ShowUsageAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var found = await usage.FindAsync(organization, cancellationToken) ?? throw RequiredAccounts.NotFound(AccountKind.Organization);
        await Used.WriteAsync(context, new(UsageAnswer.Of(found, plans, time.GetUtcNow())), cancellationToken);
    }

    /// <summary>The columns that are to be set.</summary>
    internal static Dictionary<string, string> Changes(params IEnumerable<(string Column, string? Value)> columns) =>
        columns.Where(column => column.Value is not null).ToDictionary(column => column.Column, column => column.Value!, StringComparer.Ordinal);

    private static Task WriteAsync(HttpContext context, Answer<Answered<OrganizationAnswer>> answer, Account organization, CancellationToken cancellationToken) =>
        answer.WriteAsync(context, new(OrganizationAnswer.Of(organization)), cancellationToken);
}
