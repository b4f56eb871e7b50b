using Serverless.Tests.Hosting;

namespace Serverless.Tests.OpenApi;

/// <summary>The tools of <c>tests/clients</c>.</summary>
internal static class ClientTools
{
    private static readonly NodeFolder Tools = new("clients");

    /// <summary>The folder of the tools.</summary>
    public static string Folder => Tools.Path;

    /// <summary>Runs a tool to its end.</summary>
    /// <param name="script">The tool, below <c>node_modules</c>, or any script by its full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is added to its environment.</param>
    /// <returns>What it said; its exit code is 0.</returns>
    public static Task<string> RunAsync(string script, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null) =>
        Tools.RunAsync(Path.Combine("node_modules", script), arguments, environment);
}
