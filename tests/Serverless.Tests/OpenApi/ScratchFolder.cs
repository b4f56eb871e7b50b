namespace Serverless.Tests.OpenApi;

/// <summary>A folder that is there for one test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-");

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> WriteAsync(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, content);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
