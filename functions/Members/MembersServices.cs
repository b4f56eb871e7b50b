using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;

namespace Serverless.Members;

/// <summary>Adds what members may do.</summary>
public static class MembersServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddMembers(this IServiceCollection services) => services
        .AddSurface<MembersSurface>()
        .AddSingleton<MembersEndpoint>();
}
