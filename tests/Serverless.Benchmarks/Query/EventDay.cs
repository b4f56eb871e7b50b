using Azure.Data.Tables;
using Serverless.Benchmarks.Samples;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Tests.Hosting;
using Serverless.Times;
using Serverless.Traces.Hours;

namespace Serverless.Benchmarks.Query;

/// <summary>A day of events up to now, evenly spread, put into the table as the queue's consumer does it.</summary>
internal static class EventDay
{
    private const int ChunkSize = 1_000;

    /// <summary>Loads it.</summary>
    /// <param name="account">The storage.</param>
    /// <param name="project">Whose events they are.</param>
    /// <param name="end">When it ends, UTC.</param>
    /// <param name="count">How many events it has.</param>
    public static async Task LoadAsync(StorageAccount account, string project, DateTime end, int count)
    {
        var hours = new HourLedger(new TableServiceClient(account.Direct.ConnectionString), TimeProvider.System);
        var random = new Random(count);
        var start = end.AddDays(-1);
        for (var first = 0; first < count; first += ChunkSize)
        {
            var times = Enumerable.Range(first, ChunkSize).Select(number => start.AddTicks(TimeSpan.TicksPerDay * number / count));
            foreach (var hour in SampleEvents.Stored(times, random).Select(line => IncomingEvent.Of(line)).GroupBy(added => HourKey.Of(added.Measures.Ticks)))
            {
                await hours.AddAsync(project, hour.Key, [.. hour]);
            }
        }
    }

    /// <summary>How many events are stored.</summary>
    public static async Task<long> CountAsync(StorageAccount account, string project) =>
        await new ChunkFinder(new TableServiceClient(account.Direct.ConnectionString))
            .FindHeadersAsync(TraceChunks.Schema, new ChunkQuery(project, new TimeRange(0, DateTime.MaxValue.Ticks)), CancellationToken.None)
            .Select(chunk => (long)chunk.Header.Count)
            .SumAsync();
}
