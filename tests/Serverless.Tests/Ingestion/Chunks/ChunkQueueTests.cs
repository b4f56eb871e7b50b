using FsCheck.Fluent;
using Serverless.Ingestion.Chunks;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>How chunks that are sent together are packed into messages.</summary>
public sealed class ChunkQueueTests
{
    private static readonly FsCheck.Gen<Chunk[]> Sent = Chunks.Chunk.ArrayOf();

    [Fact]
    public void Every_chunk_travels_once_and_in_order() => Always.Holds(Sent, chunks =>
    {
        var packed = ChunkQueue.Pack(chunks);

        Assert.Equal(chunks.Length, packed.Sum(message => message.Sources));
        var next = 0;
        foreach (var message in packed)
        {
            var sources = chunks[next..(next += message.Sources)];
            Assert.Equal([.. sources.SelectMany(chunk => chunk.Payload.ToArray())], message.Chunk.Payload.Span);
            Assert.Equal(sources.Sum(chunk => chunk.Header.Count), message.Chunk.Header.Count);
            Assert.Equal(sources[0].Header.Batch, message.Chunk.Header.Batch);
        }
    });

    [Fact]
    public void What_is_put_together_fits_a_message_and_lies_close_in_time() => Always.Holds(Sent, chunks =>
        Assert.All(ChunkQueue.Pack(chunks).Where(message => message.Sources > 1), message =>
        {
            Assert.True(ChunkMessage.Encode(message.Chunk).ToMemory().Length <= ChunkMessage.MaxBytes);
            Assert.True(ChunkKey.IsNarrow(message.Chunk.Header));
            Assert.Equal(0, message.Chunk.Header.Parts);
        }));

    [Fact]
    public void Neighbours_are_apart_only_when_they_have_to_be() => Always.Holds(Sent, chunks =>
    {
        var packed = ChunkQueue.Pack(chunks);
        var next = 0;
        foreach (var left in packed.SkipLast(1))
        {
            next += left.Sources;
            var both = Chunk.Merge(left.Chunk, chunks[next]);
            Assert.True(
                left.Chunk.Header.Parts > 0 || chunks[next].Header.Parts > 0 || !ChunkKey.IsNarrow(both.Header) || !ChunkQueue.Fits(both),
                "two neighbours would have fitted one message");
        }
    });

    [Fact]
    public void A_staged_chunk_travels_alone()
    {
        var header = Chunks.AnyHeader with { Parts = 1 };
        var staged = new Chunk(header, ReadOnlyMemory<byte>.Empty);

        Assert.Equal([1, 1], ChunkQueue.Pack([staged, staged]).Select(message => message.Sources));
    }
}
