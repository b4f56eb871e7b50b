using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Members;

/// <summary>The projects of the organization.</summary>
public sealed class OwnProjects(MembersEndpoint endpoint, OrganizationProjects projects, OrganizationErasures erasures)
{
    private const string Root = MembersSurface.Root + "/projects";
    private const string One = Root + "/{project}";

    private static readonly ApiOperation CreateOwnProject = MembersSurface.Operation(OrganizationProjects.Create, nameof(CreateOwnProject), Access.Define);
    private static readonly ApiOperation ListOwnProjects = MembersSurface.Operation(OrganizationProjects.List, nameof(ListOwnProjects));
    private static readonly ApiOperation GetOwnProject = MembersSurface.Operation(OrganizationProjects.Show, nameof(GetOwnProject));
    private static readonly ApiOperation UpdateOwnProject = MembersSurface.Operation(OrganizationProjects.Update, nameof(UpdateOwnProject), Access.Define);
    private static readonly ApiOperation DeleteOwnProject = MembersSurface.Operation(OrganizationErasures.DeleteProject, nameof(DeleteOwnProject), Access.Own);

    /// <summary><c>POST /v1/organization/projects</c>.</summary>
    [Function(nameof(CreateOwnProject))]
    public Task CreateOwnProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, CreateOwnProject, projects.CreateAsync);

    /// <summary><c>GET /v1/organization/projects</c>.</summary>
    [Function(nameof(ListOwnProjects))]
    public Task ListOwnProjectsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOwnProjects, projects.ListAsync);

    /// <summary><c>GET /v1/organization/projects/{project}</c>.</summary>
    [Function(nameof(GetOwnProject))]
    public Task GetOwnProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string project) =>
        endpoint.ServeAsync(request, GetOwnProject, (context, organization, cancellationToken) => projects.ShowAsync(context, organization, project, cancellationToken));

    /// <summary><c>PATCH /v1/organization/projects/{project}</c>.</summary>
    [Function(nameof(UpdateOwnProject))]
    public Task UpdateOwnProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest request, string project) =>
        endpoint.ServeAsync(request, UpdateOwnProject, (context, organization, cancellationToken) => projects.UpdateAsync(context, organization, project, cancellationToken));

    /// <summary><c>DELETE /v1/organization/projects/{project}</c>.</summary>
    [Function(nameof(DeleteOwnProject))]
    public Task DeleteOwnProjectAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string project) =>
        endpoint.ServeAsync(request, DeleteOwnProject, (context, organization, cancellationToken) =>
            erasures.DeleteProjectAsync(context, organization, project, cancellationToken));
}
