using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Operator;

/// <summary>The operator's triggers for messages that could not be processed.</summary>
public sealed class PoisonFunctions(OperatorEndpoint endpoint, PoisonEndpoints poison)
{
    private const string Root = "v1/admin/";

    /// <summary>Lists the queues, with how many messages were set aside of each.</summary>
    [Function("ListPoisonQueues")]
    public Task ListQueuesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "poison")] HttpRequest request) =>
        endpoint.ServeAsync(request, poison.ListQueuesAsync);

    /// <summary>Shows the first messages of a queue that were set aside.</summary>
    [Function("ListPoisonMessages")]
    public Task ListMessagesAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root + "poison/{queue}")] HttpRequest request, string queue) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => poison.ListAsync(context, queue, cancellationToken));

    /// <summary>Puts all messages back into their queue.</summary>
    [Function("ReplayPoisonMessages")]
    public Task ReplayAllAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root + "poison/{queue}/replay")] HttpRequest request, string queue) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => poison.ReplayAsync(context, queue, message: null, cancellationToken));

    /// <summary>Drops all messages.</summary>
    [Function("DropPoisonMessages")]
    public Task DropAllAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Root + "poison/{queue}")] HttpRequest request, string queue) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => poison.DropAsync(context, queue, message: null, cancellationToken));

    /// <summary>Puts one message back into its queue.</summary>
    [Function("ReplayPoisonMessage")]
    public Task ReplayAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root + "poison/{queue}/{message}/replay")] HttpRequest request,
        string queue,
        string message) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => poison.ReplayAsync(context, queue, message, cancellationToken));

    /// <summary>Drops one message.</summary>
    [Function("DropPoisonMessage")]
    public Task DropAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Root + "poison/{queue}/{message}")] HttpRequest request,
        string queue,
        string message) =>
        endpoint.ServeAsync(request, (context, cancellationToken) => poison.DropAsync(context, queue, message, cancellationToken));
}
