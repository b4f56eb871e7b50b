using Serverless.Tests.Hosting;

namespace Serverless.Tests.Benchmarks;

/// <summary>What the benchmark program says before it measures anything.</summary>
public sealed class BenchmarkTests
{
    private const string Names = "ingest, export, parse, admission, runs, webhooks, query, needle, growth, start";

    [Fact]
    public async Task A_name_that_is_none_is_refused_in_one_line_that_lists_them()
    {
        await using var program = await RunAsync("throughput");

        Assert.Equal(1, await program.WaitForExitAsync());
        Assert.Equal($"There is no benchmark \"throughput\": it is one of {Names}, or all.", Assert.Single(program.Errors));
        Assert.Empty(program.Output);
    }

    [Fact]
    public async Task Without_a_name_it_says_how_it_is_used()
    {
        await using var program = await RunAsync();

        Assert.Equal(1, await program.WaitForExitAsync());
        Assert.Equal("Usage: <ingest|export|parse|admission|runs|webhooks|query|needle|growth|start|all> [--markdown <file>]", Assert.Single(program.Errors));
    }

    private static Task<ChildProcess> RunAsync(params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Program(), .. arguments]);

    // Built beside the tests, in the same configuration and for the same runtime.
    private static string Program()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        return SourceTree.PathOf("tests", "Serverless.Benchmarks", "bin", folder.Parent!.Name, folder.Name, "Serverless.Benchmarks.dll");
    }
}
