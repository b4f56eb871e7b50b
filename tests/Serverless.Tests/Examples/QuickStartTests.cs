using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Startup;

namespace Serverless.Tests.Examples;

/// <summary>The README's way from nothing to a search and a new key, run as it stands there.</summary>
public sealed class QuickStartTests(DevelopmentStorage storage) : IClassFixture<DevelopmentStorage>
{
    private const string Heading = "## An agent searches";
    private const string KeyLine = "KEY=";

    [CommandFact("curl", "--version")]
    public async Task An_agent_registers_searches_rotates_and_searches()
    {
        var folder = Directory.CreateTempSubdirectory("serverless-quickstart-");
        try
        {
            await using var process = await ServerlessProcess.StartAsync(storage.Account, new KeyValuePair<string, string?>("DemoFile", Path.Combine(folder.FullName, "demo.env")));
            var answers = new List<JsonNode>();
            var (key, baseUrl) = ("", process.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
            foreach (var line in await CommandsAsync())
            {
                if (line.StartsWith(KeyLine, StringComparison.Ordinal))
                {
                    key = answers[^1]["api_key"]!.GetValue<string>();
                }
                else
                {
                    answers.Add(await RunAsync($"BASE_URL={baseUrl} {KeyLine}{key}; {line}"));
                }
            }

            Assert.Equal(4, answers.Count);
            Assert.NotEqual(answers[0]["api_key"]!.GetValue<string>(), answers[2]["api_key"]!.GetValue<string>());
            Assert.Equal("What makes a queue durable (sample)", answers[1]["results"]![0]!["title"]!.GetValue<string>());
            Assert.Equal([1, 2], ((int[])[1, 3]).Select(search => answers[search]["usage"]!["calls_total"]!.GetValue<int>()));
            Assert.Equal([false, true], ((int[])[1, 3]).Select(search => answers[search]["cached"]!.GetValue<bool>()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The lines of the section's shell blocks.
    private static async Task<List<string>> CommandsAsync()
    {
        var readme = await File.ReadAllTextAsync(SourceTree.PathOf("README.md"));
        var section = readme.Split(Heading)[1].Split("\n## ")[0];
        return [.. section.Split("```bash\n").Skip(1).SelectMany(block => block.Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }

    private static async Task<JsonNode> RunAsync(string command)
    {
        await using var shell = await ChildProcess.RunAsync("bash", "-c", command);
        Assert.True(await shell.WaitForExitAsync() == 0, string.Join('\n', shell.Errors));
        return JsonNode.Parse(string.Join('\n', shell.Output))!;
    }
}
