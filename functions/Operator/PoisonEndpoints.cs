using Azure.Storage.Queues.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>Messages that could not be processed: to be looked at, tried again, or dropped.</summary>
public sealed class PoisonEndpoints(SurfaceEndpoint endpoint, PoisonQueues poison)
{
    private const string Root = OperatorSurface.Root + "poison";
    private const string OfQueue = Root + "/{queue}";
    private const string One = OfQueue + "/{message}";

    private static readonly TextField Queue = new("queue", "The queue that the messages came from.");
    private static readonly TextField Message = new("message", "The id of the message. It is looked for among the first thousand.");
    private static readonly WholeNumberField Limit = Paging.Limit with { Description = "The most messages.", Max = PoisonQueues.MaxPeeked, Default = PoisonQueues.MaxPeeked };

    private static readonly Answer<Answered<IEnumerable<PoisonQueueAnswer>>> Counted =
        Answer.Json(200, "Every queue, also those of which nothing was set aside.", OperatorJson.Default.AnsweredIEnumerablePoisonQueueAnswer) with
        {
            Example = """{"data":[{"queue":"logs","count":1}]}""",
        };

    private static readonly Answer<Answered<IEnumerable<PoisonMessageAnswer>>> Listed =
        Answer.Json(200, "The first messages.", OperatorJson.Default.AnsweredIEnumerablePoisonMessageAnswer) with
        {
            Example = """{"data":[{"id":"5f0c7b1e-3d5a-4b52-9d4e-0d1f2a3b4c5d","insertedAt":"2026-11-21T19:48:13Z","bytes":412,"header":{"partition":"61a2c3026706","count":3}}]}""",
        };

    private static readonly Answer<Answered<PoisonOutcomeAnswer>> Done = Answer.Json(200, "What was done.", OperatorJson.Default.AnsweredPoisonOutcomeAnswer) with
    {
        Example = """{"data":{"queue":"logs","replayed":1,"dropped":0}}""",
    };

    private static readonly ApiOperation ListPoisonQueues = new(nameof(ListPoisonQueues), "Counts the messages that were set aside, by queue")
    {
        Description = "A message that could not be processed in five tries is set aside. It stays there until it is replayed or dropped; one of a run is dealt with within ten minutes.",
        Credentials = [OperatorSurface.Key],
        Answers = [Counted],
    };

    private static readonly ApiOperation ListPoisonMessages = new(nameof(ListPoisonMessages), "Shows the first messages of a queue that were set aside")
    {
        Description = "They are not taken.",
        Credentials = [OperatorSurface.Key],
        Path = [Queue],
        Query = [Limit],
        Answers = [Listed],
        Errors = [QueueNotFound().Error],
    };

    private static readonly ApiOperation ReplayPoisonMessages = new(nameof(ReplayPoisonMessages), "Puts all messages back into their queue")
    {
        Description = $"At most {PoisonQueues.MaxMessages} at a time. A message may be delivered twice when something breaks meanwhile; it is never lost.",
        Credentials = [OperatorSurface.Key],
        Path = [Queue],
        Answers = [Done],
        Errors = [QueueNotFound().Error],
    };

    private static readonly ApiOperation ReplayPoisonMessage = new(nameof(ReplayPoisonMessage), "Puts one message back into its queue")
    {
        Credentials = [OperatorSurface.Key],
        Path = [Queue, Message],
        Answers = [Done],
        Errors = [QueueNotFound().Error, MessageNotFound().Error],
    };

    private static readonly ApiOperation DropPoisonMessages = new(nameof(DropPoisonMessages), "Drops all messages of a queue that were set aside")
    {
        Description = $"For good; at most {PoisonQueues.MaxMessages} at a time.",
        Credentials = [OperatorSurface.Key],
        Path = [Queue],
        Answers = [Done],
        Errors = [QueueNotFound().Error],
    };

    private static readonly ApiOperation DropPoisonMessage = new(nameof(DropPoisonMessage), "Drops one message that was set aside")
    {
        Description = "For good.",
        Credentials = [OperatorSurface.Key],
        Path = [Queue, Message],
        Answers = [Done],
        Errors = [QueueNotFound().Error, MessageNotFound().Error],
    };

