using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Serverless.Tests.Settings;

/// <summary>Options as the application reads them.</summary>
internal static class SettingsReader
{
    /// <summary>Settings of nobody but a test.</summary>
    public static IConfiguration Of(params IEnumerable<(string Key, string? Value)> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();

    /// <summary>The options of some settings.</summary>
    /// <exception cref="OptionsValidationException">A setting makes no sense.</exception>
    public static TOptions Read<TOptions>(this IConfiguration settings)
        where TOptions : class
    {
        using var services = new ServiceCollection().AddSingleton(settings).AddServerless(settings).BuildServiceProvider();
        return services.GetRequiredService<IOptions<TOptions>>().Value;
    }
}
