using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>How often somebody may guess.</summary>
public sealed class LoginLimitTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    private const int PerMinute = 10;
    private const int PerQuarterHour = 20;
    private const string Wrong = "wrong horse battery";

    // The window, and two seconds, by which clocks may differ.
    private const int UntilAddressIsFree = 60 + 2;
    private const int UntilEmailIsFree = (15 * 60) + 2;

    [Fact]
    public async Task Ten_attempts_a_minute_come_from_one_address_whether_they_succeed_or_not()
    {
        fixture.AdvanceToFullHour();
        var user = await CreateUserAsync();
        var address = SessionFixture.NewAddress();
        for (var attempt = 0; attempt < PerMinute; attempt++)
        {
            var isRight = attempt % 2 == 0;
            var answer = await fixture.LoginAsync(isRight ? user : $"{attempt}@example.com", isRight ? SessionFixture.Password : Wrong, address);
            Assert.Equal(isRight ? 200 : 401, answer.Status);
        }

        Assert.Equal(SessionAnswer.RateLimited(UntilAddressIsFree), await fixture.LoginAsync(user, address: address));
        Assert.Equal(200, (await fixture.LoginAsync(user)).Status);

        fixture.Time.Advance(TimeSpan.FromSeconds(UntilAddressIsFree - 1));
        Assert.Equal(SessionAnswer.RateLimited(1), await fixture.LoginAsync(user, address: address));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await fixture.LoginAsync(user, address: address)).Status);
    }

    [Fact]
    public async Task A_body_that_is_not_valid_counts_too()
    {
        var address = SessionFixture.NewAddress();
        for (var attempt = 0; attempt < PerMinute; attempt++)
        {
            Assert.Equal(400, (await fixture.LoginAsync(new ByteArrayContent([]), address)).Status);
        }

        Assert.Equal(429, (await fixture.LoginAsync(new ByteArrayContent([]), address)).Status);
    }

    [Fact]
    public async Task Twenty_attempts_in_a_quarter_of_an_hour_are_about_one_user_wherever_they_come_from()
    {
        fixture.AdvanceToFullHour();
        var user = await CreateUserAsync();
        var statuses = await Task.WhenAll(Enumerable.Range(0, PerQuarterHour + 5).Select(async number =>
            (await fixture.LoginAsync(number % 2 == 0 ? user : $" {user.ToUpperInvariant()}", Wrong)).Status));
        Assert.Equal(PerQuarterHour, statuses.Count(status => status == 401));
        Assert.Equal(5, statuses.Count(status => status == 429));

        Assert.Equal(SessionAnswer.RateLimited(UntilEmailIsFree), await fixture.LoginAsync(user));
        Assert.Equal(200, (await fixture.LoginAsync(await CreateUserAsync())).Status);

        fixture.Time.Advance(TimeSpan.FromSeconds(UntilEmailIsFree - 1));
        Assert.Equal(SessionAnswer.RateLimited(1), await fixture.LoginAsync(user));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await fixture.LoginAsync(user)).Status);
    }

    [Fact]
    public async Task An_address_that_nobody_has_is_limited_as_one_that_somebody_has()
    {
        fixture.AdvanceToFullHour();
        var nobody = $"{Guid.NewGuid()}@example.com";
        for (var attempt = 0; attempt < PerQuarterHour; attempt++)
        {
            Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync(nobody, Wrong));
        }

        Assert.Equal(SessionAnswer.RateLimited(UntilEmailIsFree), await fixture.LoginAsync(nobody, Wrong));
    }

    [Fact]
    public async Task Whoever_guesses_on_asks_nothing_of_storage()
    {
        var address = SessionFixture.NewAddress();
        for (var attempt = 0; attempt < PerMinute; attempt++)
        {
            await fixture.LoginAsync("nobody@example.com", Wrong, address);
        }

        await fixture.Proxy.ResetWhenQuietAsync();
        Assert.Equal(429, (await fixture.LoginAsync("nobody@example.com", Wrong, address)).Status);
        Assert.Empty(fixture.Proxy.Transactions);
    }

    [Fact]
    public async Task Both_figures_can_be_set_otherwise()
    {
        await using var host = await ServerlessHost.StartAsync(configure: builder =>
        {
            builder.Configuration["Limits:TraceLoginsPerMinute"] = "3";
            builder.Configuration["Limits:TraceLoginsPerEmailPerQuarterHour"] = "1";
        });
        Assert.Equal(401, await LoginAsync("a@example.com"));
        Assert.Equal(429, await LoginAsync("a@example.com"));
        Assert.Equal(401, await LoginAsync("b@example.com"));
        Assert.Equal(429, await LoginAsync("c@example.com"));

        async Task<int> LoginAsync(string email)
        {
            using var body = SessionFixture.Credentials(email, Wrong);
            using var response = await host.Client.PostAsync("/v1/auth/login", body);
            return (int)response.StatusCode;
        }
    }

    private async Task<string> CreateUserAsync() => (await fixture.CreateUserAsync((await fixture.CreateOrganizationAsync()).Organization)).Email;
}
