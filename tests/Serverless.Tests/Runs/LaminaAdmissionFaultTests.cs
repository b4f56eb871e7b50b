using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs;

/// <summary>What Lamina says of keys that only storage knows to be wrong, and while storage says nothing.</summary>
[Trait("Category", "Faults")]
public sealed class LaminaAdmissionFaultTests(LaminaFixture fixture) : IClassFixture<LaminaFixture>
{
    [Fact]
    public async Task A_key_of_what_is_no_workspace_lacks_its_context()
    {
        var agent = await fixture.Host.Services.GetRequiredService<AgentStore>().RegisterAsync("agent", "owner");
        var lamina = await LaminaClient.CreateAsync(fixture.Host, agent!.Account.Id, scopes: "");

        var answer = await lamina.GetAsync("/v1/apps");

        answer.AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_CONTEXT", "The API key belongs to no workspace");
    }

    [Fact]
    public async Task While_storage_keeps_silent_about_a_key_it_is_neither_right_nor_wrong()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await LaminaClient.StartHostAsync(proxy.Account);
        var lamina = await LaminaClient.CreateAsync(host);

        proxy.Fault = request => IsAbout(request, TableNames.Tenants) ? StorageFault.Unavailable : StorageFault.None;
        var answer = await lamina.GetAsync("/v1/apps");
        proxy.Fault = static _ => StorageFault.None;
        var later = await lamina.GetAsync("/v1/apps");

        answer.AssertError(
            HttpStatusCode.InternalServerError, "AUTH_FAILED", "The API key could not be validated, please try again", retryable: true);
        Assert.Equal(HttpStatusCode.OK, later.Status);
    }

    [Fact]
    public async Task While_storage_keeps_silent_about_a_session_it_is_neither_right_nor_wrong()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await LaminaClient.StartHostAsync(proxy.Account);
        var session = await SessionClient.CreateAsync(host, (await LaminaClient.CreateAsync(host)).Workspace);

        proxy.Fault = request => IsAbout(request, TableNames.Tenants) ? StorageFault.Unavailable : StorageFault.None;
        var answer = await new LaminaClient(host.Client, key: null).GetAsync("/v1/apps", session.Bearer);
        proxy.Fault = static _ => StorageFault.None;
        var later = await new LaminaClient(host.Client, key: null).GetAsync("/v1/apps", session.Bearer);

        answer.AssertError(
            HttpStatusCode.InternalServerError, "AUTH_FAILED", "The API key could not be validated, please try again", retryable: true);
        Assert.Equal(HttpStatusCode.OK, later.Status);
    }

    [Fact]
    public async Task Other_storage_that_is_down_is_a_resource_that_is_not_available()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await LaminaClient.StartHostAsync(proxy.Account);
        var lamina = await LaminaClient.CreateAsync(host);

        proxy.Fault = request => IsAbout(request, TableNames.Apps) ? StorageFault.Unavailable : StorageFault.None;
        var answer = await lamina.GetAsync("/v1/apps");
        proxy.Fault = static _ => StorageFault.None;

        answer.AssertError(
            HttpStatusCode.ServiceUnavailable, "RESOURCE_UNAVAILABLE", "Storage cannot be reached at the moment, please try again", retryable: true);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task The_key_is_proven_in_one_storage_transaction()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await LaminaClient.StartHostAsync(proxy.Account);
        var lamina = await LaminaClient.CreateAsync(host);
        await lamina.GetAsync("/v1/templates");
        proxy.Reset();

        await lamina.GetAsync("/v1/templates");

        // The other one counts the client's address.
        Assert.Equal(["table POST", "table POST"], proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task A_key_that_has_expired_is_refused()
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host);
        var keys = fixture.Host.Services.GetRequiredService<KeyStore>();
        var expired = await keys.CreateAsync(lamina.Workspace, KeyPrefix.Lamina, new KeyOptions { ExpiresAt = DateTimeOffset.UnixEpoch });

        var answer = await new LaminaClient(fixture.Host.Client, expired!.Reveal()).GetAsync("/v1/apps");

        answer.AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_KEY", "Invalid API key");
    }

    private static bool IsAbout(HttpRequest request, string table) =>
        request.Path.Value!.Contains($"/{table}", StringComparison.Ordinal)
        || (request.HttpContext.Items[StorageProxy.TransactionBody] as string)?.Contains($"/{table}", StringComparison.Ordinal) == true;
}
