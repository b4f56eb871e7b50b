using Azure.Storage.Queues.Models;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;

namespace Serverless.Operator;

/// <summary>Messages that could not be processed: to be looked at, tried again, or dropped.</summary>
public sealed class PoisonEndpoints(PoisonQueues poison)
{
    /// <summary><c>GET poison</c>: every queue with the number of its messages.</summary>
    public async Task ListQueuesAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(
            QueueNames.All.Select(async queue => new PoisonQueueAnswer(queue, await poison.CountAsync(queue, cancellationToken))));
        await context.WriteListAsync(counts, OperatorJson.Default.PoisonQueueAnswer, cancellationToken);
    }

    /// <summary><c>GET poison/{queue}</c>: the first messages of one.</summary>
    public async Task ListAsync(HttpContext context, string queue, CancellationToken cancellationToken)
    {
        var query = new OperatorQuery(context.Request);
        var limit = query.Limit(PoisonQueues.MaxPeeked);
        query.Conclude();

        Require(queue);
        var messages = await poison.PeekAsync(queue, limit, cancellationToken);
        await context.WriteListAsync(messages.Select(Describe), OperatorJson.Default.PoisonMessageAnswer, cancellationToken);
    }

    /// <summary><c>POST poison/{queue}/replay</c>, and <c>POST poison/{queue}/{message}/replay</c>.</summary>
    public async Task ReplayAsync(HttpContext context, string queue, string? message, CancellationToken cancellationToken)
    {
        Require(queue);
        var replayed = RequireOne(message, await poison.ReplayAsync(queue, message, cancellationToken));
        await context.WriteDataAsync(new(queue, replayed, Dropped: 0), OperatorJson.Default.PoisonOutcomeAnswer, cancellationToken);
    }

    /// <summary><c>DELETE poison/{queue}</c>, and <c>DELETE poison/{queue}/{message}</c>.</summary>
    public async Task DropAsync(HttpContext context, string queue, string? message, CancellationToken cancellationToken)
    {
        Require(queue);
        var dropped = RequireOne(message, await poison.DropAsync(queue, message, cancellationToken));
        await context.WriteDataAsync(new(queue, Replayed: 0, dropped), OperatorJson.Default.PoisonOutcomeAnswer, cancellationToken);
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
            throw OperatorResponse.NotFound("Queue");
        }
    }

    private static int RequireOne(string? message, int count) =>
        message is not null && count == 0 ? throw OperatorResponse.NotFound("Message") : count;
}
