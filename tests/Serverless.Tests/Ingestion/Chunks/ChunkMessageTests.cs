using System.Text;
using FsCheck.Fluent;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>Chunks as queue messages.</summary>
public sealed class ChunkMessageTests
{
    [Fact]
    public void A_message_decodes_to_the_chunk_it_was_made_of() => Always.Holds(Chunks.Chunk, static chunk =>
    {
        var decoded = ChunkMessage.Decode(ChunkMessage.Encode(chunk)).Single();

        Assert.Equal(chunk.Payload.ToArray(), decoded.Payload.ToArray());
        Assert.Equivalent(chunk.Header, decoded.Header, strict: true);
    });

    [Fact]
    public void A_message_decodes_to_all_the_chunks_it_was_made_of() => Always.Holds(Chunks.Chunk.NonEmptyListOf(), static chunks =>
    {
        var decoded = ChunkMessage.Decode(ChunkMessage.Encode([.. chunks]));

        Assert.Equal(chunks.Select(chunk => chunk.Payload.ToArray()), decoded.Select(chunk => chunk.Payload.ToArray()));
        Assert.Equivalent(chunks.Select(chunk => chunk.Header), decoded.Select(chunk => chunk.Header), strict: true);
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public void A_message_that_ends_within_a_chunk_is_a_format_error(int length)
    {
        var message = ChunkMessage.Encode(new Chunk(Chunks.AnyHeader, "1234"u8.ToArray()), new Chunk(Chunks.AnyHeader, default)).ToString();
        message = message.Replace("\"length\":4", $"\"length\":{length}", StringComparison.Ordinal);

        Assert.Throws<FormatException>(() => ChunkMessage.Decode(BinaryData.FromString(message[..message.LastIndexOf('{')])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("{}\n")]
    [InlineData("null\n")]
    [InlineData("no message of ours")]
    [InlineData("no message of ours\n")]
    [InlineData("{\"partition\":\"p\"")]
    [InlineData("{\"partition\":\"p\",\"batch\":\"b\",\"count\":\"many\",\"min\":0,\"max\":0,\"kinds\":[],\"labels\":[]}\n")]
    public void What_is_no_message_of_ours_is_a_format_error(string message)
    {
        Assert.Throws<FormatException>(() => ChunkMessage.Decode(BinaryData.FromBytes(Encoding.UTF8.GetBytes(message))));
    }

    [Fact]
    public async Task The_largest_message_is_taken_by_the_queue_as_it_is()
    {
        var account = await TestStorage.CreateAccountAsync();
        var queue = StorageClients.Queues(new() { ConnectionString = account.ConnectionString }).GetQueueClient("boundary");
        await queue.CreateAsync();
        var largest = OfSize(ChunkMessage.MaxBytes);

        await queue.SendMessageAsync(ChunkMessage.Encode(largest));

        Assert.True(ChunkQueue.Fits(largest));
        Assert.False(ChunkQueue.Fits(OfSize(ChunkMessage.MaxBytes + 1)));
        var received = (await queue.ReceiveMessageAsync()).Value.Body;
        Assert.Equal(ChunkMessage.MaxBytes, received.ToMemory().Length);
        Assert.Equal(largest.Payload.ToArray(), ChunkMessage.Decode(received).Single().Payload.ToArray());
    }

    private static Chunk OfSize(int bytes)
    {
        var empty = new Chunk(Chunks.AnyHeader, ReadOnlyMemory<byte>.Empty);
        var payload = new byte[bytes - ChunkMessage.Encode(empty).ToMemory().Length];
        new Random(1).NextBytes(payload);
        return empty with { Payload = payload };
    }
}
