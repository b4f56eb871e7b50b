using Azure.Storage.Queues;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>From the queue to the table, when storage fails or repeats itself: every batch arrives, once.</summary>
public sealed class DeliveryTests
{
    // More than one try of the function, whose storage client retries by itself.
    private const int Failures = 6;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_that_is_delivered_twice_is_stored_once(bool isLarge)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy);
        var logs = await LogClient.CreateAsync(host);
        var sent = new SentLogs();
        var queue = QueueOf(proxy, QueueNames.Logs);
        proxy.Fault = request => request.IsReceive() ? StorageFault.Unavailable : StorageFault.None;
        await sent.SendAsync(logs, isLarge ? sent.LargeBatch() : sent.SmallBatch());
        await queue.SendMessageAsync((await queue.PeekMessageAsync()).Value.Body);

        proxy.Fault = _ => StorageFault.None;

        Assert.Equal(sent.Count, await sent.ExpectEachOnceAsync(logs, proxy.Account));
        Assert.Equal(2, proxy.Transactions.Count(transaction => transaction is { Service: "queue", Method: "DELETE", Status: 204 }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_whose_persisting_fails_a_few_times_is_stored_once(bool isLarge)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy);
        var logs = await LogClient.CreateAsync(host);
        var sent = new SentLogs();
        var failures = 0;
        proxy.Fault = request => request.IsPersist() && Interlocked.Increment(ref failures) <= Failures ? StorageFault.Unavailable : StorageFault.None;

        await sent.SendAsync(logs, isLarge ? sent.LargeBatch() : sent.SmallBatch());

        Assert.Equal(sent.Count, await sent.ExpectEachOnceAsync(logs, proxy.Account));
        Assert.Equal(Failures + 1, failures);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_is_stored_once_when_the_answer_to_its_persisting_is_lost(bool isLarge)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy);
        var logs = await LogClient.CreateAsync(host);
        var sent = new SentLogs();
        var writes = 0;
        proxy.Fault = request => request.IsPersist() && Interlocked.Increment(ref writes) == 1 ? StorageFault.ResponseLost : StorageFault.None;

        await sent.SendAsync(logs, isLarge ? sent.LargeBatch() : sent.SmallBatch());

        Assert.Equal(sent.Count, await sent.ExpectEachOnceAsync(logs, proxy.Account));
        Assert.Equal(2, writes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_is_accepted_and_stored_once_when_the_answer_to_its_sending_is_lost(bool isLarge)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy);
        var logs = await LogClient.CreateAsync(host);
        var sent = new SentLogs();
        var sendings = 0;
        proxy.Fault = request => request.IsSend() && Interlocked.Increment(ref sendings) == 1 ? StorageFault.ResponseLost : StorageFault.None;

        Assert.True(await sent.SendAsync(logs, isLarge ? sent.LargeBatch() : sent.SmallBatch()));

        Assert.Equal(sent.Count, await sent.ExpectEachOnceAsync(logs, proxy.Account));
        Assert.Equal(2, proxy.Transactions.Count(transaction => transaction is { Service: "queue", Method: "POST", Status: 201 }));
    }

    [Fact]
    public async Task A_batch_is_stored_once_when_all_storage_is_away_for_a_while()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy);
        var logs = await LogClient.CreateAsync(host);
        var sent = new SentLogs();
        var isAway = false;
        proxy.Fault = request =>
        {
            isAway |= request.IsPersist();
            return isAway ? StorageFault.Unavailable : StorageFault.None;
        };
        await sent.SendAsync(logs, sent.SmallBatch());
        // The message itself could not be given back either.
        await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "PUT", Status: 503 }));

        proxy.Fault = _ => StorageFault.None;

        Assert.Equal(sent.Count, await sent.ExpectEachOnceAsync(logs, proxy.Account));
    }

    [Theory]
    [InlineData("bm90IGEgY2h1bms=")]
    [InlineData("{\"not\":\"base64\"}")]
    public async Task A_message_that_cannot_be_read_ends_in_the_poison_queue_and_blocks_nobody(string garbage)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy);
        var logs = await LogClient.CreateAsync(host);
        var sent = new SentLogs();
        await QueueOf(proxy, QueueNames.Logs).SendMessageAsync(garbage);

        await sent.SendAsync(logs, sent.SmallBatch());

        Assert.Equal(sent.Count, await sent.ExpectEachOnceAsync(logs, proxy.Account));
        var poison = QueueOf(proxy, QueueNames.Logs + "-poison");
        Assert.Equal(garbage, (await poison.PeekMessageAsync()).Value.Body.ToString());
    }

    private static Task<ServerlessHost> StartAsync(StorageProxy proxy) =>
        ServerlessHost.StartAsync(proxy.Account, builder => builder.Configuration["Local:QueueLease"] = "00:00:02");

    private static QueueClient QueueOf(StorageProxy proxy, string name) => new(proxy.Account.Direct.ConnectionString, name);
}
