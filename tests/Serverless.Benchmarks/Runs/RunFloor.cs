using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Serverless.Benchmarks.Core;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Runs;

/// <summary>
/// The floor: what a queue and a table need for anything that is handed over and kept. A message is sent, received, one row is written, the
/// message is deleted. Nothing is proven, decided or shown, and the queue is asked without a pause.
/// </summary>
/// <param name="account">An account of its own.</param>
internal sealed class RunFloor(StorageAccount account)
{
    private const string Name = "floor";
    private const int MessagesAtOnce = 32;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private readonly TableServiceClient _tables = StorageClients.Tables(new StorageOptions { ConnectionString = account.ConnectionString });
    private readonly QueueClient _queue = StorageClients.Queues(new StorageOptions { ConnectionString = account.ConnectionString }).GetQueueClient(Name);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Creates what it needs.</summary>
    public async Task CreateAsync()
    {
        await _tables.CreateTableIfNotExistsAsync(Name);
        await _queue.CreateIfNotExistsAsync();
    }

    /// <summary>Does it so many times.</summary>
    /// <param name="callers">How many at a time.</param>
    /// <param name="count">How many in all.</param>
    public async Task<RunPass> PassAsync(int callers, int count)
    {
        var partition = Guid.NewGuid().ToString("N");
        var latencies = new ConcurrentBag<double>();
        using var over = new CancellationTokenSource();
        var receiving = ReceiveAsync(partition, over.Token);
        var started = Stopwatch.GetTimestamp();
        await Callers.RunAsync(callers, count, async _ =>
        {
            var sent = Stopwatch.GetTimestamp();
            var id = Guid.NewGuid().ToString("N");
            var done = _waiting[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _queue.SendMessageAsync(id);
            await done.Task;
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        });
        var elapsed = Stopwatch.GetElapsedTime(started);
        await over.CancelAsync();
        await receiving;

        var written = await _tables.GetTableClient(Name)
            .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), select: ["RowKey"])
            .LongCountAsync();
        WrongResultException.ThrowUnlessEqual("rows of the floor", count, written);
        return new(elapsed, [.. latencies]);
    }

    private async Task ReceiveAsync(string partition, CancellationToken over)
    {
        var underWay = new List<Task>();
        while (!over.IsCancellationRequested)
        {
            var received = await _queue.ReceiveMessagesAsync(MessagesAtOnce, Lease, CancellationToken.None);
            underWay.AddRange(received.Value.Select(message => WriteAsync(partition, message)));
        }

        await Task.WhenAll(underWay);
    }

    private async Task WriteAsync(string partition, QueueMessage message)
    {
        var id = message.Body.ToString();
        await _tables.GetTableClient(Name).AddEntityAsync(new TableEntity(partition, id) { ["Status"] = "completed" });
        await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        _waiting.TryRemove(id, out var done);
        done!.SetResult();
    }
}
