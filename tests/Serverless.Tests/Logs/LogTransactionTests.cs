using System.Text;
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

    [Fact]
    public async Task A_repeatable_batch_costs_four_more_and_its_repetition_one()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        proxy.Reset();

        using var first = await PostAsync();
        await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        var costs = proxy.Transactions.Count;
        proxy.Reset();
        using var second = await PostAsync();

        Assert.Equal(9, costs);
        Assert.True(second.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(["table POST"], proxy.Transactions.Select(transaction => transaction.ToString()));

        Task<HttpResponseMessage> PostAsync()
        {
            var content = new StringContent($"{{\"logs\":[{Entry(1)}]}}", Encoding.UTF8, "application/json");
            content.Headers.TryAddWithoutValidation("Idempotency-Key", "key");
            return logs.PostAsync(content);
        }
    }

    [Fact]
    public async Task Concurrent_callers_of_one_organization_share_what_a_batch_costs()
    {
        const int Callers = 64;
        const double PerRequest = 0.5;
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);

        // The first round opens the connections, of another organization.
        await SendAllAsync(await LogClient.CreateAsync(host), Callers);
        await proxy.WaitUntilAsync(transactions => transactions.Count(IsSent) == transactions.Count(IsDone));
        var logs = await LogClient.CreateAsync(host);
        proxy.Reset();

        await SendAllAsync(logs, Callers);
        await logs.WaitForAsync(Callers);
        await proxy.WaitUntilAsync(transactions => transactions.Count(IsSent) == transactions.Count(IsDone));

        // From admission to the row, all of them together.
        Assert.InRange(proxy.Transactions.Count, 5, Callers * PerRequest);
        var messages = (await logs.ReadStoredAsync(Callers)).Order(StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(0, Callers).Select(Entry).Order(StringComparer.Ordinal), messages);
    }

    private static Task SendAllAsync(LogClient logs, int callers) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(async number =>
        {
            using var response = await logs.PostAsync($"{{\"logs\":[{Entry(number)}]}}");
            await response.ExpectAcceptedAsync(1, Entry(number).Length);
        }));

    private static string Entry(int number) => LogEntries.Simple($"caller {number}").ToJsonString();

    private static bool IsSent(StorageTransaction transaction) => transaction is { Service: "queue", Method: "POST" };

    private static bool IsDone(StorageTransaction transaction) => transaction is { Service: "queue", Method: "DELETE" };
}
