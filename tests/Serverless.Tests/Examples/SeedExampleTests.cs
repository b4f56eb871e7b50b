using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Examples;

/// <summary>
/// The requests that LuminaLog's own documentation shows, run as they stand there: only the base URL and the key are replaced.
/// </summary>
[Trait("Category", "Contract")]
public sealed class SeedExampleTests
{
    private const string BaseUrl = "https://api.luminalog.cloud";
    private const string KeyPlaceholder = "YOUR_API_KEY";
    private const string SampleKey = "ll_2010ecf83382641e48b090e7fb82396eb130113a51e363da";
    private const string ElidedBody = "{\"logs\": [...]}";

    [CommandFact("curl", "--version")]
    public async Task The_curl_example_sends_a_log()
    {
        var entry = Assert.Single(await RunAsync("bash", "curl.sh"))!;

        Assert.Equal("API Request Received", entry["message"]!.GetValue<string>());
        Assert.Equal("info", entry["level"]!.GetValue<string>());
        Assert.Equal("user_789", entry["metadata"]!["user_id"]!.GetValue<string>());
    }

    [CommandFact("curl", "--version")]
    public async Task The_authentication_example_sends_the_example_of_a_body()
    {
        var body = JsonNode.Parse(await File.ReadAllTextAsync(PathOf("body.json")))!["logs"]!.AsArray();

        var entries = await RunAsync("bash", "authentication.sh", 2, (ElidedBody, body.Root.ToJsonString()));

        // Newest first.
        Assert.Equal(2, entries.Count);
        foreach (var (sent, read) in body.Reverse().Zip(entries))
        {
            foreach (var (name, value) in sent!.AsObject().Where(field => field.Key != "timestamp"))
            {
                Assert.True(JsonNode.DeepEquals(value, read![name]), $"{name} is {read[name]?.ToJsonString()}, not {value!.ToJsonString()}");
            }

            Assert.Equal(Time(sent), Time(read!));
        }
    }

    [CommandFact("node", "--version")]
    public async Task The_JavaScript_example_sends_a_log()
    {
        var entry = Assert.Single(await RunAsync("node", "fetch.mjs"))!;

        Assert.Equal("Node.js event logging", entry["message"]!.GetValue<string>());
        Assert.Equal("aws-us-east-1", entry["metadata"]!["server"]!.GetValue<string>());
        Assert.InRange(DateTimeOffset.UtcNow - Time(entry), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [CommandFact("python3", "-c", "import requests")]
    public async Task The_Python_example_sends_a_log()
    {
        var entry = Assert.Single(await RunAsync("python3", "requests.py"))!;

        Assert.Equal("Python script event", entry["message"]!.GetValue<string>());
        Assert.InRange(DateTimeOffset.UtcNow - Time(entry), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    /// <summary>Runs an example, and reads back what it sent.</summary>
    private static async Task<JsonArray> RunAsync(string program, string example, int entries = 1, params (string Placeholder, string Value)[] replacements)
    {
        await using var host = await ContractHost.StartAsync();
        var logs = await LogClient.CreateAsync(host);
        var script = await File.ReadAllTextAsync(PathOf(example));
        Assert.Contains(BaseUrl, script, StringComparison.Ordinal);
        (string, string)[] all =
            [(BaseUrl, host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)), (KeyPlaceholder, logs.Key), (SampleKey, logs.Key), .. replacements];
        foreach (var (placeholder, value) in all)
        {
            script = script.Replace(placeholder, value, StringComparison.Ordinal);
        }

        // Not under its own name: Python would take a script called requests.py for the package it imports.
        var folder = Directory.CreateTempSubdirectory("serverless-example-");
        try
        {
            var path = Path.Combine(folder.FullName, "example" + Path.GetExtension(example));
            await File.WriteAllTextAsync(path, script);
            await using var process = await ChildProcess.RunAsync(program, path);
            Assert.True(await process.WaitForExitAsync() == 0, string.Join('\n', process.Errors));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        await logs.WaitForAsync(entries);
        return (await logs.ReadAsync())["logs"]!.AsArray();
    }

    private static string PathOf(string example) => Path.Combine(AppContext.BaseDirectory, "Examples", "LuminaLog", example);

    private static DateTimeOffset Time(JsonNode entry) => DateTimeOffset.Parse(entry["timestamp"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
