using Serverless.Tests.Hosting;

namespace Serverless.Tests.Standalone.Tables;

/// <summary>A storage account for the tests of the tables' collection.</summary>
public sealed class AccountFixture : IAsyncLifetime
{
    private StorageAccount _account = null!;

    public string AccountName => _account.Name;

    public string AccountKey => _account.Key;

    public string ConnectionString => _account.ConnectionString;

    public Uri TableEndpoint => new($"http://127.0.0.1:{_account.TablePort}/{_account.Name}");

    public async Task InitializeAsync() => _account = await TestStorage.CreateAccountAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
