using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

[CollectionDefinition(Name)]
public sealed class TablesCollection : ICollectionFixture<AccountFixture>
{
    public const string Name = "Tables";
}

/// <summary>A test with an empty table of its own.</summary>
[Collection(TablesCollection.Name)]
public abstract class TableTest(AccountFixture account) : IAsyncLifetime
{
    protected AccountFixture Account { get; } = account;

    protected TableClient Table { get; } = new(account.ConnectionString, $"t{Guid.NewGuid():N}");

    public async Task InitializeAsync() => await Table.CreateAsync();

    public async Task DisposeAsync() => await Table.DeleteAsync();

    /// <summary>A client for the same table whose requests pass the given policy at each try.</summary>
    protected TableClient TableWith(HttpPipelinePolicy policy)
    {
        var options = new TableClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) } };
        options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        return new(Account.ConnectionString, Table.Name, options);
    }

    protected static async Task<RequestFailedException> Fails(int status, string errorCode, Func<Task> action)
    {
        var failure = await Assert.ThrowsAnyAsync<RequestFailedException>(action);
        Assert.Equal((status, errorCode), (failure.Status, failure.ErrorCode));
        return failure;
    }
}
