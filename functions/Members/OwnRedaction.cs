using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Members;

/// <summary>What is taken out of the organization's records before they are stored.</summary>
public sealed class OwnRedaction(MembersEndpoint endpoint, OrganizationRedaction redaction)
{
    private const string Root = MembersSurface.Root + "/redaction";
    private const string OfProject = MembersSurface.Root + "/projects/{project}/redaction";

    private static readonly ApiOperation GetOwnRedaction = MembersSurface.Operation(OrganizationRedaction.Show, nameof(GetOwnRedaction));
    private static readonly ApiOperation SetOwnRedaction = MembersSurface.Operation(OrganizationRedaction.Set, nameof(SetOwnRedaction), Access.Define);
    private static readonly ApiOperation GetOwnProjectRedaction = MembersSurface.Operation(OrganizationRedaction.ShowOfProject, nameof(GetOwnProjectRedaction));
    private static readonly ApiOperation SetOwnProjectRedaction = MembersSurface.Operation(OrganizationRedaction.SetOfProject, nameof(SetOwnProjectRedaction), Access.Define);

    /// <summary><c>GET /v1/organization/redaction</c>.</summary>
    [Function(nameof(GetOwnRedaction))]
    public Task GetOwnRedactionAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, GetOwnRedaction, redaction.ShowAsync);

    /// <summary><c>PUT /v1/organization/redaction</c>.</summary>
    [Function(nameof(SetOwnRedaction))]
    public Task SetOwnRedactionAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, SetOwnRedaction, redaction.SetAsync);

    /// <summary><c>GET /v1/organization/projects/{project}/redaction</c>.</summary>
    [Function(nameof(GetOwnProjectRedaction))]
    public Task GetOwnProjectRedactionAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OfProject)] HttpRequest request, string project) =>
        endpoint.ServeAsync(request, GetOwnProjectRedaction, (context, organization, cancellationToken) =>
            redaction.ShowOfProjectAsync(context, organization, project, cancellationToken));

    /// <summary><c>PUT /v1/organization/projects/{project}/redaction</c>.</summary>
    [Function(nameof(SetOwnProjectRedaction))]
    public Task SetOwnProjectRedactionAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = OfProject)] HttpRequest request, string project) =>
        endpoint.ServeAsync(request, SetOwnProjectRedaction, (context, organization, cancellationToken) =>
            redaction.SetOfProjectAsync(context, organization, project, cancellationToken));
}
