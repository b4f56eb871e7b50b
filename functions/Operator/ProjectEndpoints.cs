using Microsoft.AspNetCore.Http;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>The projects of an organization.</summary>
public sealed class ProjectEndpoints(AccountStore accounts, ProjectStore projects)
{
    /// <summary><c>POST organizations/{organization}/projects</c>.</summary>
    public async Task CreateAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var name = body.RequiredText("name", OrganizationEndpoints.MaxNameLength);
        body.Conclude();

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var project = await projects.CreateAsync(organization, name);
        await WriteAsync(context, project!, cancellationToken, StatusCodes.Status201Created);
    }

    /// <summary><c>GET organizations/{organization}/projects</c>.</summary>
    public async Task ListAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var query = new OperatorQuery(context.Request);
        var limit = query.Limit();
        var after = query.Cursor(id => TenantIds.OrganizationOf(id) == organization);
        query.Conclude();

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await projects.ListAsync(organization, after, limit, cancellationToken);
        await context.WritePageAsync(page, ProjectAnswer.Of, OperatorJson.Default.ProjectAnswer, limit, cancellationToken);
    }

    /// <summary><c>GET organizations/{organization}/projects/{project}</c>.</summary>
    public async Task GetAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        RequireOwn(organization, project);
        var found = await projects.FindAsync(project, cancellationToken) ?? throw OperatorResponse.NotFound("Project");
        await WriteAsync(context, found, cancellationToken);
    }

    /// <summary><c>PATCH organizations/{organization}/projects/{project}</c>.</summary>
    public async Task UpdateAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var name = body.Text("name", OrganizationEndpoints.MaxNameLength);
        var status = body.Option("status", OrganizationEndpoints.Statuses);
        body.Conclude();

        RequireOwn(organization, project);
        var updated = await projects.UpdateAsync(project, name, status) ?? throw OperatorResponse.NotFound("Project");
        await WriteAsync(context, updated, cancellationToken);
    }

    private static void RequireOwn(string organization, string project)
    {
        if (TenantIds.OrganizationOf(project) != organization)
        {
            throw OperatorResponse.NotFound("Project");
        }
    }

    private static Task WriteAsync(HttpContext context, Project project, CancellationToken cancellationToken, int status = StatusCodes.Status200OK) =>
        context.WriteDataAsync(ProjectAnswer.Of(project), OperatorJson.Default.ProjectAnswer, cancellationToken, status);
}
