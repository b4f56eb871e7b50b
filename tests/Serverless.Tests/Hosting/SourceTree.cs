namespace Serverless.Tests.Hosting;

/// <summary>The checkout that the tests were built from.</summary>
internal static class SourceTree
{
    /// <summary>The path of something in it.</summary>
    public static string PathOf(params IEnumerable<string> names)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"There is no Serverless.sln above {AppContext.BaseDirectory}.");
        }

        return Path.Combine([folder.FullName, .. names]);
    }
}
