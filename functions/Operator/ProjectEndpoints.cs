using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Operator;

/// <summary>The projects of an organization.</summary>
public sealed class ProjectEndpoints(SurfaceEndpoint endpoint, OrganizationProjects projects, OrganizationErasures erasures)
{
    private const string Root = OperatorSurface.Root + "organizations/{organization}/projects";
    private const string One = Root + "/{project}";

    private static readonly ApiOperation CreateProject = OperatorSurface.OfOrganization(OrganizationProjects.Create);
    private static readonly ApiOperation ListProjects = OperatorSurface.OfOrganization(OrganizationProjects.List);
    private static readonly ApiOperation GetProject = OperatorSurface.OfOrganization(OrganizationProjects.Show);
    private static readonly ApiOperation UpdateProject = OperatorSurface.OfOrganization(OrganizationProjects.Update);
    private static readonly ApiOperation DeleteProject = OperatorSurface.OfOrganization(OrganizationErasures.DeleteProject);

    /// <summary><c>POST organizations/{organization}/projects</c>.</summary>
    [Function(nameof(CreateProject))]
    public Task CreateProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, CreateProject, (context, cancellationToken) => projects.CreateAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/projects</c>.</summary>
    [Function(nameof(ListProjects))]
    public Task ListProjectsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, ListProjects, (context, cancellationToken) => projects.ListAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/projects/{project}</c>.</summary>
    [Function(nameof(GetProject))]
    public Task GetProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string organization, string project) =>
        endpoint.ServeAsync(request, GetProject, (context, cancellationToken) => projects.ShowAsync(context, organization, project, cancellationToken));

    /// <summary><c>PATCH organizations/{organization}/projects/{project}</c>.</summary>
    [Function(nameof(UpdateProject))]
    public Task UpdateProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest request, string organization, string project) =>
        endpoint.ServeAsync(request, UpdateProject, (context, cancellationToken) => projects.UpdateAsync(context, organization, project, cancellationToken));

    /// <summary><c>DELETE organizations/{organization}/projects/{project}</c>.</summary>
    [Function(nameof(DeleteProject))]
    public Task DeleteProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string organization, string project) =>
        endpoint.ServeAsync(request, DeleteProject, (context, cancellationToken) => erasures.DeleteProjectAsync(context, organization, project, cancellationToken));
}
