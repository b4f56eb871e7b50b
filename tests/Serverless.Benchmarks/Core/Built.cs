using Serverless.Local.Storage;

namespace Serverless.Benchmarks.Core;

/// <summary>What is built together with the benchmarks, in the same configuration.</summary>
internal static class Built
{
    /// <summary>The local host.</summary>
    public static string LocalHost => Path.Combine(FolderOf("local"), "Serverless.Local.dll");

    /// <summary>The folder of the product.</summary>
    public static string Product => FolderOf("functions");

    /// <summary>The folder of the plain design.</summary>
    public static string Plain => FolderOf(Path.Combine("tests", "Serverless.Benchmarks.PlainApplication"));

    /// <summary>The folder of an application with nothing in it.</summary>
    public static string Empty => FolderOf(Path.Combine("tests", "Serverless.Benchmarks.EmptyApplication"));

    private static string FolderOf(string project)
    {
        var output = Path.GetRelativePath(Path.Combine(RepositoryRoot.Find(), "tests", "Serverless.Benchmarks"), AppContext.BaseDirectory);
        return Path.Combine(RepositoryRoot.Find(), project, output);
    }
}
