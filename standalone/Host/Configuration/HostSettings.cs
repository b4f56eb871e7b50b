using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Serverless.Standalone.Host;

/// <summary>Where settings come from: host.json, local.settings.json, the environment, the command line; the later wins.</summary>
internal static class HostSettings
{
    public const string Storage = "AzureWebJobsStorage";

    public const string DevelopmentStorage = "UseDevelopmentStorage=true";

    private const string DefaultUrl = "http://localhost:7071";

    public static void AddHostSettings(this ConfigurationManager settings, string[] args)
    {
        settings.AddInMemoryCollection(Read("host.json", json => json, $"{HostJson.Section}:"));
        settings.AddInMemoryCollection(Read("local.settings.json", json => json.GetSection("Values"), prefix: ""));
        settings.AddEnvironmentVariables();
        settings.AddCommandLine(args);
        // Known from the start, so that the product finds the same storage the host starts.
        if (string.IsNullOrEmpty(settings[Storage]) && !settings.GetSection(Storage).GetChildren().Any())
        {
            settings[Storage] = DevelopmentStorage;
        }
    }

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

    /// <summary>The settings of a JSON file beside the program, or else in the current folder; none when there is no such file.</summary>
    private static Dictionary<string, string?> Read(string file, Func<IConfiguration, IConfiguration> select, string prefix)
    {
        var path = new[] { AppContext.BaseDirectory, Environment.CurrentDirectory }.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
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
