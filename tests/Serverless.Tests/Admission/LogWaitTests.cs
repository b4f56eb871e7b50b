using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Admission;
using Serverless.Logs;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Admission;

/// <summary>
/// Batches over the rate of their key, over HTTP: they wait for their turn, for the vendor's clients drop what is refused. The clock stands still
/// until a test moves it.
/// </summary>
public sealed class LogWaitTests : IAsyncLifetime
{
    // A permit comes back after 4 seconds.
    private const int Rate = 15;
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(4);

    private readonly AdjustableTime _time = new(isStill: true);
    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;

    private WaitingRoom Room => _host.Services.GetRequiredService<WaitingRoom>();

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await ServerlessHost.StartAsync(_proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(_time));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_over_the_rate_waits_until_there_is_a_permit_and_costs_no_more_than_others()
    {
        var client = await UsedUpAsync();
        await _proxy.ResetWhenQuietAsync();

        var waiting = client.PostAsync(Body());
        await WaitersAsync(1);
        Assert.False(waiting.IsCompleted);
        Assert.DoesNotContain(_proxy.Transactions, transaction => transaction.Service == "table");
        _time.Advance(Refill);

        var answer = await LogAnswer.OfAsync(await waiting);
        Assert.Equal((200, (string?)null, (long?)Rate, (long?)0), (answer.Status, answer.Code, answer.Limit, answer.Remaining));
        Assert.Equal(0, Room.Taken);
        var admissions = _proxy.Transactions.Where(transaction => transaction is { Service: "table", Method: "GET" or "POST" });
        Assert.Equal("table POST", Assert.Single(admissions).ToString());
        await client.WaitForAsync(Rate + 1);
    }

    [Fact]
    public async Task A_key_in_the_body_waits_as_well()
    {
        var client = await UsedUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs")
        {
            Content = new StringContent(new JsonObject { ["api_key"] = client.Key, ["logs"] = new JsonArray(LogEntries.Simple()) }.ToJsonString(), Encoding.UTF8, "application/json"),
        };

        var waiting = _host.Client.SendAsync(request);
        await WaitersAsync(1);
        _time.Advance(Refill);

        using var response = await waiting;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Whoever_finds_another_one_ahead_waits_again_and_is_refused_when_that_would_take_too_long()
    {
        var client = await UsedUpAsync();
        var waiting = new[] { client.PostAsync(Body()), client.PostAsync(Body()) };
        await WaitersAsync(2);

        _time.Advance(Refill);

        // One gets the permit. Another 4 seconds would be more than 5.
        var answers = await Task.WhenAll(waiting.Select(async answer => await LogAnswer.OfAsync(await answer)));
        Assert.Equal([200, 429], answers.Select(answer => answer.Status).Order());
        var refused = Assert.Single(answers, answer => answer.Status == 429);
        Assert.Equal(("RATE_LIMITED", (long?)4), (refused.Code, refused.RetryAfter));
        Assert.Equal(0, Room.Taken);
    }

    [Fact]
    public async Task Several_wait_for_one_permit_after_the_other()
    {
        // A permit comes back after 2 seconds: two of them within 5.
        var client = await UsedUpAsync(30);
        var waiting = new[] { client.PostAsync(Body()), client.PostAsync(Body()) };
        await WaitersAsync(2);

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await await Task.WhenAny(waiting)).StatusCode);
        await WaitersAsync(1);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        await client.WaitForAsync(32);
    }

    [Fact]
    public async Task No_more_than_64_wait_and_all_others_are_refused_at_once()
    {
        const int more = 6;
        var client = await UsedUpAsync();

        var sent = Enumerable.Range(0, WaitingRoom.Seats + more).Select(_ => client.PostAsync(Body())).ToArray();
        await Eventually.TrueAsync(() => Task.FromResult(sent.Count(answer => answer.IsCompleted) == more));

        Assert.Equal(WaitingRoom.Seats, Room.Taken);
        Assert.All(sent.Where(answer => answer.IsCompleted), answer => Assert.Equal(HttpStatusCode.TooManyRequests, answer.Result.StatusCode));
        _time.Advance(Refill);
        var answers = await Task.WhenAll(sent);
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(WaitingRoom.Seats + more - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(0, Room.Taken);
    }

    [Fact]
    public async Task Whoever_leaves_waits_no_longer_and_spends_nothing()
    {
        var client = await UsedUpAsync();
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = new StringContent(Body(), Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", client.Key);

        var waiting = _host.Client.SendAsync(request, leaving.Token);
        await WaitersAsync(1);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await WaitersAsync(0);
        _time.Advance(Refill);
        Assert.Equal(200, (await LogAnswer.PostAsync(client)).Status);
    }

    [Fact]
    public async Task A_key_that_is_revoked_meanwhile_is_unknown_afterwards()
    {
        var client = await UsedUpAsync();
        var key = ApiKey.Parse(client.Key, LuminaLog.KeyPrefix)!;
        await using var other = await ServerlessHost.StartAsync(_proxy.Account);

        var waiting = client.PostAsync(Body());
        await WaitersAsync(1);
        Assert.True(await other.Services.GetRequiredService<KeyStore>().RevokeAsync(key.Account, key.Id));
        _time.Advance(Refill);

        Assert.Equal((401, "INVALID_API_KEY"), await LogAnswer.OfAsync(await waiting) is var answer ? (answer.Status, answer.Code) : default);
    }

    [Fact]
    public async Task Whoever_reads_is_told_at_once()
    {
        var client = await UsedUpAsync();

        using var response = await client.GetAsync("");

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), Refill);
        Assert.Equal(0, Room.Taken);
    }

    [Fact]
    public async Task A_bucket_that_refills_slower_than_anybody_waits_refuses_at_once_and_at_no_cost()
    {
        var client = await UsedUpAsync(AdmissionFixture.SlowRate);
        await _proxy.ResetWhenQuietAsync();

        Assert.Equal(429, (await LogAnswer.PostAsync(client)).Status);

        Assert.Equal(0, Room.Taken);
        Assert.DoesNotContain(_proxy.Transactions, transaction => transaction.Service == "table");
    }

    // A client whose key has just spent all it may.
    private async Task<LogClient> UsedUpAsync(int rate = Rate)
    {
        var organization = await _host.Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", "Scale", Plans.DefaultTracePlan);
        var key = await _host.Services.GetRequiredService<KeyStore>().CreateAsync(organization.Id, LuminaLog.KeyPrefix, new KeyOptions { RequestsPerMinute = rate });
        var client = new LogClient(_host.Client, key!.Reveal(), _host.Account);
        var answers = await Task.WhenAll(Enumerable.Range(0, rate).Select(_ => LogAnswer.PostAsync(client)));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        return client;
    }

    private Task WaitersAsync(int count) => Eventually.TrueAsync(() => Task.FromResult(Room.Taken == count));

    private static string Body() => new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple()) }.ToJsonString();
}
