using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Settings;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>Adds who calls, and on which plan.</summary>
public static class TenancyServices
{
    // What OWASP asks of PBKDF2 with SHA-512.
    private const int PasswordIterations = 210_000;

    /// <summary>Adds it.</summary>
    public static IServiceCollection AddTenancy(this IServiceCollection services) => services
        .AddSettings<PlanOptions, PlanOptionsValidator>().Services
        .AddSingleton<Plans>()
        .AddSingleton<AccountDirectory>()
        .AddSingleton<AccountUpkeep>()
        .AddSingleton<AccountStore>()
        .AddSingleton<Erasures>()
        .AddSingleton<IErasedTenants>(services => services.GetRequiredService<Erasures>())
        .AddSingleton<Eraser>()
        .AddSingleton<FormerMembers>()
        .AddSingleton<AgentStore>()
        .AddSingleton<KeyStore>()
        .AddSingleton<ExpiredRows>()
        .AddSingleton<ProjectStore>()
        .AddSingleton<UserStore>()
        .AddSingleton<SessionStore>()
        .AddSingleton<MembershipStore>()
        .AddSingleton<SavedQueryStore>()
        .AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>()
        .Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations);
}
