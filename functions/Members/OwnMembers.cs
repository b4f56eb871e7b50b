using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Members;

/// <summary>The people of the organization: seen by all of them, changed by its owners.</summary>
public sealed class OwnMembers(MembersEndpoint endpoint, OrganizationMembers members)
{
    private const string Root = MembersSurface.Root + "/members";

    private static readonly ApiOperation ListOwnMembers = MembersSurface.Operation(OrganizationMembers.List, nameof(ListOwnMembers));

    private static readonly ApiOperation SetOwnMember = MembersSurface.Operation(OrganizationMembers.Set, nameof(SetOwnMember), Access.Own) with
    {
        Description = OrganizationMembers.Set.Description
            + " `password` has to be given for everybody who never was a member here: whether they are known elsewhere is not told. The last owner cannot be given another role.",
        Errors = [OrganizationMembers.OwnerRequired().Error],
    };

    private static readonly ApiOperation RemoveOwnMember = MembersSurface.Operation(OrganizationMembers.Remove, nameof(RemoveOwnMember), Access.Own) with
    {
        Description = OrganizationMembers.Remove.Description + " The last owner cannot be removed.",
        Errors = [.. OrganizationMembers.Remove.Errors, OrganizationMembers.OwnerRequired().Error],
    };

    /// <summary><c>GET /v1/organization/members</c>.</summary>
    [Function(nameof(ListOwnMembers))]
    public Task ListOwnMembersAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOwnMembers, members.ListAsync);

    /// <summary><c>POST /v1/organization/members</c>: makes somebody a member, or gives a member another role.</summary>
    [Function(nameof(SetOwnMember))]
    public Task SetOwnMemberAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, SetOwnMember, (context, organization, cancellationToken) =>
            members.SetAsync(context, organization, ChangedBy.Owner, cancellationToken));

    /// <summary><c>DELETE /v1/organization/members/{user}</c>: ends the membership and its sessions.</summary>
    [Function(nameof(RemoveOwnMember))]
    public Task RemoveOwnMemberAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Root + "/{user}")] HttpRequest request, string user) =>
        endpoint.ServeAsync(request, RemoveOwnMember, (context, organization, cancellationToken) =>
            members.RemoveAsync(context, organization, user, ChangedBy.Owner, cancellationToken));
}
