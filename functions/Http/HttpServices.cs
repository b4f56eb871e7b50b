using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Settings;

namespace Serverless.Http;

/// <summary>Adds what every HTTP function shares.</summary>
public static class HttpServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services) => services
        .AddSettings<HttpOptions, HttpOptionsValidator>().Services
        .AddSettings<CrossOriginOptions, CrossOriginOptionsValidator>(CrossOriginOptions.Section).Services

        .Configure<KestrelServerOptions>(server => AllowWhatTheHostPasses(server.Limits))
        .AddSingleton<ClientAddress>()
        .AddSingleton<TransportSecurity>()
        .AddSingleton<SessionAdmission>()
        .AddSingleton<CrossOrigin>()
        .AddSingleton<SurfaceEndpoint>()
        .AddSingleton<Export>()
        .AddSingleton<RouteTable>()
        .AddSingleton<SurfaceMap>();

    // What the host has let through is answered by a surface: this server must not refuse it before, in words of its own. The host adds headers, too.
    private static void AllowWhatTheHostPasses(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = RequestBody.MaxBytes;
        limits.MaxRequestLineSize = 64 * 1024;
        limits.MaxRequestHeadersTotalSize = 256 * 1024;
        limits.MaxRequestHeaderCount = 1000;
    }

    /// <summary>Adds a surface. The first one also answers for paths that belong to none.</summary>
    public static IServiceCollection AddSurface<TSurface>(this IServiceCollection services)
        where TSurface : Surface => services
        .AddSingleton<TSurface>()
        .AddSingleton<Surface>(provider => provider.GetRequiredService<TSurface>());
}
