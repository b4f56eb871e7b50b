using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Startup;

/// <summary>What an operator can put right is said in one line, at once, and the exit code tells it too.</summary>
public sealed class StartupTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_connection_string_that_is_none_is_named_without_repeating_it()
    {
        var line = await FailAsync("AzureWebJobsStorage", "no-connection-string");

        Assert.StartsWith("AzureWebJobsStorage: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("no-connection-string", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_cannot_be_reached_is_named_by_its_address()
    {
        using var port = TakenPort.Closed();
        var account = AccountAt(port);

        var line = await FailAsync("AzureWebJobsStorage", account.ConnectionString);

        Assert.StartsWith($"Storage cannot be used at http://127.0.0.1:{port.Number}/account", line, StringComparison.Ordinal);
        Assert.Contains("refused", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_does_not_answer_is_not_waited_for_until_all_retries_are_spent()
    {
        using var port = TakenPort.Silent();
        var options = new StorageOptions { ConnectionString = AccountAt(port).ConnectionString };
        var initializer = new StorageInitializer(Options.Create(options), StorageClients.Tables(options), StorageClients.Queues(options), new HurriedTime());

        var failure = await Assert.ThrowsAsync<HostAbortedException>(() => initializer.StartingAsync(CancellationToken.None)).WaitAsync(AtOnce);

        Assert.EndsWith("no answer within 10 seconds", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_refuses_the_key_is_named_by_its_address()
    {
        var account = await TestStorage.CreateAccountAsync() with { Key = "YW5vdGhlciBrZXk=" };

        var line = await FailAsync("AzureWebJobsStorage", account.ConnectionString);

        Assert.StartsWith($"Storage cannot be used at http://127.0.0.1:{account.TablePort}/{account.Name}", line, StringComparison.Ordinal);
        Assert.DoesNotContain(account.Key, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_the_way_out()
    {
        var account = await TestStorage.CreateAccountAsync();
        using var taken = TakenPort.Silent();

        var line = await FailAsync("AzureWebJobsStorage", account.ConnectionString, "--urls", $"http://127.0.0.1:{taken.Number}");

        Assert.Contains($"{taken.Number} is already in use", line, StringComparison.Ordinal);
        Assert.Contains("--urls", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_to_listen_on_that_is_none_is_named()
    {
        var account = await TestStorage.CreateAccountAsync();

        var line = await FailAsync("AzureWebJobsStorage", account.ConnectionString, "--urls", "nowhere");

        Assert.Contains("'nowhere'", line, StringComparison.Ordinal);
        Assert.Contains("--urls", line, StringComparison.Ordinal);
    }

    [NoEmulatorFact]
    public async Task Without_Node_development_storage_says_what_to_install()
    {
        var empty = Directory.CreateTempSubdirectory("serverless-path-");
        try
        {
            await using var process = Launch([new("PATH", empty.FullName), new("AzureWebJobsStorage", "UseDevelopmentStorage=true")]);

            Assert.Contains("Node.js", await OnlyLineAsync(process), StringComparison.Ordinal);
        }
        finally
        {
            empty.Delete();
        }
    }

    [Theory]
    [InlineData("Local__QueueLease", "soon", "Local__QueueLease is 'soon', but must be a time from 00:00:01 to seven days.")]
    [InlineData(
        "AzureFunctionsJobHost__logging__logLevel__default", "Loud", "host.json: logging.logLevel.default is 'Loud', but must be a level such as Warning.")]
    [InlineData("LogRetentionDays", "0", "LogRetentionDays: must be a whole number of days from 1 to 3650, not \"0\".")]
    public async Task A_setting_that_makes_no_sense_is_named_with_what_would(string name, string value, string expected) =>
        Assert.Equal(expected, await FailAsync(name, value));

    [Fact]
    public async Task Of_several_settings_that_make_no_sense_each_is_named()
    {
        await using var process = Launch(
        [
            new("TrustedProxies", "-1"), new("LogRetentionDays", "many"), new("Payments__Provider", "none"), new("Ai__Endpoint", "nowhere"),
            new("Search__Provider", "none"), new("UpgradeUrl", "nowhere"), new("Cors__Origins", "nowhere"),
        ]);

        Assert.Equal(1, await process.WaitForExitAsync().WaitAsync(AtOnce));
        Assert.Equal(
            [
                "Ai__Endpoint: must be an http or https address without credentials, such as https://api.openai.com/v1.",
                "Cors__Origins: must be origins such as https://app.example.com, separated by commas, or *, not \"nowhere\".",
                "LogRetentionDays: must be a whole number of days from 1 to 3650, not \"many\".",
                "Payments__Provider: there is no payment provider \"none\".",
                "Search__Provider: must be brave or searxng, not \"none\".",
                "TrustedProxies: must be a whole number from 0 to 1, not \"-1\".",
                "UpgradeUrl: must be an http or https URL, not \"nowhere\".",
            ],
            process.Errors.Order(StringComparer.Ordinal));
    }

    private static StorageAccount AccountAt(TakenPort port) => new("account", "a2V5", port.Number, port.Number);

    /// <summary>Starts the application with a setting, which has to fail.</summary>
    /// <returns>The one line it says.</returns>
    private static async Task<string> FailAsync(string name, string value, params string[] arguments)
    {
        await using var process = Launch([new(name, value)], arguments);
        return await OnlyLineAsync(process);
    }

    private static ChildProcess Launch(IEnumerable<KeyValuePair<string, string?>> environment, params string[] arguments) =>
        ServerlessProcess.Launch(environment, arguments.Length > 0 ? arguments : ["--urls", "http://127.0.0.1:0"]);

    private static async Task<string> OnlyLineAsync(ChildProcess process)
    {
        var exitCode = await process.WaitForExitAsync().WaitAsync(AtOnce);
        Assert.Empty(process.Output);
        var line = Assert.Single(process.Errors);
        Assert.Equal(1, exitCode);
        return line;
    }
}
