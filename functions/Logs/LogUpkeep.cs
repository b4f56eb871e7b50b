using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Upkeep;
using Serverless.Logs.Entries;
using Serverless.Storage;

namespace Serverless.Logs;

/// <summary>Keeps the stored log entries in order: compacted by the hour, and no longer than they are to be kept.</summary>
public sealed class LogUpkeep(
    TableServiceClient tables, ChunkStore chunks, IOptions<LogRetentionOptions> retention, UnreadableRows unreadable, RowsAside aside, TimeProvider time, ILogger<ChunkUpkeep> logger)
{
    private readonly ChunkUpkeep _chunks = new(tables, chunks, LogChunks.Schema, TimeSpan.FromDays(retention.Value.Days), unreadable, aside, time, logger);

    /// <summary>Does what is due.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _chunks.RunAsync(cancellationToken);
}
