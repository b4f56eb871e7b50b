using Microsoft.Extensions.DependencyInjection;
using Serverless.Settings;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Endpoints;
using Serverless.Webhooks.Messages;
using Serverless.Webhooks.Sending;
using Serverless.Webhooks.Signing;

namespace Serverless.Webhooks;

/// <summary>Adds what tells others what happens here.</summary>
public static class WebhookServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSettings<SigningKeyOptions, SigningKeyOptionsValidator>(SigningKeyOptions.Section).Services
        .AddSingleton<SigningKeyStore>()
        .AddSingleton<WebhookQueue>()
        .AddSingleton<Announcements>()
        .AddSingleton<IWebhookSource, TestMessages>()
        .AddSingleton(provider => new WebhookSources(provider.GetServices<IWebhookSource>()))
        .AddSingleton<EndpointSecrets>()
        .AddSingleton<EndpointStore>()
        .AddSingleton<EndpointReader>()
        .AddSingleton<WebhookReplay>()
        .AddSingleton<MessageLog>()
        .AddSingleton<EarlierDeliveries>()
        .AddSingleton<DeliveryStore>()
        .AddSingleton<DeliveryLog>()
        .AddSingleton<MessageDeliveries>()
        .AddSingleton<RequestsUnderWay>()
        .AddSingleton<SendWebhook>()
        .AddSingleton<TellEndpoints>()
        .AddSingleton<DeliverWebhook>()
        .AddSingleton<WebhookWork>()
        .AddSingleton<WebhookRetention>();
}
