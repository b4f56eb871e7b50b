using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;

namespace Serverless.Logs;

/// <summary>
/// <c>GET /v1/logs/tail</c>: new entries as server-sent events, in the order in which they were stored. A stream ends after five
/// minutes; a client that reconnects with <c>Last-Event-ID</c>, as browsers do, goes on where it was.
/// </summary>
public sealed class TailLogs(SurfaceEndpoint endpoint, LogAdmission admission, ChunkStore store, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    // Entries that are older than this by their own time are not news.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    // How far the table's clock may be behind ours.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    // A row bears the time at which its writing began: another one, begun later, may be there before it.
    private static readonly TimeSpan Overtaking = TimeSpan.FromSeconds(2);

    // No table has rows from before 1601, and none takes such a time in a query.
    private static readonly long FirstStoredAt = DateTime.FromFileTimeUtc(0).Ticks;

    private static readonly TextField LastEventId = new("Last-Event-ID", "The id of the event after which the stream goes on; browsers send it by themselves.");

    private static readonly Answer Stream = new(200, "The stream: an event `log` for each new entry, whose data is the entry, and a comment for every 15 seconds of silence. It ends after five minutes.")
    {
        MediaType = "text/event-stream",
        Example = "id: 639308834114998401.01a1ff6bb4247533ab5f991215ee4673-0000\nevent: log\ndata: {\"id\":\"01a1ff6bb4247533ab5f991215ee4673-0000\",\"timestamp\":\"2026-11-21T18:43:30Z\",\"level\":\"info\",\"message\":\"Tailed\"}\n\n",
    };

    private static readonly ApiOperation Operation = new(nameof(TailLogs), "Streams new entries as they come")
    {
        Description = "Server-sent events. Entries whose own time is more than ten minutes past are not shown.",
        Credentials = LuminaLog.Readers,
        Query = LogParameters.Filters,
        Headers = [LastEventId],
        Answers = [Stream],
    };

    /// <summary><c>GET /v1/logs/tail</c>: new entries as they come.</summary>
    [Function(nameof(TailLogs))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs/tail")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.AdmitReaderAsync(context);
        var query = LogParameters.Open(context.Request, Operation);
        var filter = LogParameters.ReadFilter(query, Operation, time.GetUtcNow());
        var resumeFrom = ReadLastEventId(context.Request, query);
        query.Problems.Conclude();

        var started = time.GetUtcNow();
        var watch = new Watch(caller, filter with { Range = new((started - MaxAge).UtcTicks, DateTime.MaxValue.Ticks) })
        {
            StoredSince = resumeFrom is { } last ? new(last.StoredAt, TimeSpan.Zero) : started - ClockSkew,
            ReceivedSince = resumeFrom is null ? started.ToUnixTimeMilliseconds() : 0,
            After = resumeFrom,
        };
        await StreamAsync(context.Response, watch, cancellationToken);
    }

    private async Task StreamAsync(HttpResponse response, Watch watch, CancellationToken cancellationToken)
    {
        response.ContentType = Stream.MediaType;
        response.Headers.CacheControl = "no-cache";
        await WriteAsync(response, "retry: 1000\n\n", cancellationToken);
        using var timer = new PeriodicTimer(PollInterval, time);
        var started = time.GetTimestamp();
        var lastWrite = started;
        do
        {
            if (await PollAsync(response, watch, cancellationToken))
            {
                lastWrite = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(lastWrite) >= PingInterval)
            {
                await WriteAsync(response, ": ping\n\n", cancellationToken);
                lastWrite = time.GetTimestamp();
            }
        }
        while (time.GetElapsedTime(started) < Lifetime && await timer.WaitForNextTickAsync(cancellationToken));
    }

    // Whether there was anything to write.
    private async Task<bool> PollAsync(HttpResponse response, Watch watch, CancellationToken cancellationToken)
    {
        var query = watch.Filter.ToQuery(watch.Organization) with { StoredSince = watch.StoredSince };
        var found = await store.FindAsync(LogChunks.Schema, query, cancellationToken)
            .Where(chunk => !watch.Seen.Contains(chunk.Header.Batch))
            .ToListAsync(cancellationToken);
        var hasWritten = false;
        var events = new StringBuilder();
        foreach (var chunk in found.OrderBy(chunk => chunk.StoredAt).ThenBy(chunk => chunk.Header.Batch, StringComparer.Ordinal))
        {
            var storedAt = chunk.StoredAt!.Value;
            await foreach (var payload in store.ReadPayloadsAsync(LogChunks.Schema, chunk, cancellationToken))
            {
                await store.ReadRecordsAsync(LogChunks.Schema, chunk, () => Append(events, payload, storedAt.UtcTicks, watch));
            }

            // Of chunks stored at the instant of the client's last event, those up to that event are known to it.
            if (events.Length > 0 && storedAt.UtcTicks != watch.After?.StoredAt)
            {
                await WriteAsync(response, events.ToString(), cancellationToken);
                events.Clear();
                hasWritten = true;
            }

            watch.Seen.Add(chunk.Header.Batch);
            if (storedAt - Overtaking > watch.StoredSince)
            {
                watch.StoredSince = storedAt - Overtaking;
            }
        }

        if (events.Length > 0)
        {
            await WriteAsync(response, events.ToString(), cancellationToken);
            hasWritten = true;
        }

        return hasWritten;
    }

    private static void Append(StringBuilder events, ReadOnlyMemory<byte> payload, long storedAt, Watch watch)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            var log = new StoredLog(line);
            var id = new EventId(storedAt, log.Id);
            if (id == watch.After)
            {
                // Up to here the client has everything.
                events.Clear();
            }
            else if (watch.Filter.Matches(log, out _, out _) && log.ReceivedAt >= watch.ReceivedSince)
            {
                events.Append("id: ").Append(id).Append("\nevent: log\ndata: ").Append(Encoding.UTF8.GetString(line)).Append("\n\n");
            }
        }
    }

    private static EventId? ReadLastEventId(HttpRequest request, RequestReader query)
    {
        var text = request.Headers[LastEventId.Name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        var separator = text.IndexOf('.');
        if (separator > 0
            && long.TryParse(text.AsSpan(0, separator), NumberStyles.None, CultureInfo.InvariantCulture, out var storedAt)
            && storedAt >= FirstStoredAt
            && storedAt <= DateTime.MaxValue.Ticks)
        {
            return new(storedAt, text[(separator + 1)..]);
        }

        query.Complain(LastEventId, "invalid_format", "must be the id of an earlier event");
        return null;
    }

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    // The id of an event: when its chunk was stored, then the entry within.
    private readonly record struct EventId(long StoredAt, string Log)
    {
        public override string ToString() => $"{StoredAt.ToString(CultureInfo.InvariantCulture)}.{Log}";
    }

    private sealed class Watch(string organization, LogFilter filter)
    {
        public string Organization { get; } = organization;

        public LogFilter Filter { get; } = filter;

        // Everything stored before this has been looked at, and of what was stored since, the batches in Seen: all of the stream's,
        // because a message that is delivered twice stores its batch anew.
        public required DateTimeOffset StoredSince { get; set; }

        public HashSet<string> Seen { get; } = [];

        public required long ReceivedSince { get; init; }

        public required EventId? After { get; init; }
    }
}
