using Azure.Data.Tables;
using Serverless.Benchmarks.Core;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Runs.Durable;

/// <summary>Durable Task on Azure Storage, carrying out what the runs of Serverless do as orchestrations.</summary>
internal sealed class DurableRuns : IAsyncDisposable
{
    private const int ControlQueues = 4;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Contender _process;
    private readonly StorageAccount _account;
    private readonly TableClient _instances;

    private DurableRuns(Contender process, StorageAccount account)
    {
        _process = process;
        _account = account;
        _instances = new TableServiceClient(account.Direct.ConnectionString).GetTableClient($"{DurableContender.Hub}Instances");
    }

    /// <summary>Starts it.</summary>
    /// <param name="emulator">Where its blobs are.</param>
    /// <param name="account">Its queues and tables.</param>
    public static async Task<DurableRuns> StartAsync(Emulator emulator, StorageAccount account) => new(
        await Contender.StartAsync(DurableContender.Command, emulator.ConnectionStringWithBlobs(account)), account);

    /// <summary>Has orchestrations carried out, each waited for by whoever submitted it, and makes sure that all have completed.</summary>
    /// <param name="callers">How many at a time.</param>
    /// <param name="count">How many in all.</param>
    public async Task<RunPass> PassAsync(int callers, int count)
    {
        var before = await CountCompletedAsync();
        var processorTime = _process.Footprint.ProcessorTime;
        var pass = DurableContender.Read(await _process.AskAsync(DurableContender.Ask(callers, count, isWaitedFor: true)));
        pass = pass with { ProcessorTime = _process.Footprint.ProcessorTime - processorTime };
        WrongResultException.ThrowUnlessEqual("completed orchestrations", count, await CountCompletedAsync() - before);
        return pass;
    }

    /// <summary>Has orchestrations carried out that nobody waits for.</summary>
    public async Task SubmitAsync(int callers, int count)
    {
        var all = await CountCompletedAsync() + count;
        await _process.AskAsync(DurableContender.Ask(callers, count, isWaitedFor: false));
        using var patience = new CancellationTokenSource(Patience);
        while (await CountCompletedAsync() < all)
        {
            await Task.Delay(BetweenLooks, patience.Token);
        }

        // The last message of each is deleted after its state was written.
        foreach (var queue in Enumerable.Range(0, ControlQueues).Select(number => $"{DurableContender.Hub}-control-{number:00}").Append($"{DurableContender.Hub}-workitems"))
        {
            await Queues.WaitUntilEmptyAsync(_account, queue);
        }
    }

    /// <summary>Whether a transaction is for an orchestration. Leases on the queues are taken and kept in a table of their own, by time and not by orchestration.</summary>
    public static bool IsForOrchestration(StorageTransaction transaction) => !transaction.Path.Contains($"{DurableContender.Hub}Partitions", StringComparison.Ordinal);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<long> CountCompletedAsync() => await _instances
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RuntimeStatus eq {"Completed"}"), select: ["PartitionKey"])
        .LongCountAsync();
}
