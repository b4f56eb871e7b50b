using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion;

namespace Serverless.Logs;

/// <summary>
/// <c>GET /v1/logs</c>. Chunks come newest first and are opened one after the other until the page is full and no chunk to come can
/// hold anything newer than its last entry.
/// </summary>
public sealed class ReadLogs(LogAdmission admission, ChunkStore store, TimeProvider time)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private const long MaxPageBytes = 8 * 1024 * 1024;

    // A search that finds little answers with what it has after this long, and a cursor to go on from.
    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(20);

    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.AdmitReaderAsync(context);
        var query = new LogQuery(context.Request, "start", "end", "limit", "cursor");
        var filter = query.Filter(time.GetUtcNow());
        var limit = query.Number("limit", DefaultLimit, MaxLimit);
        var cursor = ReadCursor(query);
        query.Conclude();

        var (page, next) = await ReadAsync(limit, caller, filter, cursor, cancellationToken);
        await JsonResponse.WriteAsync(context.Response, writer => WriteAnswer(writer, page, next), cancellationToken);
    }

    private static LogCursor? ReadCursor(LogQuery query)
    {
        if (query.Text("cursor") is not { } text)
        {
            return null;
        }

        if (!LogCursor.TryParse(text, out var cursor))
        {
            query.Complain("cursor", "invalid_format", "\"cursor\" must be the next_cursor of an earlier answer");
        }

        return cursor;
    }

    private async Task<(LogPage Page, LogCursor? Next)> ReadAsync(
        int limit, string organization, LogFilter filter, LogCursor? cursor, CancellationToken cancellationToken)
    {
        if (cursor is { } after)
        {
            filter = filter with { Range = filter.Range with { To = Math.Min(filter.Range.To, after.Last.Ticks) } };
        }

        var query = filter.ToQuery(organization);
        for (var isRepeated = false; ; isRepeated = true)
        {
            var page = new LogPage(limit, MaxPageBytes);
            var (next, found, lastStoredAt) = await FillAsync(page, query, filter, cursor, cancellationToken);

            // What is compacted stays as it is for long: reading once more is enough.
            if (isRepeated || !await store.MayHaveMissedAsync(LogChunks.Schema, query, found, lastStoredAt, cancellationToken))
            {
                return (page, next);
            }
        }
    }

    private async Task<(LogCursor? Next, int Found, DateTimeOffset LastStoredAt)> FillAsync(
        LogPage page, ChunkQuery query, LogFilter filter, LogCursor? cursor, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var asOf = cursor?.AsOf ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var begin = cursor?.Last ?? LogPosition.Before(filter.Range.To);
        var (found, lastStoredAt) = (0, DateTimeOffset.UnixEpoch);
        await foreach (var chunk in store.FindAsync(LogChunks.Schema, query, cancellationToken))
        {
            found++;
            lastStoredAt = chunk.StoredAt > lastStoredAt ? chunk.StoredAt.Value : lastStoredAt;
            var newest = LogPosition.Before(chunk.Header.Max);
            if (!page.Wants(newest))
            {
                break;
            }

            // Chunks that reach beyond where this page begins are all read: the next one would only have to begin with them again.
            if (newest > begin && time.GetElapsedTime(started) > MaxDuration)
            {
                page.CutAt(newest);
                return (new(newest, asOf), found, lastStoredAt);
            }

            await foreach (var payload in store.ReadPayloadsAsync(LogChunks.Schema, chunk, cancellationToken))
            {
                Offer(page, payload, filter, cursor);
            }
        }

        return (page.HasMore ? new(page.Last!.Value, asOf) : null, found, lastStoredAt);
    }

    private static void Offer(LogPage page, ReadOnlyMemory<byte> payload, LogFilter filter, LogCursor? cursor)
    {
        using var lines = new LineReader(payload);
        while (lines.TryRead(out var line))
        {
            var log = new StoredLog(line);
            if (!filter.Matches(log, out var ticks, out _) || !page.Wants(LogPosition.Before(ticks)))
            {
                continue;
            }

            var place = new LogPosition(ticks, log.Id);
            if (cursor is not { } after || (place > after.Last && log.ReceivedAt <= after.AsOf))
            {
                page.Add(place, line);
            }
        }
    }

    private static void WriteAnswer(Utf8JsonWriter writer, LogPage page, LogCursor? next)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("logs");
        foreach (var entry in page.Entries)
        {
            // It was written by us: there is no need to check it once more.
            writer.WriteRawValue(entry.Json, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteString("next_cursor", next?.ToString());
        writer.WriteEndObject();
    }
}
