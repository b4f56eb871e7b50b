using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Serverless.Benchmarks.Core;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>Describes it, a line for each thing.</summary>
    /// <param name="root">The folder of the source code, where the emulator is installed.</param>
    public static IReadOnlyList<string> Describe(string root) =>
    [
        $"Processor: {Processor()}, {Environment.ProcessorCount} cores",
        $"Memory: {Number.AtLeast(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30))} GB",
        $"System: {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture}",
        $"Runtime: {RuntimeInformation.FrameworkDescription}, built as {Configuration}",
        $"Storage: Azurite {EmulatorVersion(root)} in memory, on the same machine",
    ];

    private static string Configuration => typeof(Machine).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static string Processor()
    {
        const string Information = "/proc/cpuinfo";
        var model = File.Exists(Information)
            ? File.ReadLines(Information).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return model?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string EmulatorVersion(string root)
    {
        using var package = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "node_modules", "azurite", "package.json")));
        return package.RootElement.GetProperty("version").GetString()!;
    }
}
