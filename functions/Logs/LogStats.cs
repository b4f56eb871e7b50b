using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>
/// <c>GET /v1/logs/stats</c>: how many entries of each level, in steps of time. Most chunks lie within one step, and their headers
/// already hold the answer; only those that cross a border are opened.
/// </summary>
public sealed class LogStats(SurfaceEndpoint endpoint, LogAdmission admission, ChunkStore store, TimeProvider time)
{
    private const int MaxBuckets = 1500;
    private const int UsualBuckets = 60;
    private static readonly (string Name, TimeSpan Length)[] Intervals =
    [
        ("1m", TimeSpan.FromMinutes(1)), ("5m", TimeSpan.FromMinutes(5)), ("15m", TimeSpan.FromMinutes(15)),
        ("1h", TimeSpan.FromHours(1)), ("6h", TimeSpan.FromHours(6)), ("1d", TimeSpan.FromDays(1)),
    ];

    private static readonly OptionField Interval = new(
        "interval", $"How long a step is; unless it is said, what gives about {UsualBuckets} steps. There may be {MaxBuckets} at most.", [.. Intervals.Select(interval => interval.Name)]);

    private static readonly Answer<LogStatsAnswer> Counted = Answer.Json(200, "The counts.", LogJson.Default.LogStatsAnswer);

    private static readonly ApiOperation Operation = new(nameof(LogStats), "Counts entries by level, in steps of time")
    {
        Description = "Without `end`, the counts end now.",
        Credentials = LuminaLog.Readers,
        Query = [.. LogParameters.Times, .. LogParameters.Filters, Interval],
        Answers = [Counted],
    };

    /// <summary><c>GET /v1/logs/stats</c>: counts over time.</summary>
    [Function(nameof(LogStats))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs/stats")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.AdmitReaderAsync(context);
        var now = time.GetUtcNow();
        var query = LogParameters.Open(context.Request, Operation);
        var filter = LogParameters.ReadFilter(query, Operation, now);
        if (filter.Range.To == DateTime.MaxValue.Ticks)
        {
            filter = filter with { Range = filter.Range with { To = Math.Max(now.UtcTicks, filter.Range.From) } };
        }

        var interval = ReadInterval(query, filter.Range);
        query.Problems.Conclude();

        LogCounts? counts;
        do
        {
            counts = await CountAsync(interval.Length, caller, filter, cancellationToken);
        }
        while (counts is null);
        var buckets = counts.Buckets.Select(bucket => new LogBucket(bucket.Start, bucket.Levels.Sum(), LevelCounts.Of(bucket.Levels)));
        await Counted.WriteAsync(context, new(interval.Name, counts.Total, buckets), cancellationToken);
    }

    private static (string Name, TimeSpan Length) ReadInterval(RequestReader query, TimeRange range)
    {
        var span = range.To - range.From;
        var usual = Array.FindIndex(Intervals, candidate => span / candidate.Length.Ticks <= UsualBuckets);
        var interval = Intervals[usual < 0 ? ^1 : usual];
        if (query.IsGiven(Interval))
        {
            interval = query.Read(Interval) is { } name ? Intervals.First(known => known.Name == name) : Intervals[^1];
        }

        if (span / interval.Length.Ticks >= MaxBuckets)
        {
            query.Problems.Add(Interval.Name, "out_of_range", $"The time from \"start\" to \"end\" must be less than {MaxBuckets} times \"interval\"");
        }

        return interval;
    }

    // Null when a chunk was compacted away after its header had been read: the count has to begin again.
    private async Task<LogCounts?> CountAsync(TimeSpan interval, string organization, LogFilter filter, CancellationToken cancellationToken)
    {
        var counts = new LogCounts(filter.Range, interval);
        var hour = new List<Chunk>();
        await foreach (var found in store.FindHeadersAsync(LogChunks.Schema, filter.ToQuery(organization), cancellationToken))
        {
            if (hour is [var first, ..] && HourOf(first) != HourOf(found))
            {
                if (!await TryCountAsync(counts, hour, filter, cancellationToken))
                {
                    return null;
                }

                hour.Clear();
            }

            hour.Add(found);
        }

        return await TryCountAsync(counts, hour, filter, cancellationToken) ? counts : null;
    }

    private static long HourOf(Chunk chunk) => chunk.Header.Max / TimeSpan.TicksPerHour;

    // A message that is delivered again after its hour was compacted brings back what is there already, until the next compaction: chunks that came in
    // before that are opened, and counted without what they repeat.
    private async Task<bool> TryCountAsync(LogCounts counts, IReadOnlyList<Chunk> hour, LogFilter filter, CancellationToken cancellationToken)
    {
        var compactedAt = hour.Where(chunk => chunk.IsCompacted).Max(chunk => chunk.StoredAt);
        HashSet<RecordIdentity>? known = null;
        foreach (var found in hour)
        {
            var mayRepeat = !found.IsCompacted && ChunkKey.IsNarrow(found.Header) && BatchId.ReceivedAt(found.Header.Batch) < compactedAt;
            if (!mayRepeat && filter.AsksOnlyTimeAndLevel && counts.IsWithinOneBucket(found.Header))
            {
                counts.Add(found.Header, filter);
                continue;
            }

            if ((mayRepeat && (known ??= await KnownAsync(hour, cancellationToken)) is null)
                || await store.GetAsync(LogChunks.Schema, found.Header, cancellationToken) is not { } chunk)
            {
                return false;
            }

            await foreach (var payload in store.ReadPayloadsAsync(LogChunks.Schema, chunk, cancellationToken))
            {
                await store.ReadRecordsAsync(LogChunks.Schema, chunk, () => counts.Add(payload, filter, mayRepeat ? known! : []));
            }
        }

        return true;
    }

    // Null when a chunk is no longer there.
    private async Task<HashSet<RecordIdentity>?> KnownAsync(IReadOnlyList<Chunk> hour, CancellationToken cancellationToken)
    {
        var known = new HashSet<RecordIdentity>();
        foreach (var found in hour.Where(chunk => chunk.IsCompacted))
        {
            if (await store.GetAsync(LogChunks.Schema, found.Header, cancellationToken) is not { } chunk)
            {
                return null;
            }

            await store.ReadRecordsAsync(LogChunks.Schema, chunk, () => LogCounts.AddIdentities(chunk.Payload, known));
        }

        return known;
    }
}
