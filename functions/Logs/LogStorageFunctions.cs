using Microsoft.Azure.Functions.Worker;
using Serverless.Ingestion.Chunks;
using Serverless.Logs.Entries;
using Serverless.Storage;

namespace Serverless.Logs;

/// <summary>The triggers of LuminaLog that store entries and look after them.</summary>
public sealed class LogStorageFunctions(ChunkDelivery delivery, ChunkStore chunks, LogUpkeep upkeep)
{
    /// <summary>Persists accepted batches.</summary>
    [Function("PersistLogs")]
    public Task PersistAsync([QueueTrigger(QueueNames.Logs)] byte[] message, CancellationToken cancellationToken) =>
        delivery.HandleAsync(LogChunks.Schema, new BinaryData(message), accepted => chunks.WriteAsync(LogChunks.Schema, accepted, cancellationToken));

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Compacts past hours and removes what is past retention, every ten minutes.</summary>
    [Function("KeepLogs")]
    public Task KeepAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => upkeep.RunAsync(cancellationToken);
#pragma warning restore IDE0060
}
