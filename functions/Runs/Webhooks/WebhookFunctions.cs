using Microsoft.Azure.Functions.Worker;
using Serverless.Storage;

namespace Serverless.Runs.Webhooks;

/// <summary>The triggers of webhooks.</summary>
public sealed class WebhookFunctions(DeliverWebhook deliver)
{
    /// <summary>Delivers a webhook.</summary>
    [Function("DeliverWebhook")]
    public Task DeliverAsync([QueueTrigger(QueueNames.Webhooks)] byte[] message, FunctionContext context, CancellationToken cancellationToken) =>
        deliver.HandleAsync(new BinaryData(message), (string)context.BindingContext.BindingData["Id"]!, cancellationToken);
}
