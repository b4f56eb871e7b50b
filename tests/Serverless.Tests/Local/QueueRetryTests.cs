using System.Globalization;
using System.Threading.Channels;
using Azure.Core;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Tests.Local;

/// <summary>What becomes of a message whose function fails.</summary>
public sealed class QueueRetryTests : QueueTest
{
    private readonly Channel<(int Count, long At)> _tries = Channel.CreateUnbounded<(int Count, long At)>();
    private int _failures;

    [Fact]
    public async Task It_is_tried_again_after_the_visibility_timeout()
    {
        _failures = 2;
        await Queue.SendMessageAsync("try me");

        await using var host = await StartAsync(Trigger(), TryAsync, "visibilityTimeout=00:00:01");

        var (first, firstAt) = await NextAsync(_tries);
        var (second, secondAt) = await NextAsync(_tries);
        var (third, _) = await NextAsync(_tries);
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal([1, 2, 3], [first, second, third]);
        Assert.True(TimeProvider.System.GetElapsedTime(firstAt, secondAt) > TimeSpan.FromSeconds(0.8));
        Assert.Equal(0, await CountAsync());
        Assert.False(await Poison.ExistsAsync());
    }

    [Fact]
    public async Task After_the_last_try_it_is_in_the_poison_queue_as_it_came()
    {
        _failures = int.MaxValue;
        var sent = BinaryData.FromString("Grüße");
        await Queue.SendMessageAsync(sent);

        await using var host = await StartAsync(Trigger(), TryAsync, "maxDequeueCount=2");

        Assert.Equal(Convert.ToBase64String(sent), await FirstTextAsync(Poison));
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(2, _tries.Reader.Count);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task One_that_outlived_its_tries_because_hosts_died_is_not_tried_again()
    {
        await Queue.SendMessageAsync("deadly");
        for (var death = 0; death < 2; death++)
        {
            QueueMessage taken = await Queue.ReceiveMessageAsync();
            await Queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, visibilityTimeout: TimeSpan.Zero);
        }

        await using var host = await StartAsync(Trigger(), TryAsync, "maxDequeueCount=2");

        await FirstTextAsync(Poison);
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(0, _tries.Reader.Count);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_poison_queue_has_no_poison_queue_of_its_own()
    {
        _failures = 3;
        await Poison.CreateAsync();
        await Client(Poison.Name, QueueMessageEncoding.Base64).SendMessageAsync("bad");

        await using var host = await StartAsync(Trigger($"{QueueName}-poison"), TryAsync, "maxDequeueCount=2");

        for (var expected = 1; expected <= 4; expected++)
        {
            Assert.Equal(expected, (await NextAsync(_tries)).Count);
        }
    }

    [Fact]
    public async Task One_whose_worker_dies_is_tried_again_by_the_next_worker()
    {
        await Queue.SendMessageAsync("deadly");
        ScriptedWorker worker = new();
        worker.With("Work", Trigger(), async (invocation, cancelled) =>
        {
            await TryAsync(invocation, cancelled);
            if (invocation.TriggerMetadata["DequeueCount"].String == "1")
            {
                worker.Die("Killed in mid-flow");
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }
        });

        await using var host = await StartAsync(worker, []);

        Assert.Equal(1, (await NextAsync(_tries)).Count);
        Assert.Equal(2, (await NextAsync(_tries)).Count);
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(0, await CountAsync());
    }

    private async Task TryAsync(InvocationRequest invocation, CancellationToken cancelled)
    {
        var count = int.Parse(invocation.TriggerMetadata["DequeueCount"].String, CultureInfo.InvariantCulture);
        await _tries.Writer.WriteAsync((count, TimeProvider.System.GetTimestamp()), cancelled);
        if (_failures-- > 0)
        {
            throw new InvalidOperationException("not yet");
        }
    }
}
