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

        // The worker's server would stop at 30 MB.
        .Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = RequestBody.MaxBytes)
        .AddSingleton<ClientAddress>()
        .AddSingleton<TransportSecurity>()
        .AddSingleton<SurfaceEndpoint>()
        .AddSingleton<RouteTable>()
        .AddSingleton<SurfaceMap>();

    /// <summary>Adds a surface. The first one also answers for paths that belong to none.</summary>
    public static IServiceCollection AddSurface<TSurface>(this IServiceCollection services)
        where TSurface : Surface => services
        .AddSingleton<TSurface>()
        .AddSingleton<Surface>(provider => provider.GetRequiredService<TSurface>());
}
