using Microsoft.Extensions.DependencyInjection;

namespace Serverless.OpenApi;

/// <summary>Adds the description of the API.</summary>
public static class OpenApiServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services.AddSingleton<ApiDescription>();
}
