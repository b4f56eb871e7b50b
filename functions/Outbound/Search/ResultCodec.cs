using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Outbound.Search;

/// <summary>Results as they are kept: what of them does not follow from the rest, as compressed JSON.</summary>
internal static class ResultCodec
{
    /// <summary>Makes bytes of results.</summary>
    public static byte[] Compress(IReadOnlyList<SearchResult> results)
    {
        using var bytes = new MemoryStream();
        using (var compressed = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(compressed, [.. results.Select(Write)], ResultJson.Default.StringArrayArray);
        }

        return bytes.ToArray();
    }

    /// <summary>Makes results of bytes.</summary>
    public static IReadOnlyList<SearchResult> Decompress(byte[] bytes)
    {
        using var compressed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var json = JsonDocument.Parse(compressed);
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    private static string?[] Write(SearchResult result) =>
        [result.Title, result.Url.AbsoluteUri, result.Snippet, result.PublishedAt?.ToString("O", CultureInfo.InvariantCulture)];

    private static SearchResult Read(JsonElement result) => new(
        result[0].GetString()!,
        new Uri(result[1].GetString()!),
        result[2].GetString()!,
        result[3].ValueKind == JsonValueKind.Null ? null : result[3].GetDateTimeOffset());
}

[JsonSerializable(typeof(string?[][]))]
internal sealed partial class ResultJson : JsonSerializerContext;
