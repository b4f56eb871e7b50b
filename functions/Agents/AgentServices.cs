using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Serverless.Http;
using Serverless.Settings;
using Serverless.Storage;

namespace Serverless.Agents;

/// <summary>Adds Lithtrix.</summary>
public static class AgentServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services
            .AddSettings<PaymentOptions, PaymentOptionsValidator>(PaymentOptions.Section)
            .Validate<IOptions<StorageOptions>>(
                (payments, storage) => payments.Provider != PaymentOptions.Development || storage.Value.IsDevelopmentStorage,
                $"{PaymentOptions.ProviderSetting}: \"{PaymentOptions.Development}\" is for development storage only.");
        services.TryAddSingleton(provider => PaymentProviders.Choose(provider.GetRequiredService<IOptions<StorageOptions>>()));
        return services
            .AddSettings<UpgradeOptions, UpgradeOptionsValidator>().Services
            .AddSurface<Lithtrix>()
            .AddSingleton<UpgradeUrl>()
            .AddSingleton<AgentAdmission>();
    }
}
