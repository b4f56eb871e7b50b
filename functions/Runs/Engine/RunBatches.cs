using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>
/// Does something to many runs, a few at a time, so that others get their turn. What is cut short is done again when its message comes back: the id of a replay follows
/// from the batch and the run, and a run that is over cannot be ended.
/// </summary>
public sealed partial class RunBatches(RunStore store, RunSubmission submission, RunEnding ending, RunQueue queue, QueueWork work, ILogger<RunBatches> logger)
{
    private const int AtOnce = 8;

    // Between these, whoever has to leave passes the rest on.
    private const int PartSize = 50;

    /// <summary>Does it.</summary>
    /// <param name="batch">What is to be done.</param>
    /// <param name="message">The same as it came.</param>
    /// <param name="leaving">Cancelled when the process is about to end.</param>
    internal Task CarryOutAsync(RunBatch batch, BinaryData message, CancellationToken leaving) =>
        work.DoAsync(QueueNames.Runs, message, batch.Origin, batch.Workspace, () => CarryOutAsync(batch, leaving));

    private async Task CarryOutAsync(RunBatch batch, CancellationToken leaving)
    {
        var left = batch.Runs;
        while (left.Count > 0)
        {
            if (leaving.IsCancellationRequested)
            {
                await queue.SendAsync(batch with { Runs = left });
                return;
            }

            await Parallel.ForEachAsync(
                left.Take(PartSize), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = CancellationToken.None }, async (run, _) => await CarryOutAsync(batch, run));
            left = [.. left.Skip(PartSize)];
        }
    }

    private async Task CarryOutAsync(RunBatch batch, RunId id)
    {
        try
        {
            if (batch.Action == RunAction.Cancel)
            {
                await ending.CancelAsync(batch.Workspace, id, CancellationToken.None);
            }
            else if (await store.FindAsync(batch.Workspace, id, CancellationToken.None) is { } stored)
            {
                await submission.AcceptAsync(RunReplay.Of(stored.Run, RunId.Derive(batch.Id.CreatedAt, $"{batch.Id} {id}"), batch.IsAnnounced));
            }
        }
        catch (FormatException failure)
        {
            // Else none of them would be dealt with.
            Log.Unreadable(logger, failure, id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Run {Run} cannot be read, and is left out of a batch")]
        public static partial void Unreadable(ILogger logger, Exception failure, RunId run);
    }
}
