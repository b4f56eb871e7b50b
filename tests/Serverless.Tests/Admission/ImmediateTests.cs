using Microsoft.Extensions.DependencyInjection;
using Serverless.Logs;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Admission;

/// <summary>What one instance changes, the very next request to another obeys, however warm that one is.</summary>
public sealed class ImmediateTests : IAsyncLifetime
{
    private ServerlessHost _host = null!;
    private ServerlessHost _other = null!;

    private KeyStore Keys => _other.Services.GetRequiredService<KeyStore>();

    private AccountStore Accounts => _other.Services.GetRequiredService<AccountStore>();

    public async Task InitializeAsync()
    {
        var account = await TestStorage.CreateAccountAsync();
        _host = await ServerlessHost.StartAsync(account);
        _other = await ServerlessHost.StartAsync(account);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Every_change_holds_from_the_next_request_on()
    {
        await ForWarmKeyAsync(async (client, key) =>
        {
            Assert.True(await Keys.RevokeAsync(key.Account, key.Id));
            Assert.Equal((401, "INVALID_API_KEY"), await AnswerAsync(client));
        });
        await ForWarmKeyAsync(async (client, key) =>
        {
            var replacement = await Keys.RotateAsync(key.Account, key.Id, TimeSpan.Zero);
            Assert.Equal((401, "INVALID_API_KEY"), await AnswerAsync(client));
            Assert.Equal((200, null), await AnswerAsync(ClientOf(replacement!)));
        });
        await ForWarmKeyAsync(async (client, key) =>
        {
            var replacement = await Keys.RotateAsync(key.Account, key.Id, TimeSpan.FromHours(1));
            Assert.Equal((200, null), await AnswerAsync(client));
            Assert.Equal((200, null), await AnswerAsync(ClientOf(replacement!)));
        });
        await ForWarmKeyAsync(async (client, key) =>
        {
            await ChangeAsync(key, TenantColumns.Status, TenantStatus.Suspended);
            Assert.Equal((403, "FORBIDDEN"), await AnswerAsync(client));
        });
        await ForWarmKeyAsync(async (client, key) =>
        {
            await ChangeAsync(key, TenantColumns.LogPlan, "Scale");
            Assert.Equal(1_800, (await LogAnswer.PostAsync(client)).Limit);
            await ChangeAsync(key, TenantColumns.LogPlan, "Bootstrapper");
            Assert.Equal(300, (await LogAnswer.PostAsync(client)).Limit);
        });
    }

    private async Task ForWarmKeyAsync(Func<LogClient, ApiKey, Task> test)
    {
        var key = ApiKey.Parse(await _other.CreateLogKeyAsync("Indie"), LuminaLog.KeyPrefix)!;
        var client = ClientOf(key);
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal(60, (await LogAnswer.PostAsync(client)).Limit);
        }

        await test(client, key);
    }

    private LogClient ClientOf(ApiKey key) => new(_host.Client, key.Reveal(), _host.Account);

    private Task<Account?> ChangeAsync(ApiKey key, string column, string value) =>
        Accounts.UpdateAsync(key.Account, new Dictionary<string, string>(StringComparer.Ordinal) { [column] = value });

    private static async Task<(int Status, string? Code)> AnswerAsync(LogClient client) =>
        await LogAnswer.PostAsync(client) is var answer ? (answer.Status, answer.Code) : default;
}
