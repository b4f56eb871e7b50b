using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Members;

/// <summary>The keys of the organization, with their use.</summary>
public sealed class OwnKeys(MembersEndpoint endpoint, OrganizationKeys keys)
{
    private const string Root = MembersSurface.Root + "/keys";
    private const string One = Root + "/{key}";

    private static readonly WholeNumberField Grace = OrganizationKeys.Grace(TimeSpan.FromDays(1));

    private static readonly Answer<Page<UsedKeyAnswer>> Listed = Answer.Json(200, "A page of keys.", MembersJson.Default.PageUsedKeyAnswer) with
    {
        Example =
            """
            {"data":[{"id":"1483af67","prefix":"ll_","name":"CI","status":"active","scopes":[],"project":null,"requestsPerMinute":120,"expiresAt":null,"replacedBy":null,
             "createdAt":"2026-11-21T19:48:12.9242558Z","lastUsedAt":"2026-11-22T08:00:00Z","usesByDay":[{"date":"2026-11-21","count":7},{"date":"2026-11-22","count":1}]}],
             "pagination":{"limit":50,"nextCursor":null}}
            """,
    };

    private static readonly ApiOperation CreateOwnKey = MembersSurface.Operation(OrganizationKeys.Create, nameof(CreateOwnKey), Access.Define);
    private static readonly ApiOperation ListOwnKeys = MembersSurface.Operation(OrganizationKeys.List, nameof(ListOwnKeys)) with { Answers = [Listed] };
    private static readonly ApiOperation RevokeOwnKey = MembersSurface.Operation(OrganizationKeys.Revoke, nameof(RevokeOwnKey), Access.Define);
    private static readonly ApiOperation RotateOwnKey =
        MembersSurface.Operation(OrganizationKeys.Rotate, nameof(RotateOwnKey), Access.Define) with { Body = OrganizationKeys.RotationBody(Grace) };

    /// <summary><c>POST /v1/organization/keys</c>.</summary>
    [Function(nameof(CreateOwnKey))]
    public Task CreateOwnKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, CreateOwnKey, keys.CreateAsync);

    /// <summary><c>GET /v1/organization/keys</c>.</summary>
    [Function(nameof(ListOwnKeys))]
    public Task ListOwnKeysAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOwnKeys, (context, organization, cancellationToken) =>
            keys.ListAsync(context, organization, Listed, UsedKeyAnswer.Of, cancellationToken));

    /// <summary><c>DELETE /v1/organization/keys/{key}</c>: ends the key, at once.</summary>
    [Function(nameof(RevokeOwnKey))]
    public Task RevokeOwnKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string key) =>
        endpoint.ServeAsync(request, RevokeOwnKey, (context, organization, cancellationToken) => keys.RevokeAsync(context, organization, key, cancellationToken));

    /// <summary><c>POST /v1/organization/keys/{key}/rotate</c>: a new key in place of one that is still valid.</summary>
    [Function(nameof(RotateOwnKey))]
    public Task RotateOwnKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/rotate")] HttpRequest request, string key) =>
        endpoint.ServeAsync(request, RotateOwnKey, (context, organization, cancellationToken) =>
            keys.RotateAsync(context, organization, key, RotateOwnKey, Grace, cancellationToken));
}