    /// <summary><c>GET poison</c>: every queue with the number of its messages.</summary>
    [Function(nameof(ListPoisonQueues))]
    public Task ListPoisonQueuesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ListPoisonQueues, CountAsync);

    /// <summary><c>GET poison/{queue}</c>: the first messages of one.</summary>
    [Function(nameof(ListPoisonMessages))]
    public Task ListPoisonMessagesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = OfQueue)] HttpRequest request, string queue) =>
        endpoint.ServeAsync(request, ListPoisonMessages, (context, cancellationToken) => ListAsync(context, queue, cancellationToken));

    /// <summary><c>POST poison/{queue}/replay</c>.</summary>
    [Function(nameof(ReplayPoisonMessages))]
    public Task ReplayPoisonMessagesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = OfQueue + "/replay")] HttpRequest request, string queue) =>
        endpoint.ServeAsync(request, ReplayPoisonMessages, (context, cancellationToken) => ReplayAsync(context, queue, message: null, cancellationToken));

    /// <summary><c>POST poison/{queue}/{message}/replay</c>.</summary>
    [Function(nameof(ReplayPoisonMessage))]
    public Task ReplayPoisonMessageAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/replay")] HttpRequest request, string queue, string message) =>
        endpoint.ServeAsync(request, ReplayPoisonMessage, (context, cancellationToken) => ReplayAsync(context, queue, message, cancellationToken));

    /// <summary><c>DELETE poison/{queue}</c>.</summary>
    [Function(nameof(DropPoisonMessages))]
    public Task DropPoisonMessagesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = OfQueue)] HttpRequest request, string queue) =>
        endpoint.ServeAsync(request, DropPoisonMessages, (context, cancellationToken) => DropAsync(context, queue, message: null, cancellationToken));

    /// <summary><c>DELETE poison/{queue}/{message}</c>.</summary>
    [Function(nameof(DropPoisonMessage))]
    public Task DropPoisonMessageAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string queue, string message) =>
        endpoint.ServeAsync(request, DropPoisonMessage, (context, cancellationToken) => DropAsync(context, queue, message, cancellationToken));

    private async Task CountAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(
            QueueNames.All.Select(async queue => new PoisonQueueAnswer(queue, await poison.CountAsync(queue, cancellationToken))));
        await Counted.WriteAsync(context, new(counts), cancellationToken);
    }

    private async Task ListAsync(HttpContext context, string queue, CancellationToken cancellationToken)
    {
        var query = OrganizationRequest.ReadQuery(context);
        var limit = query.Number(Limit);
        query.Conclude(ListPoisonMessages);

        Require(queue);
        var messages = await poison.PeekAsync(queue, limit, cancellationToken);
        await Listed.WriteAsync(context, new(messages.Select(Describe)), cancellationToken);
    }

    private async Task ReplayAsync(HttpContext context, string queue, string? message, CancellationToken cancellationToken)
    {
        Require(queue);
        var replayed = RequireOne(message, await poison.ReplayAsync(queue, message, cancellationToken));
        await Done.WriteAsync(context, new(new(queue, replayed, Dropped: 0)), cancellationToken);
    }

    private async Task DropAsync(HttpContext context, string queue, string? message, CancellationToken cancellationToken)
    {
        Require(queue);
        var dropped = RequireOne(message, await poison.DropAsync(queue, message, cancellationToken));
        await Done.WriteAsync(context, new(new(queue, Replayed: 0, dropped)), cancellationToken);
    }

    /// <summary>What can be said of a message, whatever it is.</summary>
    internal static PoisonMessageAnswer Describe(PeekedMessage message)
    {
        var raw = RawMessage.Of(message.Body);
        return new(message.MessageId, message.InsertedOn?.UtcDateTime, raw.Bytes.Length, raw.Header);
    }

    private static void Require(string queue)
    {
        if (!QueueNames.All.Contains(queue))
        {
            throw QueueNotFound();
        }
    }

    private static int RequireOne(string? message, int count) => message is not null && count == 0 ? throw MessageNotFound() : count;

    private static ApiException QueueNotFound() => OperatorSurface.NotFound("Queue");

    private static ApiException MessageNotFound() => OperatorSurface.NotFound("Message");
}
