using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Json;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Endpoints;
using Serverless.Webhooks.Messages;
using Serverless.Workspaces;

namespace Serverless.Webhooks;

/// <summary>What endpoints were told: to be looked at, and sent once more.</summary>
public sealed class DeliveryEndpoints(
    LaminaEndpoint endpoint, EndpointStore endpoints, DeliveryStore store, WebhookSources sources, WebhookReplay replay, WebhookQueue queue, TimeProvider time)
{
    private const int MaxBodyBytes = 4 * 1024;

    private static readonly TextField InPath = new("deliveryId", "The id of the delivery.");
    private static readonly OptionField State = new("state", "How far the deliveries are.", DeliveryWords.All);
    private static readonly TimeField Since = new("since", "When what is sent happened, at the earliest.") { IsRequired = true };

    private static readonly Answer<Page<DeliveryAnswer>> Listed = Answer.Json(200, "A page of deliveries, the newest first.", DeliveryJson.Default.PageDeliveryAnswer);
    private static readonly Answer<Answered<DeliveryAnswer>> Shown = Answer.Json(200, "The delivery, with what is sent.", DeliveryJson.Default.AnsweredDeliveryAnswer);
    private static readonly Answer<Answered<AskedDelivery>> Asked = Answer.Json(202, "It is sent before long.", DeliveryJson.Default.AnsweredAskedDelivery);
    private static readonly Answer<Answered<ReplayedMessages>> Replayed = Answer.Json(202, "They are sent before long.", DeliveryJson.Default.AnsweredReplayedMessages);

    private static readonly ApiOperation ListOperation = Lamina.Operation("ListEndpointDeliveries", "Lists what an endpoint was told, and what came of it") with
    {
        Description = "Each try is in the log before it leaves: it is `unknown` while it is under way, and stays so if a process died over it.",
        Path = [EndpointReader.InPath],
        Query = [State, Paging.Limit, Paging.Cursor],
        Answers = [Listed],
        Errors = [EndpointLookup.NotFound().Error],
    };

    private static readonly ApiOperation GetOperation = Lamina.Operation("GetDelivery", "Shows a delivery, with what is sent") with
    {
        Path = [InPath],
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation ResendOperation = Lamina.Operation("ResendDelivery", "Sends a message to its receiver once more") with
    {
        Description = "That is done whether the receiver has taken it or not. It has the same id, and says the same.",
        Access = Access.Define,
        Path = [InPath],
        Answers = [Asked],
        Errors = [NotFound().Error, SwitchedOff().Error, TooManyTries().Error],
    };

    private static readonly ApiOperation TestOperation = Lamina.Operation("TestWebhookEndpoint", "Sends an endpoint a message, to see whether it arrives") with
    {
        Description = "Its type is `webhook.test`. It is tried again like any other.",
        Access = Access.Define,
        Path = [EndpointReader.InPath],
        Answers = [Asked],
        Errors = [EndpointLookup.NotFound().Error, SwitchedOff().Error],
    };

    private static readonly ApiOperation ReplayOperation = Lamina.Operation("ReplayWebhooks", "Sends an endpoint what it has missed") with
    {
        Description =
            $"""
            All messages since a time that the endpoint asks for and has not received, also those from before it was made, the newest {WebhookReplay.MaxMessages:N0} of them. Those
            that are on their way to it are not sent once more.
            """,
        Access = Access.Define,
        Path = [EndpointReader.InPath],
        Body = new(MaxBodyBytes, Since) { Example = """{"since":"2026-11-21T12:00:00Z"}""" },
        Answers = [Replayed],
        Errors = [EndpointLookup.NotFound().Error, SwitchedOff().Error],
    };

    /// <summary><c>GET /v1/webhooks/endpoints/{endpointId}/deliveries</c>: what an endpoint was told.</summary>
    [Function("ListEndpointDeliveries")]
    public Task ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhooks/endpoints/{endpointId}/deliveries")] HttpRequest request, string endpointId) =>
        endpoint.ServeAsync(request, ListOperation, async (context, caller, cancellationToken) =>
        {
            var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
            var state = DeliveryWords.Read(query.Read(State));
            var limit = query.Number(Paging.Limit);
            var after = Paging.ReadCursor(query, id => DeliveryKey.IsDeliveryId(id) && id.StartsWith($"{endpointId}-", StringComparison.Ordinal));
            query.Problems.Conclude();
            var found = await endpoints.RequireAsync(caller.Account.Id, endpointId, cancellationToken);
            var page = await store.ListAsync(found.Workspace, found.Id, state, after, limit, cancellationToken);
            await Listed.WriteAsync(context, Paging.Show(page, limit, DeliveryAnswer.Of), cancellationToken);
        });

    /// <summary><c>GET /v1/webhooks/deliveries/{deliveryId}</c>: shows a delivery.</summary>
    [Function("GetDelivery")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhooks/deliveries/{deliveryId}")] HttpRequest request, string deliveryId) =>
        endpoint.ServeAsync(request, GetOperation, async (context, caller, cancellationToken) =>
        {
            var delivery = await RequireAsync(caller.Account.Id, deliveryId, cancellationToken);
            var content = await sources.FindAsync(OrderOf(delivery), cancellationToken);
            RawJson? body = content is null ? null : new(delivery.Endpoint == Delivery.OneMessage ? WebhookBody.Bare(content) : WebhookBody.Of(content));
            await Shown.WriteAsync(context, new(DeliveryAnswer.Of(delivery) with { Body = body }), cancellationToken);
        });

    /// <summary><c>POST /v1/webhooks/deliveries/{deliveryId}/resend</c>: sends a message once more.</summary>
    [Function("ResendDelivery")]
    public Task ResendAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhooks/deliveries/{deliveryId}/resend")] HttpRequest request, string deliveryId) =>
        endpoint.ServeAsync(request, ResendOperation, async (context, caller, cancellationToken) =>
        {
            var delivery = await RequireAsync(caller.Account.Id, deliveryId, cancellationToken);
            if (delivery.Endpoint != Delivery.OneMessage)
            {
                RequireActive(await endpoints.FindAsync(delivery.Workspace, delivery.Endpoint, cancellationToken));
            }

            if (delivery.Tries.Count >= Delivery.MaxTries)
            {
                throw TooManyTries();
            }

            await queue.SendAsync(OrderOf(delivery) with { IsAsked = true }, cancellationToken: cancellationToken);
            await Asked.WriteAsync(context, new(new(delivery.Id)), cancellationToken);
        });

    /// <summary><c>POST /v1/webhooks/endpoints/{endpointId}/test</c>: sends an endpoint a message, to see whether it arrives.</summary>
    [Function("TestWebhookEndpoint")]
    public Task TestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhooks/endpoints/{endpointId}/test")] HttpRequest request, string endpointId) =>
        endpoint.ServeAsync(request, TestOperation, async (context, caller, cancellationToken) =>
        {
            var found = RequireActive(await endpoints.RequireAsync(caller.Account.Id, endpointId, cancellationToken));
            var id = TestMessages.IdOf(found.Id, time.GetUtcNow());
            var content = TestMessages.Read(id);
            await queue.SendAsync(new DeliveryOrder(found.Workspace, TestMessages.SourceName, id, found.Id, Attempt: 1), cancellationToken: cancellationToken);
            await Asked.WriteAsync(context, new(new(DeliveryKey.IdOf(found.Id, content.At, content.Id))), cancellationToken);
        });

    /// <summary><c>POST /v1/webhooks/endpoints/{endpointId}/replay</c>: sends an endpoint what it has missed.</summary>
    [Function("ReplayWebhooks")]
    public Task ReplayAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhooks/endpoints/{endpointId}/replay")] HttpRequest request, string endpointId) =>
        endpoint.ServeAsync(request, ReplayOperation, async (context, caller, cancellationToken) =>
        {
            var body = await RequestReader.OfBodyAsync(request, ReplayOperation.Body!, new LaminaProblems("Invalid request body"), cancellationToken);
            var since = body.Read(Since);
            body.Problems.Conclude();
            var found = RequireActive(await endpoints.RequireAsync(caller.Account.Id, endpointId, cancellationToken));
            await Replayed.WriteAsync(context, new(await replay.ReplayAsync(found, since!.Value, cancellationToken)), cancellationToken);
        });

    private async Task<Delivery> RequireAsync(string workspace, string id, CancellationToken cancellationToken) =>
        DeliveryKey.IsDeliveryId(id) && await store.FindAsync(workspace, id, cancellationToken) is { } stored ? stored.Delivery : throw NotFound();

    // The one after the last.
    private static DeliveryOrder OrderOf(Delivery delivery) => new(
        delivery.Workspace, delivery.Source, delivery.SourceId, delivery.Endpoint, delivery.Tries is [.., var last] ? last.Attempt + 1 : 1);

    private static WebhookEndpoint RequireActive(WebhookEndpoint? found) => found is { IsActive: true } ? found : throw SwitchedOff();

    private static ApiException NotFound() => Lamina.NotFound("Delivery");

    private static ApiException SwitchedOff() => new(new(StatusCodes.Status409Conflict, "CONFLICT", "The endpoint is switched off, or has been removed"));

    private static ApiException TooManyTries() => new(new(StatusCodes.Status409Conflict, "CONFLICT", $"The message has been tried {Delivery.MaxTries} times"));
}
