using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Ingestion.Index;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// A chunk as a queue message: its header as one line of JSON, so that a person can read a message that got stuck, then the
/// payload as it is.
/// </summary>
public static partial class ChunkMessage
{
    /// <summary>The largest message in bytes: base64 makes it the 64 KB that a queue takes.</summary>
    public const int MaxBytes = 48 * 1024;

    private const byte EndOfHeader = (byte)'\n';

    /// <summary>
    /// Writes a chunk as a message, with the filter of its terms as long as there is room for it. It may exceed <see cref="MaxBytes"/>: whoever sends it has
    /// to look.
    /// </summary>
    public static BinaryData Encode(Chunk chunk)
    {
        var header = Header(chunk.Header with { Filter = FilterOf(chunk.Terms) });
        if (header.Length + 1 + chunk.Payload.Length > MaxBytes)
        {
            header = Header(chunk.Header);
        }

        var message = new byte[header.Length + 1 + chunk.Payload.Length];
        header.CopyTo(message, 0);
        message[header.Length] = EndOfHeader;
        chunk.Payload.CopyTo(message.AsMemory(header.Length + 1));
        return BinaryData.FromBytes(message);
    }

    /// <summary>How many bytes a chunk takes as a message without a filter, told without making one.</summary>
    public static int SizeOf(Chunk chunk) => Header(chunk.Header).Length + 1 + chunk.Payload.Length;

    /// <summary>How many bytes the filter of a chunk takes in its message, at most.</summary>
    public static int SizeOfFilter(Chunk chunk) => TermFilter.SizeOf(chunk.Terms.Sum(terms => terms.Count)) * 4 / 3;

    /// <summary>Reads a message back.</summary>
    /// <exception cref="FormatException">This is no message of ours: the queue will set it aside as poison.</exception>
    public static Chunk Decode(BinaryData message)
    {
        var bytes = message.ToMemory();
        var end = bytes.Span.IndexOf(EndOfHeader);
        try
        {
            if (end > 0 && JsonSerializer.Deserialize(bytes.Span[..end], HeaderJson.Default.ChunkHeader) is { } header)
            {
                return new Chunk(header, bytes[(end + 1)..]);
            }
        }
        catch (JsonException broken)
        {
            throw new FormatException("The header of the chunk cannot be read.", broken);
        }

        throw new FormatException("The message is not a chunk.");
    }

    private static byte[] Header(ChunkHeader header) => JsonSerializer.SerializeToUtf8Bytes(header, HeaderJson.Default.ChunkHeader);

    private static ReadOnlyMemory<byte> FilterOf(IReadOnlyList<TermSet> terms)
    {
        using var all = new TermSet();
        foreach (var set in terms.Count > 1 ? terms : [])
        {
            all.UnionWith(set);
        }

        // What is empty is left out.
        return TermFilter.Of(terms.Count == 1 ? terms[0] : all) is { Length: > 0 } filter ? filter : default(ReadOnlyMemory<byte>);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(ChunkHeader))]
    private sealed partial class HeaderJson : JsonSerializerContext;
}
