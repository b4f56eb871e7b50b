using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;

namespace Serverless.Logs;

/// <summary>The triggers of the LuminaLog contract.</summary>
public sealed class LogFunctions(
    SurfaceEndpoint endpoint, LuminaLog surface, IngestLogs ingest, ReadLogs read, LogStats stats, TailLogs tail, ChunkDelivery delivery, ChunkStore chunks, LogUpkeep upkeep)
{
    /// <summary><c>POST /v1/logs</c>: a batch in.</summary>
    [Function("IngestLogs")]
    public Task IngestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/logs")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, ingest.HandleAsync);

    /// <summary><c>GET /v1/logs</c>: entries out, newest first.</summary>
    [Function("ReadLogs")]
    public Task ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, read.HandleAsync);

    /// <summary><c>GET /v1/logs/stats</c>: counts over time.</summary>
    [Function("LogStats")]
    public Task StatsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs/stats")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, stats.HandleAsync);

    /// <summary><c>GET /v1/logs/tail</c>: new entries as they come.</summary>
    [Function("TailLogs")]
    public Task TailAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs/tail")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, tail.HandleAsync);

    /// <summary>Persists an accepted batch.</summary>
    [Function("PersistLogs")]
    public Task PersistAsync([QueueTrigger(QueueNames.Logs)] byte[] message, CancellationToken cancellationToken) =>
        delivery.HandleAsync(LogChunks.Schema, new BinaryData(message), chunk => chunks.WriteAsync(LogChunks.Schema, chunk, cancellationToken));

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Compacts past hours and removes what is past retention, every ten minutes.</summary>
    [Function("KeepLogs")]
    public Task KeepAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => upkeep.RunAsync(cancellationToken);
#pragma warning restore IDE0060
}
