using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Storage;

/// <summary>What a batch of events costs, counted on the wire from the request to the row.</summary>
public sealed class TraceTransactionTests
{
    [Fact]
    public async Task A_batch_of_100_events_costs_six_transactions_and_five_in_an_hour_the_instance_knows()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var client = await TraceClient.CreateAsync(host);
        await SendAsync(TraceEvents.Lines(1));
        proxy.Reset();

        await SendAsync(TraceEvents.Lines(100).Replace("T11:", "T10:", StringComparison.Ordinal));

        // Admit, send, receive, look at the hour, store, delete.
        Assert.Equal(["table POST", "queue POST", "queue GET", "table GET", "table POST", "queue DELETE"], proxy.Transactions.Select(Name));
        proxy.Reset();

        await SendAsync(TraceEvents.Lines(100));

        Assert.Equal(["table POST", "queue POST", "queue GET", "table POST", "queue DELETE"], proxy.Transactions.Select(Name));

        async Task SendAsync(string lines)
        {
            using var response = await client.PostAsync(lines);
            await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        }
    }

    [Fact]
    public async Task A_batch_that_is_known_costs_no_write()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var client = await TraceClient.CreateAsync(host);
        var lines = TraceEvents.Lines(100);
        await SendAsync();
        proxy.Reset();

        await SendAsync();

        Assert.Equal(["table POST", "queue POST", "queue GET", "queue DELETE"], proxy.Transactions.Select(Name));

        async Task SendAsync()
        {
            using var response = await client.PostAsync(lines);
            await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        }
    }

    private static string Name(StorageTransaction transaction) => transaction.ToString();
}
