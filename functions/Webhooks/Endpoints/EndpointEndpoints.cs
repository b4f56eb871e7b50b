using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Secrets;
using Serverless.Tenancy;
using Serverless.Webhooks.Deliveries;
using Serverless.Workspaces;

namespace Serverless.Webhooks.Endpoints;

/// <summary>The endpoints of a workspace: to be made, looked at, changed and removed.</summary>
public sealed class EndpointEndpoints(
    LaminaEndpoint endpoint, EndpointReader reader, EndpointStore store, EndpointSecrets secrets, DeliveryStore deliveries, AccountStore accounts, TimeProvider time)
{
    private const int MaxEndpoints = 200;

    private static readonly Answer<Answered<EndpointAnswer>> Made = Answer.Json(201, "The endpoint, with its secret, which is shown this once.", EndpointJson.Default.AnsweredEndpointAnswer);
    private static readonly Answer<Answered<EndpointAnswer>> Shown = Answer.Json(200, "The endpoint, without its secret.", EndpointJson.Default.AnsweredEndpointAnswer);
    private static readonly Answer<Answered<EndpointAnswer>> Rotated = Answer.Json(200, "The endpoint, with its new secret, which is shown this once.", EndpointJson.Default.AnsweredEndpointAnswer);
    private static readonly Answer<Page<EndpointAnswer>> Listed = Answer.Json(200, "A page of endpoints, without their secrets.", EndpointJson.Default.PageEndpointAnswer);
    private static readonly Answer Deleted = new(204, "It is removed.");

    private static readonly ApiOperation CreateOperation = Lamina.Operation("CreateWebhookEndpoint", "Adds an endpoint that is told of what happens") with
    {
        Description =
            $"""
            It is told of the ends of runs that are accepted from then on, and of alerts. What it gets is `type`, `timestamp` and `data` in JSON, signed as the Standard Webhooks
            specification has it: `v1` with the secret of the endpoint, and `v1a` with the key that anybody can ask for. To keep the secret takes the setting `Secrets__Key`;
            without it the answer is 503. A workspace has at most {MaxEndpoints} endpoints.
            """,
        Access = Access.Define,
        Body = EndpointReader.Body,
        Answers = [Made],
        Errors = [InvalidUrl().Error, TooMany().Error],
    };

    private static readonly ApiOperation ListOperation = Lamina.Operation("ListWebhookEndpoints", "Lists the endpoints of the workspace") with
    {
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
    };

    private static readonly ApiOperation GetOperation = Lamina.Operation("GetWebhookEndpoint", "Shows an endpoint, and how well it does") with
    {
        Path = [EndpointReader.InPath],
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation PutOperation = Lamina.Operation("PutWebhookEndpoint", "Changes an endpoint") with
    {
        Description = "All but its secret is replaced. One that was switched off by itself, because it only failed or answered 410, is switched on again by `active`.",
        Access = Access.Define,
        Path = [EndpointReader.InPath],
        Body = EndpointReader.Body,
        Answers = [Shown],
        Errors = [InvalidUrl().Error, NotFound().Error],
    };

    private static readonly ApiOperation DeleteOperation = Lamina.Operation("DeleteWebhookEndpoint", "Removes an endpoint") with
    {
        Description = "What it has not taken yet is not sent any more.",
        Access = Access.Define,
        Path = [EndpointReader.InPath],
        Answers = [Deleted],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation RotateOperation = Lamina.Operation("RotateWebhookSecret", "Gives an endpoint another secret") with
    {
        Description = "For 24 hours messages are signed with the one of before as well.",
        Access = Access.Define,
        Path = [EndpointReader.InPath],
        Answers = [Rotated],
        Errors = [NotFound().Error],
    };

    /// <summary><c>POST /v1/webhooks/endpoints</c>: adds an endpoint.</summary>
    [Function("CreateWebhookEndpoint")]
    public Task CreateAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhooks/endpoints")] HttpRequest request) =>
        endpoint.ServeAsync(request, CreateOperation, async (context, caller, cancellationToken) =>
        {
            var definition = await reader.ReadAsync(request, cancellationToken);
            var workspace = caller.Account.Id;
            if ((await store.ListAsync(workspace, cancellationToken)).Count >= MaxEndpoints)
            {
                throw TooMany();
            }

            var draft = new WebhookEndpoint
            {
                Workspace = workspace,
                Id = WebhookEndpoint.NewId(),
                Url = definition.Url,
                Events = definition.Events,
                Description = definition.Description,
                IsActive = definition.IsActive,
                CreatedAt = time.GetUtcNow(),
                SealedSecret = [],
            };
            var (secret, kept) = MakeSecret(draft.SecretPlace);
            var made = draft with { SealedSecret = kept };
            await store.AddAsync(made, cancellationToken);

            // After the row: whoever removes the last one meanwhile looks once more after saying that there are none.
            await accounts.NoteWebhookEndpointsAsync(workspace, hasAny: true);
            await Made.WriteAsync(context, new(Show(made) with { Secret = secret }), cancellationToken);
        });

    /// <summary><c>GET /v1/webhooks/endpoints</c>: the endpoints of the workspace, by id.</summary>
    [Function("ListWebhookEndpoints")]
    public Task ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhooks/endpoints")] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOperation, async (context, caller, cancellationToken) =>
        {
            var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
            var limit = query.Number(Paging.Limit);
            var after = Paging.ReadCursor(query, WebhookEndpoint.IsId);
            query.Problems.Conclude();
            var all = await store.ListAsync(caller.Account.Id, cancellationToken);
            var rest = all.Where(each => after is null || string.CompareOrdinal(each.Id, after) > 0).ToAsyncEnumerable();
            var page = await TenantPage<WebhookEndpoint>.TakeAsync(rest, limit, each => each.Id, cancellationToken);
            await Listed.WriteAsync(context, Paging.Show(page, limit, Show), cancellationToken);
        });

    /// <summary><c>GET /v1/webhooks/endpoints/{endpointId}</c>: shows an endpoint, and how well it does.</summary>
    [Function("GetWebhookEndpoint")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhooks/endpoints/{endpointId}")] HttpRequest request, string endpointId) =>
        endpoint.ServeAsync(request, GetOperation, async (context, caller, cancellationToken) =>
        {
            var found = await store.RequireAsync(caller.Account.Id, endpointId, cancellationToken);
            var figures = await deliveries.ReadFiguresAsync(found.Workspace, found.Id, HealthAnswer.Window, cancellationToken);
            await Shown.WriteAsync(context, new(Show(found) with { Health = HealthAnswer.Of(figures) }), cancellationToken);
        });

    /// <summary><c>PUT /v1/webhooks/endpoints/{endpointId}</c>: changes an endpoint.</summary>
    [Function("PutWebhookEndpoint")]
    public Task PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/webhooks/endpoints/{endpointId}")] HttpRequest request, string endpointId) =>
        endpoint.ServeAsync(request, PutOperation, async (context, caller, cancellationToken) =>
        {
            var definition = await reader.ReadAsync(request, cancellationToken);
            var changed = await ChangeAsync(caller.Account.Id, endpointId, Put, cancellationToken);
            await Shown.WriteAsync(context, new(Show(changed)), cancellationToken);

            WebhookEndpoint Put(WebhookEndpoint stored) => EndpointTransition.Switch(
                stored with { Url = definition.Url, Events = definition.Events, Description = definition.Description }, definition.IsActive);
        });

    /// <summary><c>DELETE /v1/webhooks/endpoints/{endpointId}</c>: removes an endpoint.</summary>
    [Function("DeleteWebhookEndpoint")]
    public Task DeleteAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/webhooks/endpoints/{endpointId}")] HttpRequest request, string endpointId) =>
        endpoint.ServeAsync(request, DeleteOperation, async (context, caller, cancellationToken) =>
        {
            var workspace = caller.Account.Id;
            if (!WebhookEndpoint.IsId(endpointId) || !await store.RemoveAsync(workspace, endpointId, cancellationToken))
            {
                throw NotFound();
            }

            if ((await store.ListAsync(workspace, cancellationToken)).Count == 0)
            {
                await accounts.NoteWebhookEndpointsAsync(workspace, hasAny: false);
                if ((await store.ListAsync(workspace, cancellationToken)).Count > 0)
                {
                    await accounts.NoteWebhookEndpointsAsync(workspace, hasAny: true);
                }
            }

            Deleted.Write(context);
        });

    /// <summary><c>POST /v1/webhooks/endpoints/{endpointId}/rotate</c>: gives an endpoint another secret.</summary>
    [Function("RotateWebhookSecret")]
    public Task RotateAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhooks/endpoints/{endpointId}/rotate")] HttpRequest request, string endpointId) =>
        endpoint.ServeAsync(request, RotateOperation, async (context, caller, cancellationToken) =>
        {
            var found = await store.RequireAsync(caller.Account.Id, endpointId, cancellationToken);
            var (secret, kept) = MakeSecret(found.SecretPlace);
            var changed = await ChangeAsync(found.Workspace, found.Id, stored => EndpointTransition.Rotate(stored, kept, time.GetUtcNow()), cancellationToken);
            await Rotated.WriteAsync(context, new(Show(changed) with { Secret = secret }), cancellationToken);
        });

    private EndpointAnswer Show(WebhookEndpoint shown) => EndpointAnswer.Of(shown, time.GetUtcNow());

    private async Task<WebhookEndpoint> ChangeAsync(string workspace, string id, Func<WebhookEndpoint, WebhookEndpoint> change, CancellationToken cancellationToken) =>
        (WebhookEndpoint.IsId(id) ? await store.ChangeAsync(workspace, id, change, cancellationToken) : null) ?? throw NotFound();

    private (string Secret, byte[] Sealed) MakeSecret(string place)
    {
        try
        {
            return secrets.Make(place);
        }
        catch (SecretKeyException missing)
        {
            throw Lamina.Unavailable(missing.Message);
        }
    }

    private static ApiException InvalidUrl() => Lamina.InvalidWebhookUrl(new OutboundRefusedException("does not lead to a public address"));

    private static ApiException NotFound() => EndpointLookup.NotFound();

    private static ApiException TooMany() => new(new(StatusCodes.Status409Conflict, "CONFLICT", $"A workspace has at most {MaxEndpoints} endpoints: remove one first"));
}
