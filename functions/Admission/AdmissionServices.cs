using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Admission;

/// <summary>Adds whether callers may.</summary>
public static class AdmissionServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddAdmission(this IServiceCollection services) => services
        .AddSingleton<AdmissionGate>()
        .AddSingleton<WaitingRoom>()
        .AddSingleton<ClientGate>()
        .AddSingleton<IdempotencyStore>()
        .AddSingleton<UsageReader>();
}
