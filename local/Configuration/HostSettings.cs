using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Serverless.Local.Configuration;

/// <summary>Where settings come from: host.json, local.settings.json, the environment, the command line; the later wins.</summary>
internal static class HostSettings
{
    public const string Storage = "AzureWebJobsStorage";

    public const string DevelopmentStorage = "UseDevelopmentStorage=true";

    /// <summary>The account of the emulator that everybody knows.</summary>
    public const string DevelopmentAccount = "devstoreaccount1";

    private const string Environment = "AZURE_FUNCTIONS_ENVIRONMENT";
    private const string DefaultUrl = "http://localhost:7071";

    /// <summary>Adds the settings of an application.</summary>
    /// <param name="settings">Where to add them.</param>
    /// <param name="scriptRoot">The application's folder.</param>
    /// <param name="args">The command line.</param>
    /// <returns>The names of those that a worker is to have, beside the environment's.</returns>
    public static IReadOnlyCollection<string> AddHostSettings(this ConfigurationManager settings, string scriptRoot, string[] args)
    {
        var local = Read(scriptRoot, "local.settings.json", json => json.GetSection("Values"), prefix: "");
        var commandLine = new ConfigurationBuilder().AddCommandLine(args).Build();
        settings.AddInMemoryCollection(Read(scriptRoot, "host.json", json => json, $"{HostJson.Section}:"));
        settings.AddInMemoryCollection(local);
        settings.AddEnvironmentVariables();
        settings.AddConfiguration(commandLine);
        settings[Storage] = settings[Storage] is { Length: > 0 } storage ? storage
            : settings.GetSection(Storage).GetChildren().Any() ? null
            : DevelopmentStorage;

        // A local run is development unless it is said otherwise, as with Core Tools.
        settings[Environment] ??= Environments.Development;
        return new HashSet<string>([.. local.Keys, .. commandLine.AsEnumerable().Select(pair => pair.Key), Storage, Environment], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether storage is the emulator's well-known account, wherever it listens.</summary>
    public static bool IsDevelopmentStorage(this IConfiguration settings) =>
        settings[Storage] is { } connection
        && (connection.Contains(DevelopmentStorage, StringComparison.OrdinalIgnoreCase)
            || connection.Contains($"AccountName={DevelopmentAccount}", StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds the addresses to listen on.</summary>
    public static void AddHostUrls(this ICollection<string> urls, IConfiguration settings)
    {
        foreach (var url in (settings["urls"] ?? DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                BindingAddress.Parse(url);
            }
            catch (FormatException mistake)
            {
                throw new HostAbortedException($"'{url}' is not a URL to listen on: give one such as --urls {DefaultUrl}.", mistake);
            }

            urls.Add(url);
        }
    }

    /// <summary>The settings of a JSON file in the application's folder, or else in the current one; none when there is no such file.</summary>
    private static Dictionary<string, string?> Read(string scriptRoot, string file, Func<IConfiguration, IConfiguration> select, string prefix)
    {
        var path = new[] { scriptRoot, System.Environment.CurrentDirectory }.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        return path is null ? [] : Flatten(File.ReadAllText(path), path, select, prefix);
    }

    internal static Dictionary<string, string?> Flatten(string json, string path, Func<IConfiguration, IConfiguration> select, string prefix)
    {
        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
            return select(new ConfigurationBuilder().AddJsonStream(stream).Build())
                .AsEnumerable(makePathsRelative: true)
                .Where(pair => pair.Value is not null)
                .ToDictionary(pair => prefix + pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw new HostAbortedException($"{path} is not valid JSON: {failure.Message}", failure);
        }
    }
}
