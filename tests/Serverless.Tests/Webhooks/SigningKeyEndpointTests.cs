using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Tests.Examples;
using Serverless.Tests.Hosting;
using Serverless.Webhooks.Signing;

namespace Serverless.Tests.Webhooks;

/// <summary><c>GET /v1/webhooks/signing-key</c>, and that all instances mean the same key by it.</summary>
public sealed class SigningKeyEndpointTests
{
    private const string Path = "/v1/webhooks/signing-key";

    // The first test vector of RFC 8032.
    private const string Seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    private const string KeySetOfSeed =
        """{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"If4x36FUomE","use":"sig","alg":"EdDSA"}]}""";

    [Fact]
    public async Task The_key_of_the_setting_is_published_to_anybody_and_may_be_cached()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy.Account, Seed);
        proxy.Reset();

        using var response = await host.Client.GetAsync(Path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(KeySetOfSeed, await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=3600", response.Headers.CacheControl!.ToString());
        Assert.True(response.Headers.Contains("X-Request-Id"));
        Assert.Equal("100", Assert.Single(response.Headers.GetValues("RateLimit-Limit")));
        Assert.Equal("99", Assert.Single(response.Headers.GetValues("RateLimit-Remaining")));

        // Nothing but the limit is written.
        Assert.All(proxy.Transactions, transaction => Assert.DoesNotContain("apps", transaction.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_setting_the_first_key_is_made_once_and_stays()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        string made;
        await using (var host = await StartAsync(proxy.Account))
        {
            made = await host.Client.GetStringAsync(Path);
            proxy.Reset();
            Assert.Equal(made, await host.Client.GetStringAsync(Path));
            Assert.All(proxy.Transactions, transaction => Assert.DoesNotContain("apps", transaction.Path, StringComparison.Ordinal));
        }

        await using var successor = await StartAsync(proxy.Account);
        await using var stranger = await StartAsync(await TestStorage.CreateAccountAsync());

        Assert.Matches("""^\{"keys":\[\{"kty":"OKP","crv":"Ed25519","x":"[A-Za-z0-9_-]{43}","kid":"[A-Za-z0-9_-]{11}","use":"sig","alg":"EdDSA"\}\]\}$""", made);
        Assert.Equal(made, await successor.Client.GetStringAsync(Path));
        Assert.NotEqual(made, await stranger.Client.GetStringAsync(Path));
    }

    [CommandFact("node", "--version")]
    public async Task The_key_of_before_is_published_beside_the_one_of_now_so_that_messages_of_either_can_be_checked()
    {
        await using var host = await ServerlessHost.StartAsync(await TestStorage.CreateAccountAsync(), builder =>
        {
            builder.Configuration["Webhooks:SigningKey"] = Convert.ToBase64String(new byte[SigningKey.SeedBytes]);
            builder.Configuration["Webhooks:PreviousSigningKey"] = Seed;
        });
        SigningKey[] keys = [new(new byte[SigningKey.SeedBytes]), new(Convert.FromBase64String(Seed))];

        var published = JsonNode.Parse(await host.Client.GetStringAsync(Path))!["keys"]!.AsArray().Select(key => key!["kid"]!.GetValue<string>());

        Assert.Equal(keys.Select(key => key.Id), published);
        Assert.Equal(keys[0].Id, (await host.Services.GetRequiredService<SigningKeyStore>().GetAsync(default)).Id);
        var messages = keys.Select(key => new ReceivedWebhook(
            WebhookSignature.Sign(key, [], "1", [], DateTimeOffset.UtcNow).ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value, StringComparer.Ordinal), []));
        Assert.Equal([(true, true), (true, true)], await WebhookVerification.ByKeySetAsync(host, messages));
    }

    [Fact]
    public async Task Instances_that_make_the_first_key_at_the_same_time_end_up_with_one()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        var tables = new TableServiceClient(proxy.Account.ConnectionString);
        await tables.CreateTableIfNotExistsAsync("apps");
        var settings = Options.Create(new SigningKeyOptions());
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Fault = request => request.Method == "POST" ? StorageFault.Held(release.Task) : StorageFault.None;
        proxy.Reset();

        // All of them see that there is none before any of them makes one.
        var making = Enumerable.Range(0, 8).Select(_ => new SigningKeyStore(settings, tables).GetAsync(default).AsTask()).ToArray();
        await proxy.WaitUntilAsync(transactions => transactions.Count(transaction => transaction is { Method: "GET", Status: 404 }) == making.Length);
        release.SetResult();
        var keys = await Task.WhenAll(making);

        Assert.Single(keys.Select(key => key.Id).Distinct(StringComparer.Ordinal));
        Assert.Single(proxy.Transactions, transaction => transaction is { Method: "POST", Status: 204 });
        Assert.Equal(making.Length - 1, proxy.Transactions.Count(transaction => transaction is { Method: "POST", Status: 409 }));
    }

    [Fact]
    public async Task A_key_whose_making_was_not_answered_is_the_key()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy.Account);
        var isLost = false;
        proxy.Fault = request => request.Method == "POST" && request.Path.Value!.Contains("apps", StringComparison.Ordinal) && !Interlocked.Exchange(ref isLost, true)
            ? StorageFault.ResponseLost
            : StorageFault.None;

        var made = await host.Client.GetStringAsync(Path);

        Assert.True(isLost);
        await using var other = await StartAsync(proxy.Account);
        Assert.Equal(made, await other.Client.GetStringAsync(Path));
    }

    [Fact]
    public async Task While_storage_is_down_it_says_so_and_then_goes_on()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartAsync(proxy.Account);
        proxy.Fault = request => request.Path.Value!.Contains("apps", StringComparison.Ordinal) ? StorageFault.Unavailable : StorageFault.None;

        using var request = new HttpRequestMessage(HttpMethod.Get, Path) { Headers = { { "X-Request-Id", "r" } } };
        using var down = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, down.StatusCode);
        Assert.Equal(
            """{"error":"Storage cannot be reached at the moment, please try again","code":"RESOURCE_UNAVAILABLE","retryable":true,"requestId":"r"}""",
            await down.Content.ReadAsStringAsync());
        Assert.Null(down.Headers.CacheControl);

        proxy.Fault = static _ => StorageFault.None;
        using var up = await host.Client.GetAsync(Path);
        Assert.Equal(HttpStatusCode.OK, up.StatusCode);
    }

    [Fact]
    public async Task It_answers_nothing_but_GET()
    {
        await using var host = await StartAsync(await TestStorage.CreateAccountAsync(), Seed);
        using var response = await host.Client.PostAsync(Path, content: null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("GET", Assert.Single(response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2")]
    [InlineData("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2AA")]
    [InlineData("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuew==")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/signing)")]
    public async Task A_setting_that_is_no_key_ends_the_start_and_is_not_repeated(string setting)
    {
        var account = await TestStorage.CreateAccountAsync();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(account, setting));

        Assert.Equal("Webhooks__SigningKey: must be the base64 of a seed of 32 bytes.", failure.Message);
    }

    private static Task<ServerlessHost> StartAsync(StorageAccount account, string? seed = null) =>
        ServerlessHost.StartAsync(account, builder => builder.Configuration["Webhooks:SigningKey"] = seed);
}
