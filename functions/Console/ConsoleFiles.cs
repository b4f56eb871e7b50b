using System.IO.Compression;

namespace Serverless.Console;

/// <summary>
/// The files of the page, as the build left them in this assembly: compressed with brotli. Each is read when somebody asks for it. Until then
/// it costs nothing.
/// </summary>
internal static class ConsoleFiles
{
    /// <summary>The name of the document that all views are shown in.</summary>
    public const string Document = "index.html";

    private const string Folder = "console/";

    /// <summary>Reads a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="compressed">Whether it is wanted as it is kept.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>What is in it; null when there is no such file.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(string name, bool compressed, CancellationToken cancellationToken)
    {
        await using var kept = typeof(ConsoleFiles).Assembly.GetManifestResourceStream(Folder + name);
        if (kept is null)
        {
            return null;
        }

        using var content = new MemoryStream();
        await using var source = compressed ? kept : new BrotliStream(kept, CompressionMode.Decompress);
        await source.CopyToAsync(content, cancellationToken);
        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    /// <summary>The media type of a file.</summary>
    public static string MediaTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".json" => "application/json; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        _ => "application/octet-stream",
    };
}
