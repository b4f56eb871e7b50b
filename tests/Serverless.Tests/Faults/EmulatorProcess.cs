using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>
/// A storage emulator that keeps its data in a folder, and that a test may kill, stop, start again on the same ports, or keep from writing. Unlike one
/// that keeps all in memory it does not fall silent once a minute, for as long as clearing away the messages that were sent meanwhile takes: of 3,500, 13 s.
/// </summary>
internal sealed partial class EmulatorProcess : IAsyncDisposable
{
    private const string Name = "faults";
    private const string Key = "dGhlIGtleSBvZiBhIHRlc3QgYWNjb3VudA==";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("faults");
    private ChildProcess _process = null!;

    private EmulatorProcess()
    {
    }

    /// <summary>Its only account.</summary>
    public StorageAccount Account { get; private set; } = new(Name, Key, 0, 0);

    /// <summary>When everything it had acknowledged by then was last saved; it saves every five seconds.</summary>
    public DateTime SavedAt =>
        _folder.GetFiles("__azurite_db_*.json").Where(file => !file.Name.Contains("blob", StringComparison.Ordinal)).Min(file => File.GetLastWriteTimeUtc(file.FullName));

    /// <summary>Starts one with an empty folder.</summary>
    public static async Task<EmulatorProcess> StartNewAsync()
    {
        // Whoever else uses the emulator makes sure that it is installed.
        await TestStorage.CreateAccountAsync();
        var emulator = new EmulatorProcess();
        await emulator.StartAsync();
        return emulator;
    }

    /// <summary>Starts it, again on the ports it had.</summary>
    public async Task StartAsync()
    {
        _process = ChildProcess.Start(
            "node",
            [
                SourceTree.PathOf("node_modules", "azurite", "dist", "src", "azurite.js"), "--location", _folder.FullName, "--blobPort", "0", "--queuePort", $"{Account.QueuePort}",
                "--tablePort", $"{Account.TablePort}", "--queueKeepAliveTimeout", "60", "--tableKeepAliveTimeout", "60", "--disableTelemetry", "--silent", "--skipApiVersionCheck",
            ],
            [new("AZURITE_ACCOUNTS", $"{Name}:{Key}")]);
        Account = Account with { QueuePort = await PortAsync("Queue"), TablePort = await PortAsync("Table") };
    }

    /// <summary>Kills it: what it has not saved is lost, whoever was told what.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.DisposeAsync();
    }

    /// <summary>Stops it in good order.</summary>
    public async Task StopAsync()
    {
        await _process.TerminateAsync();
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
    }

    /// <summary>Lets no file of it grow any more, as if the disk were full. Nobody needs to be root for that, and root is not exempt.</summary>
    public Task FillDiskAsync() => LimitAsync("0:");

    /// <summary>Lets its files grow again.</summary>
    public Task FreeDiskAsync() => LimitAsync("unlimited:");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task LimitAsync(string size)
    {
        await using var limit = await ChildProcess.RunAsync("/usr/bin/prlimit", "--pid", $"{_process.Id}", $"--fsize={size}");
        Assert.True(await limit.WaitForExitAsync() == 0, string.Join('\n', limit.Errors));
    }

    private async Task<int> PortAsync(string service)
    {
        var line = await _process.WaitForOutputAsync(line => line.StartsWith($"Azurite {service} service is successfully listening", StringComparison.Ordinal));
        Assert.True(line is not null, string.Join('\n', _process.Errors));
        return int.Parse(LastNumber().Match(line).Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\d+$", RegexOptions.None, 1000)]
    private static partial Regex LastNumber();
}
