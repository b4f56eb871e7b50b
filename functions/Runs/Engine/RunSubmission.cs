using Azure;
using Microsoft.Extensions.Logging;
using Serverless.Diagnostics;

namespace Serverless.Runs.Engine;

/// <summary>
/// Accepts runs. An accepted run comes to its end, wherever a process is killed: there is either a message that carries the whole of it, or
/// its row, which the sweeper looks for. A run may be accepted again under its id; it is begun once all the same.
/// </summary>
public sealed partial class RunSubmission(RunStore store, RunQueue queue, ILogger<RunSubmission> logger)
{
    /// <summary>Accepts a run. It is not cancelled: what has been begun has to be brought to an end.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="RequestFailedException">Storage refused it. There is no run, unless storage has carried out what it did not confirm.</exception>
    internal Task AcceptAsync(Run run)
    {
        var document = RunDocument.Encode(run);
        var order = RunMessage.Of(run) with { Origin = MessageOrigin.Here(run.CreatedAt) };
        var message = (order with { Document = document }).Encode();
        return message.ToMemory().Length <= RunMessage.MaxBytes ? SendFirstAsync(run, message) : InsertFirstAsync(run, order);
    }

    private async Task SendFirstAsync(Run run, BinaryData message)
    {
        var isSent = await TrySendAsync(run, message);
        try
        {
            await store.TryAddAsync(run);
        }
        catch (Exception failure) when (isSent)
        {
            // Whoever gets the message will insert it.
            Log.NotInserted(logger, failure, run.Id);
        }
    }

    private async Task InsertFirstAsync(Run run, RunMessage order)
    {
        var stored = await store.TryAddAsync(run);
        try
        {
            await TrySendAsync(run, order.Encode());
        }
        catch (Exception failure) when (stored is not null)
        {
            if (!await TryRemoveAsync(run))
            {
                Log.NotRemoved(logger, failure, run.Id);
                return;
            }

            throw;
        }
    }

    // Whether the message is in the queue for sure. A refusal is thrown; when the queue kept silent the row alone answers for the run.
    private async Task<bool> TrySendAsync(Run run, BinaryData message)
    {
        try
        {
            await queue.SendAsync(message, TimeSpan.Zero);
            return true;
        }
        catch (Exception failure) when (failure is not RequestFailedException { Status: 503 or (>= 400 and < 500) })
        {
            Log.MaybeNotSent(logger, failure, run.Id);
            return false;
        }
    }

    private async Task<bool> TryRemoveAsync(Run run)
    {
        try
        {
            await store.RemoveAsync(run);
            return true;
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException or OperationCanceledException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Run {Run} is in the queue, but could not be inserted; whoever begins it will do that")]
        public static partial void NotInserted(ILogger logger, Exception failure, RunId run);

        [LoggerMessage(2, LogLevel.Warning, "It is not known whether the message of run {Run} is in the queue; at the latest, the sweeper begins it")]
        public static partial void MaybeNotSent(ILogger logger, Exception failure, RunId run);

        [LoggerMessage(3, LogLevel.Warning, "The message of run {Run} was refused, but its row is there; the sweeper begins it")]
        public static partial void NotRemoved(ILogger logger, Exception failure, RunId run);
    }
}
