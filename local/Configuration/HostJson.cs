using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Serverless.Local.Configuration;

/// <summary>
/// What host.json says. It is part of the configuration, below a section of its own, so that a setting such as
/// <c>AzureFunctionsJobHost__extensions__queues__batchSize</c> overrides it, as in Azure.
/// </summary>
internal static class HostJson
{
    public const string Section = "AzureFunctionsJobHost";

    public const string Logging = $"{Section}:logging";

    public const string Queues = $"{Section}:extensions:queues";

    // As on Flex Consumption.
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    /// <summary>How long a function may take: <c>functionTimeout</c>.</summary>
    public static TimeSpan FunctionTimeout(IConfiguration settings) =>
        Read(settings.GetSection(Section), "functionTimeout", DefaultTimeout, timeout => timeout > TimeSpan.Zero, "a time above zero");

    public static string RoutePrefix(IConfiguration settings) => settings[$"{Section}:extensions:http:routePrefix"] ?? "api";

    /// <summary>One value, checked; an invalid one stops the host with a line that says what it must be.</summary>
    public static T Read<T>(IConfigurationSection section, string name, T otherwise, Func<T, bool> isValid, string rule)
        where T : IParsable<T>
    {
        var text = section[name];
        return text is null ? otherwise
            : T.TryParse(text, provider: null, out var value) && isValid(value) ? value
            : throw new HostAbortedException(
                $"host.json: {$"{section.Path}:{name}"[(Section.Length + 1)..].Replace(':', '.')} is '{text}', but must be {rule}.");
    }
}
