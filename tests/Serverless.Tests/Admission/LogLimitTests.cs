using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Admission;

/// <summary>LuminaLog's requests a minute, over HTTP: by key, by organization, and what the answers say of them.</summary>
public sealed class LogLimitTests(AdmissionFixture fixture) : IClassFixture<AdmissionFixture>
{
    private const int Indie = AdmissionFixture.SlowRate;

    // How long a permit takes to come back.
    private const int Seconds = 60 / Indie;

    private long Now => fixture.Time.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public async Task An_answer_says_what_is_left_and_when_all_is_available_again()
    {
        var client = await fixture.CreateClientAsync("Indie");

        Assert.Equal(new(200, null, Indie, Indie - 1, Now + Seconds, null), await LogAnswer.PostAsync(client));
        Assert.Equal(new(200, null, Indie, Indie - 2, Now + (2 * Seconds), null), await LogAnswer.PostAsync(client));
        fixture.Time.Advance(TimeSpan.FromSeconds(Seconds));
        Assert.Equal(new(200, null, Indie, Indie - 2, Now + (2 * Seconds), null), await LogAnswer.PostAsync(client));
    }

    [Theory]
    [InlineData(400, "application/json", "{", 0)]
    [InlineData(400, "application/json", "[]", 0)]
    [InlineData(413, "application/json", "{\"logs\":[{\"message\":\"", 18 << 20)]
    [InlineData(415, "text/plain", "Hello", 0)]
    public async Task An_answer_to_a_bad_request_says_it_too(int status, string type, string beginning, int more)
    {
        var body = beginning + new string('x', more);
        var client = await fixture.CreateClientAsync("Indie");
        await LogAnswer.PostAsync(client);

        var answer = await LogAnswer.OfAsync(await client.PostAsync(new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type))));

        Assert.Equal((status, (long?)Indie), (answer.Status, answer.Limit));
        // Whatever it cost, it said so.
        Assert.Equal(answer.Remaining - 1, (await LogAnswer.PostAsync(client)).Remaining);
    }

    [Fact]
    public async Task A_full_minute_may_be_used_at_once_and_after_the_wait_that_is_asked_for_there_is_more()
    {
        var client = await fixture.CreateClientAsync("Indie");
        var answers = new List<LogAnswer>();
        for (var request = 0; request < Indie; request++)
        {
            answers.Add(await LogAnswer.PostAsync(client));
        }

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        await fixture.Proxy.ResetWhenQuietAsync();
        Assert.Equal(new(429, "RATE_LIMITED", Indie, 0, Now + 60, Seconds), await LogAnswer.PostAsync(client));
        Assert.DoesNotContain(fixture.Proxy.Transactions, transaction => transaction.Path.Contains("tenants", StringComparison.Ordinal));

        fixture.Time.Advance(TimeSpan.FromSeconds(Seconds));
        Assert.Equal(new(200, null, Indie, 0, Now + 60, null), await LogAnswer.PostAsync(client));
        Assert.Equal(429, (await LogAnswer.PostAsync(client)).Status);
    }

    [Fact]
    public async Task A_key_may_have_a_lower_limit_than_its_organization()
    {
        var limited = await fixture.CreateClientAsync("Indie", new KeyOptions { RequestsPerMinute = 3 });
        var other = await fixture.AddClientAsync(limited.Organization);

        Assert.Equal(new(200, null, 3, 2, Now + 20, null), await LogAnswer.PostAsync(limited));
        await LogAnswer.PostAsync(limited);
        await LogAnswer.PostAsync(limited);
        Assert.Equal(new(429, "RATE_LIMITED", 3, 0, Now + 60, 20), await LogAnswer.PostAsync(limited));
        Assert.Equal(new(200, null, Indie, Indie - 4, Now + (4 * Seconds), null), await LogAnswer.PostAsync(other));

        fixture.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await LogAnswer.PostAsync(limited)).Status);
    }

    [Fact]
    public async Task The_keys_of_an_organization_share_its_limit_even_if_theirs_is_higher()
    {
        var first = await fixture.CreateClientAsync("Indie", new KeyOptions { RequestsPerMinute = 1_000 });
        var second = await fixture.AddClientAsync(first.Organization);
        for (var request = 0; request < Indie / 2; request++)
        {
            Assert.Equal(new(200, null, Indie, Indie - (2 * request) - 1, Now + (((2 * request) + 1) * Seconds), null), await LogAnswer.PostAsync(first));
            Assert.Equal(200, (await LogAnswer.PostAsync(second)).Status);
        }

        Assert.Equal(new(429, "RATE_LIMITED", Indie, 0, Now + 60, Seconds), await LogAnswer.PostAsync(first));
        Assert.Equal(new(429, "RATE_LIMITED", Indie, 0, Now + 60, Seconds), await LogAnswer.PostAsync(second));
    }

    [Fact]
    public async Task A_lone_request_on_a_warm_instance_is_admitted_in_one_transaction()
    {
        var client = await fixture.CreateClientAsync("Scale");
        await LogAnswer.PostAsync(client);
        await client.WaitForAsync(1);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await fixture.Proxy.ResetWhenQuietAsync();

        await LogAnswer.PostAsync(client);
        await fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "POST" }));

        // What other tests sent may still be on its way into the table of logs.
        var admissions = fixture.Proxy.Transactions.Where(transaction => transaction is { Service: "table", Method: "GET" or "POST" });
        Assert.Equal("table POST", Assert.Single(admissions).ToString());
    }

    [Fact]
    public async Task A_batch_that_cannot_be_queued_costs_nothing()
    {
        var client = await fixture.CreateClientAsync("Bootstrapper");
        var before = await LogAnswer.PostAsync(client);
        fixture.Proxy.Fault = request => request.Path.Value!.Contains("/logs/messages", StringComparison.Ordinal) && request.Method == "POST"
            ? StorageFault.Unavailable
            : StorageFault.None;

        var failed = await LogAnswer.PostAsync(client);
        fixture.Proxy.Fault = static _ => StorageFault.None;
        var after = await LogAnswer.PostAsync(client);

        Assert.Equal((503, "SERVICE_UNAVAILABLE"), (failed.Status, failed.Code));
        Assert.True(failed.RetryAfter > 0);
        Assert.Equal(before.Remaining - 1, after.Remaining);
        Assert.Equal(2 * LogEntries.Simple().ToJsonString().Length, await LogQuotaTests.BookedAsync(fixture, client));
    }

    [Fact]
    public async Task Plans_can_be_set_otherwise()
    {
        await using var host = await ServerlessHost.StartAsync(
            configure: builder => builder.Configuration["Plans:LuminaLog:Indie:RequestsPerMinute"] = "2");
        var client = new LogClient(host.Client, await host.CreateLogKeyAsync("Indie"), host.Account);

        Assert.Equal((200, 2), ((await LogAnswer.PostAsync(client)) is var answer ? (answer.Status, answer.Limit) : default));
        Assert.Equal(200, (await LogAnswer.PostAsync(client)).Status);
        Assert.Equal(429, (await LogAnswer.PostAsync(client)).Status);
    }

    [Theory]
    [InlineData("many")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public async Task A_figure_that_makes_no_sense_is_said_in_one_line_at_the_start(string figure)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => ServerlessHost.StartAsync(
            configure: builder => builder.Configuration["Plans:LuminaLog:Indie:RequestsPerMinute"] = figure));

        Assert.Equal($"Plans__LuminaLog__Indie__RequestsPerMinute: must be a whole number of at least 1, not \"{figure}\".", failure.Message);
    }
}
