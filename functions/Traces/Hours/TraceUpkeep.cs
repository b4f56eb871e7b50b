using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Upkeep;
using Serverless.Storage;

namespace Serverless.Traces.Hours;

/// <summary>
/// Keeps the stored events in order: each once, compacted by the hour, and no longer than they are to be kept. What is known of an hour goes with its
/// events; its figures stay longer.
/// </summary>
public sealed class TraceUpkeep(
    TableServiceClient tables, ChunkStore chunks, IOptions<TraceRetentionOptions> retention, UnreadableRows unreadable, RowsAside aside, TimeProvider time, ILogger<ChunkUpkeep> logger)
{
    private readonly ChunkUpkeep _chunks = new(tables, chunks, TraceChunks.Schema, TimeSpan.FromDays(retention.Value.EventDays), unreadable, aside, time, logger)
    {
        Besides =
        [
            new(TimeSpan.FromDays(retention.Value.EventDays), static before => HourKey.RowsBefore(HourKey.Of(before.UtcTicks))),
            new(TimeSpan.FromDays(retention.Value.FigureDays), static before => HourKey.FiguresBefore(HourKey.Of(before.UtcTicks))),
            new(TimeSpan.FromDays(retention.Value.FigureDays), static _ => HourKey.ComparedRows),
        ],
        PutRight = (table, partition, cancellationToken) =>
            new RepeatedEvents(table, partition, unreadable).RemoveAsync(time.GetUtcNow(), TimeSpan.FromDays(retention.Value.EventDays), cancellationToken),
    };

    /// <summary>Does what is due.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _chunks.RunAsync(cancellationToken);
}
