using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Diagnostics;

/// <summary>Adds what shows the work on messages.</summary>
public static class DiagnosticsServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddDiagnostics(this IServiceCollection services) => services.AddSingleton<QueueWork>();
}
