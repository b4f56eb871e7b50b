using Microsoft.Azure.Functions.Worker;
using Serverless.Storage;

namespace Serverless.Webhooks.Sending;

/// <summary>The triggers of webhooks.</summary>
public sealed class WebhookFunctions(WebhookWork work)
{
    /// <summary>Tells the world what was announced, and delivers messages.</summary>
    [Function("DeliverWebhook")]
    public Task DeliverAsync([QueueTrigger(QueueNames.Webhooks)] byte[] message, FunctionContext context, CancellationToken cancellationToken) =>
        work.HandleAsync(WebhookLane.Fast, new BinaryData(message), IdOf(context), cancellationToken);

    /// <summary>Delivers messages to whoever is slow.</summary>
    [Function("DeliverSlowWebhook")]
    public Task DeliverSlowAsync([QueueTrigger(QueueNames.SlowWebhooks)] byte[] message, FunctionContext context, CancellationToken cancellationToken) =>
        work.HandleAsync(WebhookLane.Slow, new BinaryData(message), IdOf(context), cancellationToken);

    private static string IdOf(FunctionContext context) => (string)context.BindingContext.BindingData["Id"]!;
}
