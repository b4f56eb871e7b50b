using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>The projects of an organization.</summary>
public sealed class ProjectEndpoints(SurfaceEndpoint endpoint, AccountStore accounts, ProjectStore projects)
{
    private const string Root = OperatorSurface.Root + "organizations/{organization}/projects";
    private const string One = Root + "/{project}";

    private static readonly TextField Id = new("project", "The id of the project.");
    private static readonly TextField NewName = OperatorRequest.Name with { IsRequired = true };

    private static readonly Answer<Answered<ProjectAnswer>> Shown = Answer.Json(200, "The project.", OperatorJson.Default.AnsweredProjectAnswer) with
    {
        Example = JsonNode.Parse("""{"data":{"id":"prj_61a2c3026706da830a97","name":"Chat","status":"active","cv":1,"createdAt":"2026-11-21T19:48:09.7885196Z"}}"""),
    };

    private static readonly Answer<Answered<ProjectAnswer>> Created = Shown with { Status = 201, Description = "The new project." };
    private static readonly Answer<Page<ProjectAnswer>> Listed = Answer.Json(200, "A page of projects.", OperatorJson.Default.PageProjectAnswer);

    private static readonly ApiOperation CreateProject = new(nameof(CreateProject), "Makes a project")
    {
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization],
        Body = OperatorRequest.Body(NewName) with { Example = JsonNode.Parse("""{"name":"Chat"}""") },
        Answers = [Created],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    private static readonly ApiOperation ListProjects = new(nameof(ListProjects), "Lists the projects of an organization")
    {
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization],
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    private static readonly ApiOperation GetProject = new(nameof(GetProject), "Shows a project")
    {
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization, Id],
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation UpdateProject = new(nameof(UpdateProject), "Changes the name or the status of a project")
    {
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization, Id],
        Body = OperatorRequest.Body(OperatorRequest.Name, OperatorRequest.Status) with { Example = JsonNode.Parse("""{"name":"Chat 2"}""") },
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    /// <summary><c>POST organizations/{organization}/projects</c>.</summary>
    [Function(nameof(CreateProject))]
    public Task CreateProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, CreateProject, (context, cancellationToken) => CreateAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/projects</c>.</summary>
    [Function(nameof(ListProjects))]
    public Task ListProjectsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, ListProjects, (context, cancellationToken) => ListAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/projects/{project}</c>.</summary>
    [Function(nameof(GetProject))]
    public Task GetProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string organization, string project) =>
        endpoint.ServeAsync(request, GetProject, (context, cancellationToken) => ShowAsync(context, organization, project, cancellationToken));

    /// <summary><c>PATCH organizations/{organization}/projects/{project}</c>.</summary>
    [Function(nameof(UpdateProject))]
    public Task UpdateProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest request, string organization, string project) =>
        endpoint.ServeAsync(request, UpdateProject, (context, cancellationToken) => UpdateAsync(context, organization, project, cancellationToken));

    private async Task CreateAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OperatorRequest.ReadBodyAsync(context, CreateProject, cancellationToken);
        var name = body.Read(NewName);
        body.Conclude(CreateProject);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var project = await projects.CreateAsync(organization, name!);
        await WriteAsync(context, Created, project!, cancellationToken);
    }

    private async Task ListAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var query = OperatorRequest.ReadQuery(context);
        var limit = query.Number(Paging.Limit);
        var after = Paging.ReadCursor(query, id => TenantIds.OrganizationOf(id) == organization);
        query.Conclude(ListProjects);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await projects.ListAsync(organization, after, limit, cancellationToken);
        await Listed.WriteAsync(context, Paging.Show(page, limit, ProjectAnswer.Of), cancellationToken);
    }

    private async Task ShowAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        RequireOwn(organization, project);
        var found = await projects.FindAsync(project, cancellationToken) ?? throw NotFound();
        await WriteAsync(context, Shown, found, cancellationToken);
    }

    private async Task UpdateAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        var body = await OperatorRequest.ReadBodyAsync(context, UpdateProject, cancellationToken);
        var name = body.Read(OperatorRequest.Name);
        var status = body.Read(OperatorRequest.Status);
        body.Conclude(UpdateProject);

        RequireOwn(organization, project);
        var updated = await projects.UpdateAsync(project, name, status) ?? throw NotFound();
        await WriteAsync(context, Shown, updated, cancellationToken);
    }

    private static void RequireOwn(string organization, string project)
    {
        if (TenantIds.OrganizationOf(project) != organization)
        {
            throw NotFound();
        }
    }

    private static ApiException NotFound() => OperatorSurface.NotFound("Project");

    private static Task WriteAsync(HttpContext context, Answer<Answered<ProjectAnswer>> answer, Project project, CancellationToken cancellationToken) =>
        answer.WriteAsync(context, new(ProjectAnswer.Of(project)), cancellationToken);
}
