using System.Reflection;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Infrastructure;

/// <summary>What came of running the compiler.</summary>
/// <param name="ExitCode">Zero when there was no error.</param>
/// <param name="Output">What it was asked for.</param>
/// <param name="Messages">Its errors, its warnings and those of its linter, a line each.</param>
internal sealed record BicepResult(int ExitCode, string Output, string Messages);

/// <summary>The compiler of Bicep, which comes with the packages of the tests.</summary>
internal static class BicepCompiler
{
    private static readonly string? Program = typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(metadata => metadata.Key == "BicepCompiler")?.Value;

    // Nothing is to be written outside of the checkout, and nothing fetched.
    private static readonly KeyValuePair<string, string?>[] Closed =
    [
        // It is a single file, which unpacks its libraries; without this below the home folder.
        new("DOTNET_BUNDLE_EXTRACT_BASE_DIR", SourceTree.PathOf(".local", "bicep")),

        // It asks for a list of public modules each time, of which none is used here. Nobody listens at this port.
        new("https_proxy", "http://127.0.0.1:9"),

        // Not every machine has the libraries of other cultures.
        new("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"),
    ];

    /// <summary>Why there is no compiler; null when there is one.</summary>
    public static string? Missing { get; } = Program is null ? "The compiler of Bicep that comes with the tests is for Linux on x64." : null;

    /// <summary>Runs it to its end.</summary>
    /// <param name="environment">What is added to the environment of the test run; null removes a variable.</param>
    /// <param name="arguments">The command and what belongs to it.</param>
    public static async Task<BicepResult> RunAsync(IEnumerable<KeyValuePair<string, string?>> environment, params IEnumerable<string> arguments)
    {
        Permit(Program!);
        await using var process = ChildProcess.Start(Program!, arguments, [.. Closed, .. environment]);
        var exitCode = await process.WaitForExitAsync();
        return new(exitCode, string.Join('\n', process.Output), string.Join('\n', process.Errors));
    }

    // A package does not say which of its files are programs. To say it again, or at the same time as another test run, changes nothing.
    private static void Permit(string program)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(program) is var mode && !mode.HasFlag(UnixFileMode.UserExecute))
        {
            File.SetUnixFileMode(program, mode | UnixFileMode.UserExecute);
        }
    }
}
