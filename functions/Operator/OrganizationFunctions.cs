using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Operator;

/// <summary>The operator's triggers for organizations and what belongs to them.</summary>
public sealed class OrganizationFunctions(
    OperatorEndpoint endpoint, OrganizationEndpoints organizations, ProjectEndpoints projects, MemberEndpoints members, KeyEndpoints keys)
{
    private const string Root = "v1/admin/";

    /// <summary>Makes an organization.</summary>
    [Function("CreateOrganization")]
    public Task CreateOrganizationAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root + "organizations")] HttpRequest request) =>
        endpoint.ServeAsync(request, organizations.CreateAsync);

    /// <summary>Lists organizations.</summary>
    [Function("ListOrganizations")]
    public Task ListOrganizationsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "organizations")] HttpRequest request) =>
        endpoint.ServeAsync(request, organizations.ListAsync);

    /// <summary>Shows an organization.</summary>
    [Function("GetOrganization")]
    public Task GetOrganizationAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "organizations/{organization}")] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => organizations.GetAsync(context, organization, cancellationToken));

    /// <summary>Changes an organization's name, plans or status.</summary>
    [Function("UpdateOrganization")]
    public Task UpdateOrganizationAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Root + "organizations/{organization}")] HttpRequest request,
        string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => organizations.UpdateAsync(context, organization, cancellationToken));

    /// <summary>Shows what an organization has used this month.</summary>
    [Function("GetOrganizationUsage")]
    public Task GetUsageAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "organizations/{organization}/usage")] HttpRequest request,
        string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => organizations.GetUsageAsync(context, organization, cancellationToken));

    /// <summary>Makes a project.</summary>
    [Function("CreateProject")]
    public Task CreateProjectAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root + "organizations/{organization}/projects")] HttpRequest request,
        string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => projects.CreateAsync(context, organization, cancellationToken));

    /// <summary>Lists projects.</summary>
    [Function("ListProjects")]
    public Task ListProjectsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "organizations/{organization}/projects")] HttpRequest request,
        string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => projects.ListAsync(context, organization, cancellationToken));

    /// <summary>Shows a project.</summary>
    [Function("GetProject")]
    public Task GetProjectAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "organizations/{organization}/projects/{project}")] HttpRequest request,
        string organization,
        string project) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => projects.GetAsync(context, organization, project, cancellationToken));

    /// <summary>Changes a project's name or status.</summary>
    [Function("UpdateProject")]
    public Task UpdateProjectAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Root + "organizations/{organization}/projects/{project}")] HttpRequest request,
        string organization,
        string project) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => projects.UpdateAsync(context, organization, project, cancellationToken));

    /// <summary>Makes a user a member, or gives a member another role.</summary>
    [Function("SetMember")]
    public Task SetMemberAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root + "organizations/{organization}/members")] HttpRequest request,
        string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => members.SetAsync(context, organization, cancellationToken));

    /// <summary>Lists members.</summary>
    [Function("ListMembers")]
    public Task ListMembersAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "organizations/{organization}/members")] HttpRequest request,
        string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => members.ListAsync(context, organization, cancellationToken));

    /// <summary>Ends a membership.</summary>
    [Function("RemoveMember")]
    public Task RemoveMemberAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Root + "organizations/{organization}/members/{user}")] HttpRequest request,
        string organization,
        string user) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => members.RemoveAsync(context, organization, user, cancellationToken));

    /// <summary>Sets a member's password.</summary>
    [Function("SetPassword")]
    public Task SetPasswordAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Root + "organizations/{organization}/members/{user}/password")] HttpRequest request,
        string organization,
        string user) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => members.SetPasswordAsync(context, organization, user, cancellationToken));

    /// <summary>Makes a key and shows it, once.</summary>
    [Function("CreateKey")]
    public Task CreateKeyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root + "organizations/{organization}/keys")] HttpRequest request,
        string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => keys.CreateAsync(context, organization, cancellationToken));

    /// <summary>Lists keys.</summary>
    [Function("ListKeys")]
    public Task ListKeysAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "organizations/{organization}/keys")] HttpRequest request,
        string organization) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => keys.ListAsync(context, organization, cancellationToken));

    /// <summary>Ends a key.</summary>
    [Function("RevokeKey")]
    public Task RevokeKeyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Root + "organizations/{organization}/keys/{key}")] HttpRequest request,
        string organization,
        string key) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => keys.RevokeAsync(context, organization, key, cancellationToken));

    /// <summary>Replaces a key and shows the new one, once.</summary>
    [Function("RotateKey")]
    public Task RotateKeyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root + "organizations/{organization}/keys/{key}/rotate")] HttpRequest request,
        string organization,
        string key) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => keys.RotateAsync(context, organization, key, cancellationToken));
}
