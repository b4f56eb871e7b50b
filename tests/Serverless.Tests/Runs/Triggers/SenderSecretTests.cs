using System.Net;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>What senders sign with, kept under the keys of settings.</summary>
public sealed class SenderSecretTests
{
    private const string Secret = "It's a Secret to Everybody";
    private const string Definition = $$$"""{"appId":"echo","inputs":{"Text":"Hello"},"verify":{"type":"hmac","preset":"github","secret":"{{{Secret}}}"}}""";

    [Fact]
    public async Task Without_a_key_no_such_trigger_is_made_and_the_setting_is_named()
    {
        await using var host = await LaminaClient.StartHostAsync();
        var client = await LaminaClient.CreateAsync(host, "admin");

        (await client.SendAsync("PUT", "/v1/triggers/github", Definition)).AssertError(
            HttpStatusCode.ServiceUnavailable, "RESOURCE_UNAVAILABLE", "Secrets cannot be kept: the setting Secrets__Key is not set", retryable: true);

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/triggers/github")).Status);
        await client.DoAsync("PUT", "/v1/triggers/greet", """{"appId":"echo","inputs":{"Text":"Hello"}}""", HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_key_can_be_replaced_and_what_has_been_used_since_needs_the_old_one_no_more()
    {
        var (oldKey, newKey) = (NewKey(), NewKey());
        var account = await TestStorage.CreateAccountAsync();
        string key;
        await using (var host = await StartAsync(account, oldKey))
        {
            var client = await LaminaClient.CreateAsync(host, "admin");
            key = client.Key!;
            await client.DoAsync("PUT", "/v1/triggers/used", Definition, HttpStatusCode.Created);
            await client.DoAsync("PUT", "/v1/triggers/idle", Definition, HttpStatusCode.Created);
            var row = (await new TableClient(account.ConnectionString, TableNames.Apps).GetEntityAsync<TableEntity>(client.Workspace, "trigger-used")).Value;
            Assert.Equal(-1, row.GetBinary("SealedSecret").AsSpan().IndexOf("Secret"u8));
            Assert.DoesNotContain(((IDictionary<string, object>)row).Values, value => value is string text && text.Contains("Everybody", StringComparison.Ordinal));
        }

        await using (var host = await StartAsync(account, newKey, oldKey))
        {
            Assert.Equal(HttpStatusCode.Accepted, (await FireAsync(new(host.Client, key), "used")).Status);
        }

        await using (var host = await StartAsync(account, newKey))
        {
            Assert.Equal(HttpStatusCode.Accepted, (await FireAsync(new(host.Client, key), "used")).Status);
            (await FireAsync(new(host.Client, key), "idle")).AssertError(
                HttpStatusCode.ServiceUnavailable,
                "RESOURCE_UNAVAILABLE",
                "The secret was kept under another key than those of the settings Secrets__Key and Secrets__PreviousKey",
                retryable: true);
        }
    }

    private static Task<LaminaAnswer> FireAsync(LaminaClient client, string trigger)
    {
        var body = $$"""{"at":"{{Guid.NewGuid()}}"}""";
        return client.SendAsync("POST", $"/v1/triggers/{trigger}/fire", body, ("X-Hub-Signature-256", TestSignatures.GitHub(Secret, body)));
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static Task<ServerlessHost> StartAsync(StorageAccount account, string key, string? previous = null) => ServerlessHost.StartAsync(account, builder =>
    {
        builder.Configuration["Secrets:Key"] = key;
        builder.Configuration["Secrets:PreviousKey"] = previous;
    });
}
