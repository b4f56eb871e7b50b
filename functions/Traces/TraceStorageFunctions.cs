using Microsoft.Azure.Functions.Worker;
using Serverless.Storage;
using Serverless.Traces.Hours;

namespace Serverless.Traces;

/// <summary>The triggers of LumiqTrace that store events and look after them.</summary>
public sealed class TraceStorageFunctions(PersistEvents persist, TraceUpkeep upkeep)
{
    /// <summary>Persists an accepted batch.</summary>
    [Function("PersistEvents")]
    public Task PersistAsync([QueueTrigger(QueueNames.Traces)] byte[] message, CancellationToken cancellationToken) =>
        persist.HandleAsync(new BinaryData(message), cancellationToken);

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Compacts past hours and removes what is past retention, every ten minutes, five after the logs.</summary>
    [Function("KeepTraces")]
    public Task KeepAsync([TimerTrigger("0 5/10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => upkeep.RunAsync(cancellationToken);
#pragma warning restore IDE0060
}
