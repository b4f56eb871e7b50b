using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Serverless.Local.Functions;

namespace Serverless.Local.Queues;

/// <summary>Fetches a queue's messages, as many at a time as host.json allows, and has them processed in parallel.</summary>
/// <param name="queue">The queue, through a client that does not retry: the next poll is the retry.</param>
/// <param name="processor">Processes the messages.</param>
/// <param name="options">How the queue is read.</param>
/// <param name="time">The time.</param>
/// <param name="logger">The log.</param>
internal sealed partial class QueueListener(
    QueueClient queue, QueueMessageProcessor processor, QueueOptions options, TimeProvider time, ILogger<QueueListener> logger) : ITriggerListener
{
    private readonly List<Task> _underWay = [];
    private bool _outage;

    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        var emptyPolls = 0;
        while (!stopping.IsCancellationRequested)
        {
            var messages = await ReceiveAsync();
            _underWay.AddRange(messages.Select(message => Task.Run(() => processor.ProcessAsync(message, aborted), CancellationToken.None)));

            emptyPolls = messages.Length == 0 ? emptyPolls + 1 : 0;
            if (emptyPolls > 0)
            {
                await time.TryDelay(PollingInterval.After(emptyPolls, options.MaxPollingInterval, Random.Shared.NextDouble()), stopping);
            }

            await AtMostUnderWayAsync(options.NewBatchThreshold, stopping);
        }

        await Task.WhenAll(_underWay);
    }

    /// <summary>
    /// The next messages; none when there are none, the queue is not there yet, or the storage cannot be reached.
    /// It is not cancelled: an abandoned answer would hide its messages until their lease ends.
    /// </summary>
    private async Task<QueueMessage[]> ReceiveAsync()
    {
        try
        {
            var messages = (await queue.ReceiveMessagesAsync(options.BatchSize, options.Lease, CancellationToken.None)).Value;
            EndOutage();
            return messages;
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            EndOutage();
            return [];
        }
        catch (Exception failure)
        {
            if (!_outage)
            {
                Log.Unreachable(logger, queue.Name, failure.Message);
            }

            _outage = true;
            return [];
        }
    }

    private void EndOutage()
    {
        if (_outage)
        {
            Log.Reachable(logger, queue.Name);
        }

        _outage = false;
    }

    private async Task AtMostUnderWayAsync(int count, CancellationToken stopping)
    {
        _underWay.RemoveAll(task => task.IsCompleted);
        while (_underWay.Count > count && !stopping.IsCancellationRequested)
        {
            Task oneEnds = Task.WhenAny(_underWay).WaitAsync(stopping);
            await oneEnds.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _underWay.RemoveAll(task => task.IsCompleted);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Queue {Queue} cannot be read; trying until it can. {Reason}")]
        public static partial void Unreachable(ILogger logger, string queue, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Queue {Queue} can be read again.")]
        public static partial void Reachable(ILogger logger, string queue);
    }
}
