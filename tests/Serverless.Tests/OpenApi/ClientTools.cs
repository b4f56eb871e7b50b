using Serverless.Tests.Hosting;

namespace Serverless.Tests.OpenApi;

/// <summary>The tools of <c>tests/clients</c>, installed on first use as their lock file pins them.</summary>
internal static class ClientTools
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>The folder of the tools.</summary>
    public static string Folder { get; } = SourceTree.PathOf("tests", "clients");

    /// <summary>Runs a tool in a folder of its own to its end.</summary>
    /// <param name="script">The tool, below <c>node_modules</c>, or any script by its full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is added to its environment.</param>
    /// <returns>What it said; its exit code is 0.</returns>
    public static async Task<string> RunAsync(string script, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        await Installed.Value;
        await using var tool = ChildProcess.Start("node", [Path.Combine(Folder, "node_modules", script), .. arguments], environment);
        var exitCode = await tool.WaitForExitAsync(InstallPatience);
        var said = string.Join('\n', tool.Output.Concat(tool.Errors));
        Assert.True(exitCode == 0, said);
        return said;
    }

    // npm writes its own copy of the lock file last, so an installation that was cut short does not count.
    private static async Task InstallAsync()
    {
        var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            return;
        }

        await using var npm = ChildProcess.Start("npm", ["ci", "--no-audit", "--no-fund", "--prefix", Folder]);
        Assert.True(await npm.WaitForExitAsync(InstallPatience) == 0, string.Join('\n', npm.Errors));
    }
}
