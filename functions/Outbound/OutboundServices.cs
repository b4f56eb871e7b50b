using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serverless.Settings;

namespace Serverless.Outbound;

/// <summary>Adds requests to others.</summary>
public static class OutboundServices
{
    /// <summary>Adds the guard of addresses that users name, and the chat model.</summary>
    public static IServiceCollection AddOutbound(this IServiceCollection services)
    {
        services.TryAddSingleton<NameResolver>(Dns.GetHostAddressesAsync);
        return services
            .AddSettings<OutboundOptions, OutboundOptionsValidator>(OutboundOptions.Section).Services
            .AddSettings<ChatModelOptions, ChatModelOptionsValidator>(ChatModelOptions.Section).Services
            .AddSingleton<AddressRules>()
            .AddSingleton<OutboundGuard>()
            .AddSingleton<GuardedHttp>()
            .AddSingleton<MediaProbe>()
            .AddSingleton<ChatModel>();
    }
}
