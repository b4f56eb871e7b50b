using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Operator;

/// <summary>The people of an organization.</summary>
public sealed class MemberEndpoints(SurfaceEndpoint endpoint, OrganizationMembers members)
{
    private const string Root = OperatorSurface.Root + "organizations/{organization}/members";
    private const string One = Root + "/{user}";

    private static readonly ApiOperation SetMember = OperatorSurface.OfOrganization(OrganizationMembers.Set);
    private static readonly ApiOperation ListMembers = OperatorSurface.OfOrganization(OrganizationMembers.List);
    private static readonly ApiOperation RemoveMember = OperatorSurface.OfOrganization(OrganizationMembers.Remove);
    private static readonly ApiOperation SetPassword = OperatorSurface.OfOrganization(OrganizationMembers.SetPassword);

    /// <summary>
    /// <c>POST organizations/{organization}/members</c>: makes the user, if there is none of this address, and the membership. A user
    /// who exists keeps the password, which need not be given; a member who exists is given the role.
    /// </summary>
    [Function(nameof(SetMember))]
    public Task SetMemberAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, SetMember, (context, cancellationToken) => members.SetAsync(context, organization, ChangedBy.Operator, cancellationToken));

    /// <summary><c>GET organizations/{organization}/members</c>.</summary>
    [Function(nameof(ListMembers))]
    public Task ListMembersAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, ListMembers, (context, cancellationToken) => members.ListAsync(context, organization, cancellationToken));

    /// <summary><c>DELETE organizations/{organization}/members/{user}</c>: ends the membership and its sessions. The user remains.</summary>
    [Function(nameof(RemoveMember))]
    public Task RemoveMemberAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string organization, string user) =>
        endpoint.ServeAsync(request, RemoveMember, (context, cancellationToken) => members.RemoveAsync(context, organization, user, ChangedBy.Operator, cancellationToken));

    /// <summary><c>PUT organizations/{organization}/members/{user}/password</c>: sets the password and ends all sessions of the user.</summary>
    [Function(nameof(SetPassword))]
    public Task SetPasswordAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One + "/password")] HttpRequest request, string organization, string user) =>
        endpoint.ServeAsync(request, SetPassword, (context, cancellationToken) => members.SetPasswordAsync(context, organization, user, cancellationToken));
}
