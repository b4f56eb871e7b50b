using System.Text;
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
        var decoded = ChunkMessage.Decode(ChunkMessage.Encode(chunk));

        Assert.Equal(chunk.Payload.ToArray(), decoded.Payload.ToArray());
        Assert.Equivalent(chunk.Header, decoded.Header, strict: true);
    });

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
        Assert.Equal(largest.Payload.ToArray(), ChunkMessage.Decode(received).Payload.ToArray());
    }

    private static Chunk OfSize(int bytes)
    {
        var empty = new Chunk(Chunks.AnyHeader, ReadOnlyMemory<byte>.Empty);
        var payload = new byte[bytes - ChunkMessage.Encode(empty).ToMemory().Length];
        new Random(1).NextBytes(payload);
        return empty with { Payload = payload };
    }
}
