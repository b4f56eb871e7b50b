using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Serverless.Settings;

/// <summary>Adds options that are read from the settings.</summary>
public static class SettingsServices
{
    /// <summary>Binds options to settings, and has them judged when the application starts: what makes no sense ends it there.</summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <typeparam name="TValidator">Judges them.</typeparam>
    /// <param name="services">Where to add them.</param>
    /// <param name="section">The section of the settings that has them; empty when they stand outside of any.</param>
    public static OptionsBuilder<TOptions> AddSettings<TOptions, TValidator>(this IServiceCollection services, string section = "")
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions> => services
        .AddSingleton<IValidateOptions<TOptions>, TValidator>()
        .AddOptions<TOptions>()
        .BindConfiguration(section)
        .ValidateOnStart();
}
