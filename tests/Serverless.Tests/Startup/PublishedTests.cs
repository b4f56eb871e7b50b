using Serverless.Tests.Hosting;

namespace Serverless.Tests.Startup;

/// <summary>What is deployed, run as Flex Consumption runs it.</summary>
public sealed class PublishedTests(DevelopmentStorage storage) : IClassFixture<DevelopmentStorage>, IDisposable
{
    private static readonly TimeSpan PublishPatience = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-published-");

    private string Package => Path.Combine(_folder.FullName, "package");

    private string Keys => Path.Combine(_folder.FullName, "demo.env");

    public void Dispose() => _folder.Delete(recursive: true);

    [LinuxFact]
    public async Task What_is_published_is_compiled_beforehand_and_does_its_work_in_processes_of_its_own()
    {
        // As azd and the workflow do, but for what would get in the way of builds at the same time, or was looked at before.
        await using var publish = ChildProcess.Start(
            "dotnet", ["publish", SourceTree.PathOf("functions"), "--configuration", "Release", "--no-restore", "-p:RunAnalyzers=false", "--output", Package]);
        Assert.True(await publish.WaitForExitAsync(PublishPatience) == 0, string.Join('\n', publish.Output));
        Assert.True(await IsCompiledBeforehandAsync(Path.Combine(Package, "Serverless.dll")));

        await using var process = await ServerlessProcess.StartFormAsync(storage.Account, isSplit: true, [new("DemoFile", Keys)], Package);
        await process.WaitForOutputAsync(line => line.Contains("Serverless is ready", StringComparison.Ordinal));
        await using var host = ContractHost.Connect(process.Client.BaseAddress!, Keys);

        await ContractSmoke.ExpectAsync(host);

        // One for requests, and one each for logs, events and runs.
        Assert.Equal(4, process.WorkerIds.Count);
    }

    // Code for a processor has its own header, whose signature spells "RTR".
    private static async Task<bool> IsCompiledBeforehandAsync(string assembly) =>
        (await File.ReadAllBytesAsync(assembly)).AsSpan().IndexOf("RTR\0"u8) >= 0;
}
