namespace Serverless.Tests.Hosting;

/// <summary>What is built together with the tests, in the same configuration.</summary>
internal static class Built
{
    /// <summary>The local host.</summary>
    public static string LocalHost => Path.Combine(FolderOf("local"), "Serverless.Local.dll");

    /// <summary>The folder of the application.</summary>
    public static string Application => FolderOf("functions");

    private static string FolderOf(string project)
    {
        var output = Path.GetRelativePath(SourceTree.PathOf(Path.Combine("tests", "Serverless.Tests")), AppContext.BaseDirectory);
        return SourceTree.PathOf(Path.Combine(project, output));
    }
}
