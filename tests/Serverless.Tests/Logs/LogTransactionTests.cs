using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>What a batch costs, counted on the wire from the request to the row.</summary>
public sealed class LogTransactionTests
{
    [Fact]
    public async Task A_batch_of_1000_entries_costs_five_transactions()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        await logs.AcceptAsync(LogEntries.Typical(1));
        await PersistedAsync();
        proxy.Reset();

        await logs.AcceptAsync(LogEntries.Typical(1000));
        await PersistedAsync();

        Assert.Equal(["table POST", "queue POST", "queue GET", "table PUT", "queue DELETE"], proxy.Transactions.Select(transaction => transaction.ToString()));

        Task PersistedAsync() => proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
    }
}
