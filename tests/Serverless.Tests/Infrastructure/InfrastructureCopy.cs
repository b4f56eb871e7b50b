using Serverless.Tests.Hosting;

namespace Serverless.Tests.Infrastructure;

/// <summary>A copy of <c>infra</c>, for what the compiler writes among the files it reads.</summary>
internal sealed class InfrastructureCopy : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-infrastructure-");

    public InfrastructureCopy()
    {
        Copy("bicepconfig.json");
        foreach (var file in Files)
        {
            Copy(Path.Combine("infra", file));
        }
    }

    /// <summary>The Bicep files of <c>infra</c>, such as <c>modules/storage.bicep</c>.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. Directory.EnumerateFiles(SourceTree.PathOf("infra"), "*.bicep*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(SourceTree.PathOf("infra"), file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The path of a file of the copy, or of one that the compiler puts there.</summary>
    public string PathOf(string file) => Path.Combine(_folder.FullName, "infra", file);

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private void Copy(string file)
    {
        var target = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(SourceTree.PathOf(file), target);
    }
}
