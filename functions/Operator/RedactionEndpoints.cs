using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Operator;

/// <summary>What is taken out of the records of an organization or a project before they are stored.</summary>
public sealed class RedactionEndpoints(SurfaceEndpoint endpoint, OrganizationRedaction redaction)
{
    private const string One = OperatorSurface.Root + "organizations/{organization}/redaction";
    private const string OfProject = OperatorSurface.Root + "organizations/{organization}/projects/{project}/redaction";

    private static readonly ApiOperation GetRedaction = OperatorSurface.OfOrganization(OrganizationRedaction.Show);
    private static readonly ApiOperation SetRedaction = OperatorSurface.OfOrganization(OrganizationRedaction.Set);
    private static readonly ApiOperation GetProjectRedaction = OperatorSurface.OfOrganization(OrganizationRedaction.ShowOfProject);
    private static readonly ApiOperation SetProjectRedaction = OperatorSurface.OfOrganization(OrganizationRedaction.SetOfProject);

    /// <summary><c>GET organizations/{organization}/redaction</c>.</summary>
    [Function(nameof(GetRedaction))]
    public Task GetRedactionAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, GetRedaction, (context, cancellationToken) => redaction.ShowAsync(context, organization, cancellationToken));

    /// <summary><c>PUT organizations/{organization}/redaction</c>.</summary>
    [Function(nameof(SetRedaction))]
    public Task SetRedactionAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, SetRedaction, (context, cancellationToken) => redaction.SetAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/projects/{project}/redaction</c>.</summary>
    [Function(nameof(GetProjectRedaction))]
    public Task GetProjectRedactionAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OfProject)] HttpRequest request, string organization, string project) =>
        endpoint.ServeAsync(request, GetProjectRedaction, (context, cancellationToken) => redaction.ShowOfProjectAsync(context, organization, project, cancellationToken));

    /// <summary><c>PUT organizations/{organization}/projects/{project}/redaction</c>.</summary>
    [Function(nameof(SetProjectRedaction))]
    public Task SetProjectRedactionAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = OfProject)] HttpRequest request, string organization, string project) =>
        endpoint.ServeAsync(request, SetProjectRedaction, (context, cancellationToken) => redaction.SetOfProjectAsync(context, organization, project, cancellationToken));
}
