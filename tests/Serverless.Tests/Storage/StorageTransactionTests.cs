using Serverless.Storage;

namespace Serverless.Tests.Storage;

/// <summary>What telemetry calls transactions with the storage account.</summary>
[Trait("Category", "Fast")]
public sealed class StorageTransactionTests
{
    [Theory]
    [InlineData("table", "GET", "/logs()", "read", "logs")]
    [InlineData("table", "GET", "/account1/tenants()", "read", "tenants")]
    [InlineData("table", "GET", "/runs(PartitionKey='a',RowKey='b')", "read", "runs")]
    [InlineData("table", "POST", "/runs", "insert", "runs")]
    [InlineData("table", "PUT", "/runs(PartitionKey='a',RowKey='b')", "write", "runs")]
    [InlineData("table", "PATCH", "/runs(PartitionKey='a',RowKey='b')", "write", "runs")]
    [InlineData("table", "DELETE", "/runs(PartitionKey='a',RowKey='b')", "delete", "runs")]
    [InlineData("table", "POST", "/account1/$batch", "transaction", "$batch")]
    [InlineData("queue", "POST", "/logs/messages", "send", "logs")]
    [InlineData("queue", "POST", "/account1/logs/messages", "send", "logs")]
    [InlineData("queue", "GET", "/runs-poison/messages", "receive", "runs-poison")]
    [InlineData("queue", "DELETE", "/runs-poison/messages/1", "delete", "runs-poison")]
    [InlineData("queue", "PUT", "/runs-poison/messages/1", "update", "runs-poison")]
    [InlineData("queue", "GET", "/account1/logs", "look", "logs")]
    [InlineData("queue", "PUT", "/account1/logs", "manage", "logs")]
    public void They_are_named_by_what_they_do_and_what_to(string service, string method, string path, string operation, string resource) =>
        Assert.Equal(new StorageTransaction(operation, resource), StorageTransaction.Of(service, method, path));
}
