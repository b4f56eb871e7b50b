using Microsoft.Extensions.DependencyInjection;
using Serverless.Settings;

namespace Serverless.Secrets;

/// <summary>Adds what keeps secrets.</summary>
public static class SecretServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services) => services
        .AddSettings<SecretOptions, SecretOptionsValidator>(SecretOptions.Section).Services
        .AddSingleton<SecretBox>();
}
