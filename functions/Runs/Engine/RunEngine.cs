using Microsoft.Extensions.Logging;
using Serverless.Runs.Engine.Concurrency;
using Serverless.Runs.Engine.Steps;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>
/// Carries runs on, a turn at a message. There is a message for every run that has not come to its end: the next one is sent before the one
/// at hand is deleted.
/// </summary>
public sealed partial class RunEngine(
    RunStore store,
    RunGate gate,
    RunQueue queue,
    RunSettlement settlement,
    RunsUnderWay underWay,
    StepRunners steps,
    QueueWork work,
    TimeProvider time,
    ILogger<RunEngine> logger)
{
    /// <summary>Takes a turn at the run of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="leaving">Cancelled when the process is about to end.</param>
    /// <exception cref="FormatException">The message, or the run, cannot be read.</exception>
    public Task AdvanceAsync(BinaryData message, CancellationToken leaving)
    {
        var order = RunMessage.Decode(message);
        return work.DoAsync(QueueNames.Runs, message, order.Origin, order.Workspace, () => AdvanceAsync(order, leaving));
    }

    private async Task AdvanceAsync(RunMessage order, CancellationToken leaving)
    {
        using var underWayHere = await underWay.BeginAsync(order.Id, leaving);
        if (await store.OpenAsync(order) is not { } opened)
        {
            Log.Unknown(logger, order.Id, order.Workspace);
            return;
        }

        if (await gate.LetInAsync(opened) is not { } stored)
        {
            // Whoever ends the run it waits for sends it another message.
            return;
        }

        await using var turn = new RunTurn(stored, store, steps, time, leaving);
        if (await turn.WorkAsync() is { } wait)
        {
            await queue.SendAsync(RunMessage.Of(turn.Run), wait);
        }
        else if (turn.Run.IsTerminal)
        {
            // Also if it was that already: whoever has ended it may have died before it came to this.
            await queue.ReportAsync(turn.Run);
            await settlement.NoteEndAsync(order.Workspace);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "There is no run {Run} of workspace {Workspace}: its message is dropped")]
        public static partial void Unknown(ILogger logger, RunId run, string workspace);
    }
}
