using System.IO.Compression;

namespace Serverless.Tests.Hosting;

/// <summary>Compresses request bodies.</summary>
public static class Compression
{
    /// <summary>The bytes as gzip.</summary>
    public static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionMode.Compress))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }
}
