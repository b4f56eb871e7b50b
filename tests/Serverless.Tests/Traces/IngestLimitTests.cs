using System.Net;
using System.Text;
using Serverless.Admission;
using Serverless.Tenancy;
using Serverless.Tests.Admission;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Requests in any minute by key, and events of a month by organization.</summary>
public sealed class IngestLimitTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private const string RateLimited = "Rate limit exceeded";
    private const string QuotaExceeded = "Monthly quota exceeded";

    // A permit counts for a minute, and as long as clocks may differ.
    private static readonly TimeSpan FreeAfter = TimeSpan.FromSeconds(62);

    private DateTimeOffset Now => fixture.Time.GetUtcNow();

    private DateTimeOffset MonthEnd => new DateTimeOffset(Now.Year, Now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);

    [Fact]
    public async Task A_key_may_send_1000_requests_in_a_minute_and_bad_ones_count()
    {
        var client = await fixture.CreateClientAsync();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 1001).Select(async number =>
        {
            using var response = await client.PostAsync(number % 100 == 0 ? TraceEvents.Lines(1) : "");
            return response.StatusCode;
        }));

        Assert.Equal(1, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        await ExpectLimitedAsync(client, FreeAfter);
    }

    [Fact]
    public async Task A_denied_request_is_told_how_long_to_wait_and_then_succeeds()
    {
        var client = await fixture.CreateClientAsync(options: new KeyOptions { RequestsPerMinute = 2 });
        await ExpectAcceptedAsync(client, 1);
        fixture.Time.Advance(TimeSpan.FromSeconds(20));
        await ExpectAcceptedAsync(client, 1);

        await ExpectLimitedAsync(client, FreeAfter - TimeSpan.FromSeconds(20));
        fixture.Time.Advance(FreeAfter - TimeSpan.FromSeconds(21));
        await ExpectLimitedAsync(client, TimeSpan.FromSeconds(1));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await ExpectAcceptedAsync(client, 1);
        await ExpectLimitedAsync(client, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_denied_request_on_a_warm_instance_costs_nothing()
    {
        var client = await fixture.CreateClientAsync(options: new KeyOptions { RequestsPerMinute = 1 });
        await ExpectAcceptedAsync(client, 1);
        await fixture.Proxy.ResetWhenQuietAsync();

        await ExpectLimitedAsync(client, FreeAfter);

        Assert.Empty(fixture.Proxy.Transactions);
    }

    [Fact]
    public async Task Every_key_has_a_limit_of_its_own()
    {
        var client = await fixture.CreateClientAsync(options: new KeyOptions { RequestsPerMinute = 1 });
        var project = await fixture.Projects.FindAsync(client.Project);
        var second = await TraceClient.CreateAsync(fixture.Host, client.Organization, project!, new KeyOptions { RequestsPerMinute = 1 });

        await ExpectAcceptedAsync(client, 1);
        await ExpectAcceptedAsync(second, 1);
        await ExpectLimitedAsync(client, FreeAfter);
        await ExpectLimitedAsync(second, FreeAfter);
    }

    [Fact]
    public async Task A_batch_that_does_not_fit_the_quota_is_refused_whole_and_next_month_it_is_taken()
    {
        var client = await fixture.CreateClientAsync("Pro");
        await ExpectAcceptedAsync(client, 6);

        await ExpectQuotaExceededAsync(client, 5, CeilingOf(MonthEnd - Now));
        Assert.Equal(6, await BookedAsync(client));
        await ExpectAcceptedAsync(client, 4);
        await ExpectQuotaExceededAsync(client, 1, CeilingOf(MonthEnd - Now));
        Assert.Equal(TraceFixture.SmallQuota, (await client.TakeSentEventsAsync()).Count);

        var end = MonthEnd;
        fixture.Time.Advance(end - Now - TimeSpan.FromSeconds(0.5));
        await ExpectQuotaExceededAsync(client, 1, TimeSpan.FromSeconds(1));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await ExpectAcceptedAsync(client, 5);
        Assert.Equal(5, await BookedAsync(client));
    }

    [Fact]
    public async Task An_event_that_stands_there_twice_is_charged_twice()
    {
        var client = await fixture.CreateClientAsync("Pro");
        var same = TraceEvents.Simple().ToJsonString();

        using var response = await client.PostAsync($"{same}\n{same}\n{same}");

        await response.ExpectAcceptedAsync(3);
        Assert.Equal(3, await BookedAsync(client));
    }

    [Fact]
    public async Task The_projects_of_an_organization_share_its_quota()
    {
        var client = await fixture.CreateClientAsync("Pro");
        var sibling = await TraceClient.CreateAsync(fixture.Host, client.Organization, (await fixture.Projects.CreateAsync(client.Organization, "Other"))!);

        await ExpectAcceptedAsync(client, 6);
        await ExpectQuotaExceededAsync(sibling, 5, CeilingOf(MonthEnd - Now));
        await ExpectAcceptedAsync(sibling, 4);
    }

    [Fact]
    public async Task A_batch_refused_by_the_quota_costs_no_request_and_one_refused_by_its_body_does()
    {
        var client = await fixture.CreateClientAsync("Pro", new KeyOptions { RequestsPerMinute = 3 });
        await ExpectAcceptedAsync(client, 10);

        await ExpectQuotaExceededAsync(client, 1, CeilingOf(MonthEnd - Now));
        using (var bad = await client.PostAsync("{}"))
        {
            await bad.ExpectInvalidAsync("Line 1: \"event_id\" is required");
        }

        await ExpectQuotaExceededAsync(client, 1, CeilingOf(MonthEnd - Now));
        using (var bad = await client.PostAsync([0xFF], "application/x-ndjson"))
        {
            await bad.ExpectInvalidAsync("Line 1 is not UTF-8");
        }

        await ExpectLimitedAsync(client, FreeAfter);
        Assert.Equal(10, await BookedAsync(client));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_queued_costs_nothing()
    {
        var client = await fixture.CreateClientAsync("Pro", new KeyOptions { RequestsPerMinute = 2 });
        await ExpectAcceptedAsync(client, 4);
        fixture.Proxy.Fault = request => request.Path.Value!.EndsWith("/traces/messages", StringComparison.Ordinal) && request.Method == "POST"
            ? StorageFault.Unavailable
            : StorageFault.None;

        using var failed = await client.PostAsync(TraceEvents.Lines(6));
        fixture.Proxy.Fault = static _ => StorageFault.None;

        await failed.ExpectErrorAsync(HttpStatusCode.ServiceUnavailable, "Storage cannot be reached at the moment, please try again");
        Assert.Equal(TimeSpan.FromSeconds(5), failed.Headers.RetryAfter?.Delta);
        Assert.Equal(4, await BookedAsync(client));
        await ExpectAcceptedAsync(client, 6);
        await ExpectLimitedAsync(client, FreeAfter);
    }

    [Fact]
    public async Task Logs_and_events_do_not_count_for_each_other()
    {
        var client = await fixture.CreateClientAsync("Pro", new KeyOptions { RequestsPerMinute = 2 });
        var logs = new LogClient(
            fixture.Host.Client, (await fixture.Keys.CreateAsync(client.Organization, KeyPrefix.LuminaLog, new KeyOptions { RequestsPerMinute = 2 }))!.Reveal(), fixture.Host.Account);
        var before = await LogAnswer.PostAsync(logs);

        await ExpectAcceptedAsync(client, 5);
        await ExpectAcceptedAsync(client, 5);
        var after = await LogAnswer.PostAsync(logs);

        Assert.Equal((200, before.Limit, before.Remaining - 1), (after.Status, after.Limit, after.Remaining));
        Assert.Equal(2 * LogEntries.Simple().ToJsonString().Length, MonthlyQuota.Used((await client.AccountRowAsync()).GetString(QuotaColumns.LogBytes), Now));
        Assert.Equal(10, await BookedAsync(client));
    }

    [Fact]
    public async Task An_answer_says_what_is_left_of_the_budget_of_the_key()
    {
        var client = await fixture.CreateClientAsync(options: new KeyOptions { RequestsPerMinute = 3 });

        foreach (var left in (int[])[2, 1, 0])
        {
            using var response = await client.PostAsync(Encoding.UTF8.GetBytes(left == 1 ? "{}" : TraceEvents.Lines(1)), contentType: null);
            Expect(response, left, FreeAfter);
            Assert.False(response.Headers.Contains("Retry-After"));
        }

        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        using var denied = await client.PostAsync(TraceEvents.Lines(1));
        Expect(denied, left: 0, FreeAfter - TimeSpan.FromSeconds(2));

        static void Expect(HttpResponseMessage response, int left, TimeSpan until)
        {
            Assert.Equal("\"key\";q=3;w=60", Assert.Single(response.Headers.GetValues("RateLimit-Policy")));
            Assert.Equal($"\"key\";r={left};t={(int)until.TotalSeconds}", Assert.Single(response.Headers.GetValues("RateLimit")));
        }
    }

    private async Task<long> BookedAsync(TraceClient client) =>
        MonthlyQuota.Used((await client.AccountRowAsync()).GetString(QuotaColumns.TraceEvents), Now);

    private static async Task ExpectAcceptedAsync(TraceClient client, int events)
    {
        using var response = await client.PostAsync(TraceEvents.Lines(events));
        await response.ExpectAcceptedAsync(events);
    }

    private static async Task ExpectLimitedAsync(TraceClient client, TimeSpan wait)
    {
        using var response = await client.PostAsync(TraceEvents.Lines(1));
        await response.ExpectTooManyAsync(RateLimited, wait);
    }

    private static async Task ExpectQuotaExceededAsync(TraceClient client, int events, TimeSpan wait)
    {
        using var response = await client.PostAsync(TraceEvents.Lines(events));
        await response.ExpectTooManyAsync(QuotaExceeded, wait);
    }

    private static TimeSpan CeilingOf(TimeSpan wait) => TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds));
}
