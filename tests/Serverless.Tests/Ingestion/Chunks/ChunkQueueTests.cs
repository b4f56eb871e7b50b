using System.Text;
using FsCheck.Fluent;
using Serverless.Ingestion.Chunks;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>How chunks that are sent together are packed into messages.</summary>
[Trait("Category", "Fast")]
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
            Assert.Equal([.. sources.SelectMany(chunk => chunk.Payload.ToArray())], message.Chunks.SelectMany(chunk => chunk.Payload.ToArray()).ToArray());
            Assert.Equal(sources.Sum(chunk => chunk.Header.Count), message.Chunks.Sum(chunk => chunk.Header.Count));
            Assert.Equal(sources[0].Header.Batch, message.Chunks[0].Header.Batch);
        }
    });

    [Fact]
    public void What_shares_a_message_fits_it_and_what_is_put_together_lies_close_in_time() => Always.Holds(Sent, chunks =>
        Assert.All(ChunkQueue.Pack(chunks).Where(message => message.Sources > 1), message =>
        {
            Assert.True(ChunkMessage.Encode(message.Chunks).ToMemory().Length <= ChunkMessage.MaxBytes);
            Assert.All(message.Chunks.Except(chunks), together => Assert.True(ChunkKey.IsNarrow(together.Header)));
            Assert.All(message.Chunks, chunk => Assert.Equal(0, chunk.Header.Parts));
        }));

    [Fact]
    public void Neighbours_are_apart_only_when_they_have_to_be() => Always.Holds(Sent, chunks =>
    {
        var packed = ChunkQueue.Pack(chunks);
        var next = 0;
        foreach (var left in packed.SkipLast(1))
        {
            next += left.Sources;
            Assert.True(
                left.Chunks[^1].Header.Parts > 0 || chunks[next].Header.Parts > 0 || left.Size + ChunkMessage.MostBytesOf(chunks[next]) > ChunkMessage.MaxBytes,
                "two neighbours would have fitted one message");
        }

        foreach (var (first, second) in packed.SelectMany(message => message.Chunks.Zip(message.Chunks.Skip(1))))
        {
            Assert.True(
                first.IsRepeatable || second.IsRepeatable || !ChunkKey.IsNarrow(Chunk.Merge(first, second).Header), "two neighbours in a message would have made one chunk");
        }
    });

    [Fact]
    public void What_may_be_repeated_keeps_its_batch_beside_others()
    {
        Chunk[] chunks = [Repeatable('a'), Repeatable('b'), Plain('c'), Plain('d'), Repeatable('e')];

        var message = Assert.Single(ChunkQueue.Pack(chunks));

        Assert.Equal(["a", "b", "cd", "e"], message.Chunks.Select(chunk => Encoding.ASCII.GetString(chunk.Payload.Span)));
        Assert.Equal(["a", "b", "c", "e"], message.Chunks.Select(chunk => chunk.Header.Batch));
        Assert.Equal(5, message.Sources);
    }

    [Fact]
    public void One_batch_that_is_sent_twice_at_once_travels_twice() =>
        Assert.Equal([2, 1], ChunkQueue.Pack([Repeatable('a'), Repeatable('b'), Repeatable('a')]).Select(message => message.Sources));

    [Fact]
    public void A_staged_chunk_travels_alone()
    {
        var header = Chunks.AnyHeader with { Parts = 1 };
        var staged = new Chunk(header, ReadOnlyMemory<byte>.Empty);

        Assert.Equal([1, 1, 1], ChunkQueue.Pack([staged, staged, Plain('a')]).Select(message => message.Sources));
    }

    private static Chunk Plain(char name) => new(
        Chunks.AnyHeader with { Batch = name.ToString(), Max = Chunks.AnyHeader.Min, Parts = 0 }, Encoding.ASCII.GetBytes([name]));

    private static Chunk Repeatable(char name) => Plain(name) with { IsRepeatable = true };
}
