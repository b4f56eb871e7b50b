using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;

namespace Serverless.Workspaces;

/// <summary>Adds Lamina's contract: who calls, what a call counts for, and how it is answered. What there is to call, rooms of their own add.</summary>
public static class WorkspaceServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddWorkspaces(this IServiceCollection services) => services
        .AddSurface<Lamina>()
        .AddSingleton<LaminaLimit>()
        .AddSingleton<LaminaAdmission>()
        .AddSingleton<LaminaEndpoint>();
}
