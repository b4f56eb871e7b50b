using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Operator;

/// <summary>The keys of an organization.</summary>
public sealed class KeyEndpoints(SurfaceEndpoint endpoint, OrganizationKeys keys)
{
    private const string Root = OperatorSurface.Root + "organizations/{organization}/keys";
    private const string One = Root + "/{key}";

    private static readonly WholeNumberField Grace = OrganizationKeys.Grace(TimeSpan.Zero);
    private static readonly Answer<Page<KeyAnswer>> Listed = Answer.Json(200, "A page of keys.", OrganizationJson.Default.PageKeyAnswer);

    private static readonly ApiOperation CreateKey = OperatorSurface.OfOrganization(OrganizationKeys.Create);
    private static readonly ApiOperation ListKeys = OperatorSurface.OfOrganization(OrganizationKeys.List) with { Answers = [Listed] };
    private static readonly ApiOperation RevokeKey = OperatorSurface.OfOrganization(OrganizationKeys.Revoke);
    private static readonly ApiOperation RotateKey = OperatorSurface.OfOrganization(OrganizationKeys.Rotate) with { Body = OrganizationKeys.RotationBody(Grace) };

    /// <summary><c>POST organizations/{organization}/keys</c>.</summary>
    [Function(nameof(CreateKey))]
    public Task CreateKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, CreateKey, (context, cancellationToken) => keys.CreateAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/keys</c>.</summary>
    [Function(nameof(ListKeys))]
    public Task ListKeysAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, ListKeys, (context, cancellationToken) =>
            keys.ListAsync(context, organization, Listed, (key, now) => KeyAnswer.Of(key, now), cancellationToken));

    /// <summary><c>DELETE organizations/{organization}/keys/{key}</c>: ends the key, at once. Ending it twice is no error.</summary>
    [Function(nameof(RevokeKey))]
    public Task RevokeKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string organization, string key) =>
        endpoint.ServeAsync(request, RevokeKey, (context, cancellationToken) => keys.RevokeAsync(context, organization, key, cancellationToken));

    /// <summary><c>POST organizations/{organization}/keys/{key}/rotate</c>: a new key in place of one that is still valid.</summary>
    [Function(nameof(RotateKey))]
    public Task RotateKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/rotate")] HttpRequest request, string organization, string key) =>
        endpoint.ServeAsync(request, RotateKey, (context, cancellationToken) => keys.RotateAsync(context, organization, key, RotateKey, Grace, cancellationToken));
}
