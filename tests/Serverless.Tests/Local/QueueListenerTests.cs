using System.Net;
using System.Threading.Channels;
using Azure.Core;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Serverless.Local.Storage;
using Serverless.Local.Workers.Protocol;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Local;

/// <summary>How queues are read.</summary>
public sealed class QueueListenerTests : QueueTest
{
    private readonly Gate _gate = new();

    private protected override TimeSpan Lease => TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Batches_are_fetched_while_no_more_than_the_threshold_are_under_way()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Queue.SendMessageAsync($"{number}")));

        await using var host = await StartAsync(Trigger(), _gate.PassAsync, "batchSize=4", "newBatchThreshold=2");

        await _gate.StartedAsync(4);
        _gate.Release(2);
        await _gate.StartedAsync(8);
        _gate.Release(20);
        await _gate.StartedAsync(20);
        Assert.Equal(6, _gate.MostUnderWay);
    }

    [Fact]
    public async Task A_message_stays_leased_for_as_long_as_its_function_runs()
    {
        await Queue.SendMessageAsync("slow");

        await using var host = await StartAsync(Trigger(), _gate.PassAsync);

        await _gate.StartedAsync(1);
        for (var renewals = 0; renewals < 4; renewals++)
        {
            // Each comes at half of the lease: four of them reach past its end, and past a second one.
            Assert.Equal(HttpStatusCode.NoContent, await Traffic.NextAsync(RequestMethod.Put));
        }

        _gate.Release(1);
        Assert.Equal(HttpStatusCode.NoContent, await Traffic.NextAsync(RequestMethod.Delete));
        Assert.Equal(1, _gate.Started);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_queue_may_be_created_after_the_host_has_started()
    {
        await Queue.DeleteAsync();
        _gate.Release(1);
        await using var host = await StartAsync(Trigger(), _gate.PassAsync);
        Assert.Equal(HttpStatusCode.NotFound, await Traffic.NextAsync(RequestMethod.Get));

        await Queue.CreateAsync();
        await Queue.SendMessageAsync("late");

        await _gate.StartedAsync(1);
        Assert.DoesNotContain(host.Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Stopping_waits_for_functions_under_way_and_starts_no_more()
    {
        await Queue.SendMessageAsync("in flight");
        await using var host = await StartAsync(Trigger(), _gate.PassAsync);
        await _gate.StartedAsync(1);

        var stop = host.StopAsync();
        await Traffic.NextAsync(RequestMethod.Put); // a renewal: the host has had time to stop, had it not waited
        Assert.False(stop.IsCompleted);
        await Queue.SendMessageAsync("too late");

        _gate.Release(2);
        await stop.WaitAsync(Patience.Limit);

        Assert.Equal(1, _gate.Started);
        Assert.Equal(["too late"], (await Queue.PeekMessagesAsync(32)).Value.Select(message => message.Body.ToString()));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Functions_that_take_longer_than_the_end_of_the_host_may_are_cancelled()
    {
        await Queue.SendMessageAsync("endless");
        await using var host = await StartAsync(new ScriptedWorker().With("Work", Trigger(), _gate.PassAsync), [], grace: TimeSpan.FromMilliseconds(100));
        await _gate.StartedAsync(1);

        await host.StopAsync().WaitAsync(Patience.Limit);

        await _gate.Cancelled.Task.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task An_outage_of_the_storage_is_logged_once_and_survived()
    {
        var location = Directory.CreateTempSubdirectory("azurite").FullName;
        var azurite = await Azurite.StartAsync(new AzuriteOptions { Location = location });
        try
        {
            var queue = new QueueClient(azurite.ConnectionString(), QueueName, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
            await queue.CreateAsync();
            _gate.Release(2);
            await using var host = await ScriptedHost.StartAsync(
                new ScriptedWorker().With("Work", Trigger(), _gate.PassAsync),
                azurite.ConnectionString(),
                ["AzureFunctionsJobHost:extensions:queues:maxPollingInterval=00:00:00.2"]);
            await queue.SendMessageAsync("before");
            await _gate.StartedAsync(1);

            await azurite.DisposeAsync();
            await host.Log.WaitForAsync("Queue work cannot be read");
            azurite = await Azurite.StartAsync(new AzuriteOptions
            {
                Location = location,
                BlobPort = azurite.BlobPort,
                QueuePort = azurite.QueuePort,
                TablePort = azurite.TablePort,
            });
            await host.Log.WaitForAsync("Queue work can be read again");
            await queue.SendMessageAsync("after");

            await _gate.StartedAsync(2);
            Assert.Single(host.Log.Lines, line => line.Message.Contains("cannot be read", StringComparison.Ordinal));
        }
        finally
        {
            await azurite.DisposeAsync();
            Directory.Delete(location, recursive: true);
        }
    }

    /// <summary>Holds functions until they are released, and counts them.</summary>
    private sealed class Gate
    {
        private readonly Channel<bool> _released = Channel.CreateUnbounded<bool>();
        private readonly Channel<bool> _started = Channel.CreateUnbounded<bool>();
        private readonly Lock _lock = new();
        private int _underWay;
        private int _seen;

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int MostUnderWay { get; private set; }

        public int Started { get; private set; }

        public void Release(int count)
        {
            for (; count > 0; count--)
            {
                _released.Writer.TryWrite(true);
            }
        }

        /// <summary>Waits until so many functions have started in all.</summary>
        public async Task StartedAsync(int count)
        {
            for (; _seen < count; _seen++)
            {
                await NextAsync(_started);
            }
        }

        public async Task PassAsync(InvocationRequest _, CancellationToken cancelled)
        {
            lock (_lock)
            {
                Started++;
                MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
            }

            _started.Writer.TryWrite(true);
            try
            {
                await _released.Reader.ReadAsync(cancelled);
            }
            catch (OperationCanceledException)
            {
                Cancelled.SetResult();
                throw;
            }
            finally
            {
                lock (_lock)
                {
                    _underWay--;
                }
            }
        }
    }
}
