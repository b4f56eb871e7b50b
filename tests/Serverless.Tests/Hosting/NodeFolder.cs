namespace Serverless.Tests.Hosting;

/// <summary>A folder below <c>tests</c> of tools for Node, which are installed on first use as their lock file pins them.</summary>
internal sealed class NodeFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Lazy<Task> _installed;

    /// <summary>A folder.</summary>
    /// <param name="name">Its name.</param>
    public NodeFolder(string name) => (Path, _installed) = (SourceTree.PathOf("tests", name), new(InstallAsync));

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>Is over when the tools are installed.</summary>
    public Task Installed => _installed.Value;

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">The script, below the folder, or any by its full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is added to its environment.</param>
    /// <returns>What it said; its exit code is 0.</returns>
    public async Task<string> RunAsync(string script, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        await Installed;
        await using var tool = ChildProcess.Start("node", [System.IO.Path.Combine(Path, script), .. arguments], environment);
        var exitCode = await tool.WaitForExitAsync(Patience);
        var said = string.Join('\n', tool.Output.Concat(tool.Errors));
        Assert.True(exitCode == 0, said);
        return said;
    }

    // npm writes its own copy of the lock file last, so an installation that was cut short does not count.
    private async Task InstallAsync()
    {
        var installed = System.IO.Path.Combine(Path, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(System.IO.Path.Combine(Path, "package-lock.json")))
        {
            return;
        }

        await using var npm = ChildProcess.Start("npm", ["ci", "--no-audit", "--no-fund", "--prefix", Path]);
        Assert.True(await npm.WaitForExitAsync(Patience) == 0, string.Join('\n', npm.Errors));
    }
}
