using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Organizations;

/// <summary>Adds what is done about organizations, whoever asks for it.</summary>
public static class OrganizationServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddOrganizations(this IServiceCollection services) => services
        .AddSingleton<OrganizationKeys>()
        .AddSingleton<OrganizationMembers>()
        .AddSingleton<OrganizationErasures>()
        .AddSingleton<OrganizationPrices>()
        .AddSingleton<OrganizationProjects>()
        .AddSingleton<OrganizationRedaction>();
}
