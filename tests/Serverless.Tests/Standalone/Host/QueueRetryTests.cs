using System.Threading.Channels;
using Azure.Core;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Tests.Standalone.Host;

public sealed class QueueRetryTests : QueueTest
{
    [Fact]
    public async Task A_message_whose_function_failed_is_tried_again_after_the_visibility_timeout()
    {
        var flaky = new Flaky(failures: 2);
        await Queue.SendMessageAsync("try me");

        await using var host = await StartAsync(typeof(FlakyFunction), flaky, "visibilityTimeout=00:00:01");

        var (first, firstAt) = await NextAsync(flaky.Tries);
        var (second, secondAt) = await NextAsync(flaky.Tries);
        var (third, _) = await NextAsync(flaky.Tries);
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal([1, 2, 3], [first, second, third]);
        Assert.True(TimeProvider.System.GetElapsedTime(firstAt, secondAt) > TimeSpan.FromSeconds(0.8));
        Assert.Equal(0, await CountAsync());
        Assert.False(await Poison.ExistsAsync());
    }

    [Fact]
    public async Task After_the_last_try_the_message_is_in_the_poison_queue_as_it_came()
    {
        var flaky = new Flaky(failures: int.MaxValue);
        var sent = BinaryData.FromString("Grüße");
        await Queue.SendMessageAsync(sent);

        await using var host = await StartAsync(typeof(FlakyFunction), flaky, "maxDequeueCount=2");

        Assert.Equal(Convert.ToBase64String(sent), await FirstTextAsync(Poison));
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(2, flaky.Tries.Reader.Count);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_message_that_outlived_its_tries_because_hosts_died_is_not_tried_again()
    {
        var flaky = new Flaky(failures: 0);
        await Queue.SendMessageAsync("deadly");
        for (var death = 0; death < 2; death++)
        {
            QueueMessage taken = await Queue.ReceiveMessageAsync();
            await Queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, visibilityTimeout: TimeSpan.Zero);
        }

        await using var host = await StartAsync(typeof(FlakyFunction), flaky, "maxDequeueCount=2");

        await FirstTextAsync(Poison);
        await Traffic.NextAsync(RequestMethod.Delete);
        Assert.Equal(0, flaky.Tries.Reader.Count);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_poison_queue_has_no_poison_queue_of_its_own()
    {
        var flaky = new Flaky(failures: 3);
        await Poison.CreateAsync();
        await Client(Poison.Name, QueueMessageEncoding.Base64).SendMessageAsync("bad");

        await using var host = await StartAsync(typeof(PoisonFunction), flaky, "maxDequeueCount=2");

        for (var expected = 1; expected <= 4; expected++)
        {
            Assert.Equal(expected, (await NextAsync(flaky.Tries)).Count);
        }
    }

    internal sealed class Flaky(int failures)
    {
        private int _failures = failures;

        public Channel<(long Count, long At)> Tries { get; } = Channel.CreateUnbounded<(long Count, long At)>();

        public void Try(QueueMessage message)
        {
            Tries.Writer.TryWrite((message.DequeueCount, TimeProvider.System.GetTimestamp()));
            if (_failures-- > 0)
            {
                throw new InvalidOperationException("not yet");
            }
        }
    }

    internal sealed class FlakyFunction(Flaky flaky)
    {
        [Function("Flaky")]
        public void Run([QueueTrigger(QueueName)] QueueMessage message) => flaky.Try(message);
    }

    internal sealed class PoisonFunction(Flaky flaky)
    {
        [Function("Poison")]
        public void Run([QueueTrigger($"{QueueName}-poison")] QueueMessage message) => flaky.Try(message);
    }
}
