using Microsoft.Extensions.Configuration;

namespace Serverless.Local.Demo;

/// <summary>The file that keeps the demo's keys: lines of <c>NAME=value</c>, to be sourced by a shell.</summary>
/// <param name="path">Where it is.</param>
internal sealed class DemoFile(string path)
{
    /// <summary>Where requests go.</summary>
    public const string BaseUrl = "BASE_URL";

    /// <summary>A LuminaLog key.</summary>
    public const string LogKey = "LUMINALOG_KEY";

    /// <summary>A LumiqTrace key.</summary>
    public const string TraceKey = "LUMIQTRACE_KEY";

    /// <summary>The project of that key.</summary>
    public const string TraceProject = "LUMIQTRACE_PROJECT";

    /// <summary>A Lamina key, which may define apps.</summary>
    public const string RunKey = "LAMINA_KEY";

    /// <summary>An app to run.</summary>
    public const string RunApp = "LAMINA_APP";

    /// <summary>Who may log in.</summary>
    public const string Email = "DEMO_EMAIL";

    /// <summary>With which password.</summary>
    public const string Password = "DEMO_PASSWORD";

    /// <summary>A Lithtrix key.</summary>
    public const string AgentKey = "LITHTRIX_KEY";

    /// <summary>The operator's key.</summary>
    public const string AdminKey = "ADMIN_KEY";

    /// <summary>The key that secrets are kept under.</summary>
    public const string SecretsKey = "SECRETS_KEY";

    private const string Setting = "DemoFile";

    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    /// <summary>Where it is, as short as it can be said in the folder that the host was started in.</summary>
    public string ShownPath
    {
        get
        {
            var (full, below) = (System.IO.Path.GetFullPath(Path), Environment.CurrentDirectory + System.IO.Path.DirectorySeparatorChar);
            return full.StartsWith(below, StringComparison.Ordinal) ? full[below.Length..] : full;
        }
    }

    /// <summary>
    /// The file that the setting <c>DemoFile</c> names; else that of this checkout, <c>.local/demo.env</c>; outside of one, below the
    /// current folder.
    /// </summary>
    public static DemoFile From(IConfiguration configuration) => new(configuration[Setting] is { Length: > 0 } path ? path : PathInRepository());

    /// <summary>The value of a name; null when there is none.</summary>
    public string? Read(string name) =>
        File.Exists(Path)
            ? File.ReadLines(Path).Where(line => line.StartsWith(name + "=", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..]).FirstOrDefault()
            : null;

    /// <summary>Writes all values, for the owner's eyes only.</summary>
    public void Write(IEnumerable<KeyValuePair<string, string>> values)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);

        // Made anew, so that nobody else may read it from the first byte on.
        File.Delete(Path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(Path, options);
        foreach (var (name, value) in values)
        {
            writer.WriteLine($"{name}={value}");
        }
    }

    private static string PathInRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Serverless.sln")))
        {
            folder = folder.Parent;
        }

        return System.IO.Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, ".local", "demo.env");
    }
}
