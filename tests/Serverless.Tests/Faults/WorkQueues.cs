using Azure.Storage.Queues;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>Looks at the queues of an application: what is in them, and what was given up.</summary>
internal static class WorkQueues
{
    // Put off for five minutes at the longest, and a quarter more.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(7);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until all messages have been dealt with, also those that are due later.</summary>
    public static async Task WaitForEmptyAsync(StorageAccount account)
    {
        using var patience = new CancellationTokenSource(Patience);
        foreach (var name in QueueNames.All)
        {
            while (await CountAsync(account, name) > 0)
            {
                await Task.Delay(BetweenLooks, patience.Token);
            }
        }
    }

    /// <summary>Expects that no queue has a message, poison queues included.</summary>
    public static async Task ExpectNoneLeftAsync(StorageAccount account)
    {
        var service = new QueueServiceClient(account.ConnectionString);
        await foreach (var queue in service.GetQueuesAsync())
        {
            Assert.Equal((queue.Name, 0), (queue.Name, await CountAsync(account, queue.Name)));
        }
    }

    private static async Task<int> CountAsync(StorageAccount account, string queue) =>
        (await new QueueClient(account.ConnectionString, queue).GetPropertiesAsync()).Value.ApproximateMessagesCount;
}
