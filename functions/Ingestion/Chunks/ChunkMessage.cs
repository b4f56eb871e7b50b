using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Ingestion.Index;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// Chunks of one partition as a queue message, one after the other: each has its header as one line of JSON, so that a person can read a message that got stuck, then
/// its payload as it is. Most messages are one chunk.
/// </summary>
public static partial class ChunkMessage
{
    /// <summary>The largest message in bytes: base64 makes it the 64 KB that a queue takes.</summary>
    public const int MaxBytes = 48 * 1024;

    // How long a chunk is that another follows, in its header.
    private const int LengthBytes = 16;

    private const byte EndOfHeader = (byte)'\n';

    /// <summary>
    /// Writes chunks as a message, with the filters of their terms as long as there is room for them. It may exceed <see cref="MaxBytes"/>: whoever sends it has
    /// to look.
    /// </summary>
    public static BinaryData Encode(params IReadOnlyList<Chunk> chunks)
    {
        var headers = Headers(chunks, static chunk => chunk.Header with { Filter = FilterOf(chunk.Terms) });
        if (LengthOf(headers, chunks) > MaxBytes)
        {
            headers = Headers(chunks, static chunk => chunk.Header);
        }

        var message = new ArrayBufferWriter<byte>(LengthOf(headers, chunks));
        foreach (var (header, chunk) in headers.Zip(chunks))
        {
            message.Write(header);
            message.Write([EndOfHeader]);
            message.Write(chunk.Payload.Span);
        }

        return BinaryData.FromBytes(message.WrittenMemory);
    }

    /// <summary>How many bytes a chunk takes as a message without a filter, told without making one.</summary>
    public static int SizeOf(Chunk chunk) => Header(chunk.Header).Length + 1 + chunk.Payload.Length;

    /// <summary>How many bytes a chunk takes beside others in a message, at most: with the filter of its terms.</summary>
    public static int MostBytesOf(Chunk chunk) => SizeOf(chunk) + LengthBytes + (TermFilter.SizeOf(chunk.Terms.Sum(terms => terms.Count)) * 4 / 3);

    /// <summary>Reads a message back: its chunks, at least one.</summary>
    /// <exception cref="FormatException">This is no message of ours: the queue will set it aside as poison.</exception>
    public static IReadOnlyList<Chunk> Decode(BinaryData message)
    {
        var chunks = new List<Chunk>();
        var rest = message.ToMemory();
        int? length;
        do
        {
            (var header, rest) = ReadHeader(rest);
            length = header.Length;
            if (length < 0 || length > rest.Length)
            {
                throw new FormatException("The message ends within a chunk.");
            }

            chunks.Add(new Chunk(header with { Length = null }, rest[..(length ?? rest.Length)]));
            rest = rest[(length ?? rest.Length)..];
        }
        while (length is not null);

        return chunks;
    }

    private static (ChunkHeader Header, ReadOnlyMemory<byte> Following) ReadHeader(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf(EndOfHeader);
        try
        {
            if (end > 0 && JsonSerializer.Deserialize(bytes.Span[..end], HeaderJson.Default.ChunkHeader) is { } header)
            {
                return (header, bytes[(end + 1)..]);
            }
        }
        catch (JsonException broken)
        {
            throw new FormatException("The header of the chunk cannot be read.", broken);
        }

        throw new FormatException("The message is not a chunk.");
    }

    private static List<byte[]> Headers(IReadOnlyList<Chunk> chunks, Func<Chunk, ChunkHeader> header) =>
        [.. chunks.Select((chunk, place) => Header(header(chunk) with { Length = place < chunks.Count - 1 ? chunk.Payload.Length : null }))];

    private static byte[] Header(ChunkHeader header) => JsonSerializer.SerializeToUtf8Bytes(header, HeaderJson.Default.ChunkHeader);

    private static int LengthOf(List<byte[]> headers, IReadOnlyList<Chunk> chunks) =>
        headers.Sum(header => header.Length + 1) + chunks.Sum(chunk => chunk.Payload.Length);

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
