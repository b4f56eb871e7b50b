using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Live;
using Serverless.Logs.Entries;

namespace Serverless.Logs;

/// <summary>
/// <c>GET /v1/logs/tail</c>: new entries as server-sent events, in the order in which they were stored. A stream ends after five
/// minutes; a client that reconnects with <c>Last-Event-ID</c>, as browsers do, goes on where it was.
/// </summary>
public sealed class TailLogs(SurfaceEndpoint endpoint, LogAdmission admission, LogFeed feed, ChunkStore store, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    // What is put together before it is sent on.
    private const int PieceBytes = 64 * 1024;

    // How far the table's clock may be behind ours.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    // A row bears the time at which its writing began: another one, begun later, may be there before it.
    private static readonly TimeSpan Overtaking = TimeSpan.FromSeconds(2);

    // No table has rows from before 1601, and none takes such a time in a query.
    private static readonly long FirstStoredAt = DateTime.FromFileTimeUtc(0).Ticks;

    private static readonly TextField LastEventId = new("Last-Event-ID", "The id of the event after which the stream goes on; browsers send it by themselves.");

    private static readonly Answer Stream = new(200, "The stream: an event `log` for each new entry, whose data is the entry, and a comment for every 15 seconds of silence. It ends after five minutes.")
    {
        MediaType = EventStream.MediaType,
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
        var storedSince = resumeFrom is { } last ? new DateTimeOffset(last.StoredAt, TimeSpan.Zero) : started - ClockSkew;
        using var follower = feed.Follow(caller, storedSince);
        var watch = new Watch(follower, filter with { Range = new((started - LogFeed.MaxAge).UtcTicks, DateTime.MaxValue.Ticks) })
        {
            ReceivedSince = resumeFrom is null ? started.ToUnixTimeMilliseconds() : 0,
            After = resumeFrom,
        };
        await new EventStream(Lifetime, ": ping\n\n", time).WriteAsync(context.Response, () => WriteNewsAsync(context.Response, watch, cancellationToken), cancellationToken);
    }

    // Whether there was anything to write.
    private async Task<bool> WriteNewsAsync(HttpResponse response, Watch watch, CancellationToken cancellationToken)
    {
        var query = watch.Filter.ToQuery("");
        var found = (await watch.Follower.NextAsync(cancellationToken)).Chunks
            .Where(chunk => chunk.StoredAt >= watch.StoredSince && !watch.Seen.Contains(chunk.Header.Batch))
            .OrderBy(chunk => chunk.StoredAt)
            .ThenBy(chunk => chunk.Header.Batch, StringComparer.Ordinal)
            .ToList();
        var last = await FindLastAsync(found, watch, cancellationToken);
        var hasWritten = false;
        foreach (var (place, chunk) in found.Index())
        {
            // Of chunks stored at the instant of the client's last event, those before the one with that event are known to it.
            if (place >= last && query.MayMatch(chunk.Header))
            {
                hasWritten |= await WriteAsync(response, chunk, watch, skips: place == last, cancellationToken);
            }

            watch.Seen.Add(chunk.Header.Batch);
            if (chunk.StoredAt - Overtaking > watch.StoredSince)
            {
                watch.StoredSince = chunk.StoredAt!.Value - Overtaking;
            }
        }

        return hasWritten;
    }

    // The place of the chunk with the client's last event; -1 when it is not among these.
    private async Task<int> FindLastAsync(List<Chunk> found, Watch watch, CancellationToken cancellationToken)
    {
        foreach (var (place, chunk) in found.Index())
        {
            if (chunk.StoredAt?.UtcTicks == watch.After?.StoredAt && await HoldsAsync(chunk, watch.After!.Value, cancellationToken))
            {
                return place;
            }
        }

        return -1;
    }

    private async Task<bool> HoldsAsync(Chunk chunk, EventId last, CancellationToken cancellationToken)
    {
        await foreach (var payload in PayloadsAsync(chunk, cancellationToken))
        {
            var isThere = false;
            using var lines = new LineReader(payload);
            await store.ReadRecordsAsync(LogChunks.Schema, chunk, () => isThere = SkipTo(lines, last));
            if (isThere)
            {
                return true;
            }
        }

        return false;
    }

    // Where it has the client's last event, it is written from there on.
    private async Task<bool> WriteAsync(HttpResponse response, Chunk chunk, Watch watch, bool skips, CancellationToken cancellationToken)
    {
        var storedAt = chunk.StoredAt!.Value.UtcTicks;
        var hasWritten = false;
        var piece = new StringBuilder();
        await foreach (var payload in PayloadsAsync(chunk, cancellationToken))
        {
            using var lines = new LineReader(payload);
            skips = skips && !SkipTo(lines, watch.After!.Value);
            var isWhole = skips;
            while (!isWhole)
            {
                isWhole = true;
                await store.ReadRecordsAsync(LogChunks.Schema, chunk, () => isWhole = !FillPiece(piece, lines, storedAt, watch));
                hasWritten |= piece.Length > 0;
                await EventStream.WriteAsync(response, piece.ToString(), cancellationToken);
                piece.Clear();
            }
        }

        return hasWritten;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PayloadsAsync(Chunk chunk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await store.OpenAsync(LogChunks.Schema, chunk, cancellationToken) is { } opened)
        {
            await foreach (var payload in store.ReadPayloadsAsync(LogChunks.Schema, opened, cancellationToken))
            {
                yield return payload;
            }
        }
    }

    // Whether the event is there; the line after it is the next to be read then.
    private static bool SkipTo(LineReader lines, EventId last)
    {
        while (lines.TryRead(out var line))
        {
            if (new StoredLog(line).Id == last.Log)
            {
                return true;
            }
        }

        return false;
    }

    // Whether there is more to read.
    private static bool FillPiece(StringBuilder piece, LineReader lines, long storedAt, Watch watch)
    {
        while (lines.TryRead(out var line))
        {
            var log = new StoredLog(line);
            if (watch.Filter.Matches(log, out _, out _) && log.ReceivedAt >= watch.ReceivedSince)
            {
                piece.Append("id: ").Append(new EventId(storedAt, log.Id)).Append("\nevent: log\ndata: ").Append(Encoding.UTF8.GetString(line)).Append("\n\n");
                if (piece.Length >= PieceBytes)
                {
                    return true;
                }
            }
        }

        return false;
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

    // The id of an event: when its chunk was stored, then the entry within.
    private readonly record struct EventId(long StoredAt, string Log)
    {
        public override string ToString() => $"{StoredAt.ToString(CultureInfo.InvariantCulture)}.{Log}";
    }

    private sealed class Watch(SharedLooks<DateTimeOffset, LogLook>.Follower follower, LogFilter filter)
    {
        public SharedLooks<DateTimeOffset, LogLook>.Follower Follower { get; } = follower;

        public LogFilter Filter { get; } = filter;

        // Everything stored before this has been looked at, and of what was stored since, the batches in Seen: all of the stream's,
        // because a message that is delivered twice stores its batch anew.
        public DateTimeOffset StoredSince
        {
            get => Follower.Place;
            set => Follower.Place = value;
        }

        public HashSet<string> Seen { get; } = [];

        public required long ReceivedSince { get; init; }

        public required EventId? After { get; init; }
    }
}
