using System.Text;
using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Prices;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;

namespace Serverless.Tests.Traces;

/// <summary>What reading an event costs.</summary>
[Trait("Category", "Fast")]
public sealed class EventReaderTests
{
    private const int Events = 1_000;

    [Fact]
    public void Events_are_read_and_kept_without_allocating_for_each()
    {
        var line = Encoding.UTF8.GetBytes(
            $"{TraceEvents.Simple().ToJsonString()[..^1]},\"error_message\":\"{new string('x', 600)}\",\"environment\":\"pr\\u006fd\",\"tags\":{{\"a\":\"b\",\"\\u0063\":\"d\"}},\"unknown\":[{{}}]}}");
        var reader = new EventReader(BatchId.New(DateTimeOffset.UnixEpoch), BuiltInPrices.List);
        using var chunk = new ChunkWriter(TraceChunks.Schema, BatchId.New(DateTimeOffset.UnixEpoch));

        // What they share is made while the first are read.
        Read(Events);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(Events);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(2 * Events, chunk.Count);
        Assert.InRange(allocated, 0, Events * 10);

        void Read(int count)
        {
            for (var number = 0; number < count; number++)
            {
                var json = new Utf8JsonReader(line);
                json.Read();
                Assert.True(reader.TryRead(ref json));
                Assert.Null(reader.FindProblem());
                Assert.True(reader.TryAppendTo(chunk, line));
            }
        }
    }
}
