using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Startup;

/// <summary>What a first start on development storage gives to try things with.</summary>
public sealed class DemoTests(DevelopmentStorage storage) : IClassFixture<DevelopmentStorage>, IDisposable
{
    private const string BaseUrl = "BASE_URL";
    private const string LogKey = "LUMINALOG_KEY";
    private const string AgentKey = "LITHTRIX_KEY";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-demo-");

    private string DemoFile => Path.Combine(_folder.FullName, ".local", "demo.env");

    private KeyValuePair<string, string?>[] Environment => [new("DemoFile", DemoFile)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task On_development_storage_a_start_shows_requests_for_each_surface_that_work_as_they_stand()
    {
        await using var process = await ServerlessProcess.StartAsync(storage.Account, Environment);
        var (send, read) = await PrintedRequestsAsync(process);
        await process.WaitForOutputAsync(line => line.Contains("/v1/runs/$RUN", StringComparison.Ordinal));
        var values = ReadDemoFile();
        Assert.Equal($"http://{process.Client.BaseAddress!.Authority}", values[BaseUrl]);

        Assert.Contains("\"processed\":1", await PasteAsync(send), StringComparison.Ordinal);
        await process.CreateLogClient(values[LogKey]).WaitForAsync(1);
        Assert.Contains("\"message\":\"Hello\"", await PasteAsync(read), StringComparison.Ordinal);

        var lines = process.Output.Select(line => line.Trim()).SkipWhile(line => !line.StartsWith("RUN=", StringComparison.Ordinal)).Take(3).ToArray();
        var run = await PasteAsync($"{lines[0]}\n{lines[1]}\nfor try in $(seq 50); do sleep 0.2; {lines[2]}; echo; done | grep -m 1 '\"status\":\"completed\"'");
        Assert.Contains("\"workflowId\":\"echo\"", run, StringComparison.Ordinal);
        Assert.Contains("\"value\":\"Hello\"", run, StringComparison.Ordinal);
        Assert.Equal("echo", values["LAMINA_APP"]);

        var search = await process.WaitForOutputAsync(line => line.Contains("/v1/search", StringComparison.Ordinal));
        Assert.Contains("Sample result, not from the web: A durable queue writes", await PasteAsync(search!), StringComparison.Ordinal);
        Assert.Contains($"Bearer {values[AgentKey]}", search, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_start_keeps_all_that_was_made_and_a_new_store_gets_a_new_key_that_only_its_owner_can_read()
    {
        // Somebody made it readable to all.
        Directory.CreateDirectory(Path.GetDirectoryName(DemoFile)!);
        await File.WriteAllTextAsync(DemoFile, "");
        var first = await StartAndReadAsync(storage.Account);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DemoFile));
        }

        var second = await StartAndReadAsync(storage.Account);
        await using var another = await DevelopmentStorage.StartAsync();
        var third = await StartAndReadAsync(another.Account);

        Assert.Equal(first, second);
        Assert.NotEqual(first[LogKey], third[LogKey]);
        Assert.NotEqual(first[AgentKey], third[AgentKey]);
    }

    [Fact]
    public async Task The_address_of_the_page_comes_first_and_whoever_it_is_filled_in_with_can_sign_in()
    {
        await using var process = await ServerlessProcess.StartAsync(storage.Account, Environment);
        await PrintedRequestsAsync(process);
        var values = ReadDemoFile();

        var user = await process.Client.GetStringAsync("/console/sign-in.json");
        Assert.Equal($$"""{"email":"{{values["DEMO_EMAIL"]}}","password":"{{values["DEMO_PASSWORD"]}}","file":"{{DemoFile}}"}""", user);
        using var login = await process.Client.PostAsync("/v1/auth/login", new StringContent(user, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Contains("<title>Serverless</title>", await process.Client.GetStringAsync("/"), StringComparison.Ordinal);
        var first = process.Output.SkipWhile(line => !line.StartsWith("Now listening", StringComparison.Ordinal)).Skip(1).First(line => line.Length > 0);
        Assert.StartsWith($"Serverless is ready: open {values[BaseUrl]}/ in a browser", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_any_other_storage_there_is_no_demo()
    {
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync(), Environment);
        var logs = await process.CreateLogClientAsync();
        await logs.AcceptAsync(LogEntries.Simple());
        // Queues are read last of all: everything else has started, and said what it had to say.
        await logs.WaitForAsync(1);
        Assert.Equal(0, await process.StopAsync());

        Assert.DoesNotContain(process.Output, line => line.Contains("curl", StringComparison.Ordinal) || line.Contains("ll_", StringComparison.Ordinal));
        Assert.False(File.Exists(DemoFile));
    }

    /// <summary>The requests of the banner, as they would be copied.</summary>
    private static async Task<(string Send, string Read)> PrintedRequestsAsync(ServerlessProcess process)
    {
        // Two requests, the first on two lines, and an empty line after them.
        await process.WaitForOutputAsync(line => line.TrimStart().StartsWith("curl", StringComparison.Ordinal) && !line.EndsWith('\\'));
        var lines = process.Output.ToList();
        var begin = lines.FindIndex(line => line.TrimStart().StartsWith("curl", StringComparison.Ordinal));
        return ($"{lines[begin]}\n{lines[begin + 1]}", lines[begin + 2]);
    }

    private static async Task<string> PasteAsync(string command)
    {
        await using var shell = await ChildProcess.RunAsync("bash", "-c", command);
        Assert.True(await shell.WaitForExitAsync() == 0, string.Join('\n', shell.Errors));
        return string.Join('\n', shell.Output);
    }

    private async Task<Dictionary<string, string>> StartAndReadAsync(StorageAccount account)
    {
        await using var process = await ServerlessProcess.StartAsync(account, Environment);
        await PrintedRequestsAsync(process);
        var values = ReadDemoFile();

        // The port is another each time.
        values.Remove(BaseUrl);
        return values;
    }

    private Dictionary<string, string> ReadDemoFile() =>
        File.ReadLines(DemoFile).Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
}
