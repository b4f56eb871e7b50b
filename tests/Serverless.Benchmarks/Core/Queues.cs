using Azure.Storage.Queues;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Core;

/// <summary>Queues as a benchmark looks at them from outside.</summary>
internal static class Queues
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Waits until a queue has no message left, delivered or not: what they asked for is done by then.</summary>
    public static async Task WaitUntilEmptyAsync(StorageAccount account, string name)
    {
        var queue = new QueueClient(account.Direct.ConnectionString, name);
        using var patience = new CancellationTokenSource(Patience);
        while ((await queue.GetPropertiesAsync(patience.Token)).Value.ApproximateMessagesCount > 0)
        {
            await Task.Delay(BetweenLooks, patience.Token);
        }
    }
}
