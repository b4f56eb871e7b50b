using Azure.Data.Tables;
using Azure.Storage.Queues;

namespace Serverless.Benchmarks.EmptyApplication;

/// <summary>The storage that an application needs before it listens.</summary>
internal static class EmptyStorage
{
    /// <summary>Makes the tables and queues that are missing, all at the same time.</summary>
    public static Task EnsureAsync(string connectionString, IEnumerable<string> tables, IEnumerable<string> queues)
    {
        var tableService = new TableServiceClient(connectionString);
        var queueService = new QueueServiceClient(connectionString);
        return Task.WhenAll(
            [.. tables.Select(name => (Task)tableService.CreateTableIfNotExistsAsync(name)),
             .. queues.Select(name => queueService.GetQueueClient(name).CreateIfNotExistsAsync())]);
    }
}
