namespace Serverless.Benchmarks.Core;

/// <summary>The runtime that runs the benchmarks, for the processes they start; the path may name another, or none.</summary>
internal static class Runtime
{
    /// <summary>Its path.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
