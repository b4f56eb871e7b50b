using System.Text.Json;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Infrastructure;

/// <summary>
/// The Bicep files of <c>infra</c>, read once by a grammar that npm installs on first use. There is no compiler for them in the package
/// feeds, and none is needed to check what they say.
/// </summary>
internal static class BicepFiles
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);
    private static readonly Lazy<Task<IReadOnlyDictionary<string, BicepFile>>> Parsed = new(ParseAsync);

    /// <summary>The files by path, such as <c>modules/storage.bicep</c>.</summary>
    public static Task<IReadOnlyDictionary<string, BicepFile>> LoadAsync() => Parsed.Value;

    /// <summary>One of them.</summary>
    public static async Task<BicepFile> LoadAsync(string path) => (await LoadAsync())[path];

    private static async Task<IReadOnlyDictionary<string, BicepFile>> ParseAsync()
    {
        var grammar = SourceTree.PathOf("tests", "Serverless.Tests", "Infrastructure", "Grammar");
        await InstallAsync(grammar);
        var folder = SourceTree.PathOf("infra");
        var files = Directory.EnumerateFiles(folder, "*.bicep*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(files);
        var trees = await RunAsync("node", [Path.Combine(grammar, "parse.js"), .. files]);
        return JsonSerializer.Deserialize<Dictionary<string, BicepNode>>(trees, JsonSerializerOptions.Web)!
            .Select(tree => new BicepFile(Path.GetRelativePath(folder, tree.Key).Replace('\\', '/'), tree.Value))
            .ToDictionary(file => file.Path, StringComparer.Ordinal);
    }

    // Its binaries are part of the packages, so that no script has to run.
    private static async Task InstallAsync(string grammar)
    {
        // Another test run may be at it.
        await using var exclusive = await LockAsync(SourceTree.PathOf(".local", "grammar.lock"));
        if (!IsInstalled(grammar))
        {
            string[] npm = OperatingSystem.IsWindows() ? ["cmd", "/c", "npm"] : ["npm"];
            await RunAsync(npm[0], [.. npm[1..], "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", grammar]);
        }
    }

    // npm writes its own copy of the lock file last, so that an installation that was cut short does not count.
    private static bool IsInstalled(string grammar)
    {
        var wanted = new FileInfo(Path.Combine(grammar, "package-lock.json"));
        var installed = new FileInfo(Path.Combine(grammar, "node_modules", ".package-lock.json"));
        return installed.Exists && installed.LastWriteTimeUtc >= wanted.LastWriteTimeUtc;
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockPoll, TimeProvider.System);
            }
        }
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        await using var process = await ChildProcess.RunAsync(program, arguments);
        Assert.True(await process.WaitForExitAsync() == 0, string.Join('\n', process.Errors));
        return string.Join('\n', process.Output);
    }
}
