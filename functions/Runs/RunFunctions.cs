using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Runs.Engine;
using Serverless.Runs.Triggers;
using Serverless.Runs.Upkeep;
using Serverless.Storage;
using Serverless.Webhooks;

namespace Serverless.Runs;

/// <summary>The triggers by which runs are carried on.</summary>
public sealed class RunFunctions(
    RunEngine engine,
    RunBatches batches,
    RunUpkeep upkeep,
    OverdueTriggers triggers,
    WebhookRetention webhooks,
    PoisonedRuns poisoned,
    IOptions<RunRetentionOptions> retention,
    TimeProvider time)
{
    /// <summary>Carries a run on, or does something to many.</summary>
    [Function("AdvanceRuns")]
    public Task AdvanceAsync([QueueTrigger(QueueNames.Runs)] byte[] message, CancellationToken cancellationToken) =>
        RunBatch.TryDecode(message) is { } batch
            ? batches.CarryOutAsync(batch, new BinaryData(message), cancellationToken)
            : engine.AdvanceAsync(new BinaryData(message), cancellationToken);

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Finds runs and triggers whose message was lost, and removes runs and messages that are past retention, every hour.</summary>
    [Function("SweepRuns")]
    public Task SweepAsync([TimerTrigger("0 0 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        Task.WhenAll(
            upkeep.RunAsync(cancellationToken), triggers.SweepAsync(cancellationToken), webhooks.RunAsync(time.GetUtcNow() - retention.Value.Period, cancellationToken));

    /// <summary>Ends runs whose message could not be processed, every ten minutes.</summary>
    [Function("EndPoisonedRuns")]
    public Task EndPoisonedAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => poisoned.EndAsync(cancellationToken);
#pragma warning restore IDE0060
}
