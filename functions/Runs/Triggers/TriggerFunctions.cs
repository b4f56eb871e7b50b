using Microsoft.Azure.Functions.Worker;
using Serverless.Storage;

namespace Serverless.Runs.Triggers;

/// <summary>The triggers of Lamina's triggers.</summary>
public sealed class TriggerFunctions(FireOnSchedule schedule)
{
    /// <summary>Fires a trigger whose time has come.</summary>
    [Function("FireOnSchedule")]
    public Task FireOnScheduleAsync([QueueTrigger(QueueNames.Triggers)] byte[] message, CancellationToken cancellationToken) =>
        schedule.HandleAsync(new BinaryData(message), cancellationToken);
}
