using Serverless.Tenancy;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>How often a session may ask for data, and an organization its AI.</summary>
public sealed class SessionLimitTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    private const int PerMinute = 300;
    private const int AiPerHour = 20;

    // The window, and two seconds, by which clocks may differ.
    private const int UntilFree = 60 + 2;
    private const int UntilAiIsFree = (60 * 60) + 2;

    [Fact]
    public async Task A_session_asks_three_hundred_times_a_minute()
    {
        fixture.AdvanceToFullHour();
        var (_, project, user, token) = await fixture.BeginAsync();
        var another = await fixture.BeginAsync(user);
        var answers = await Task.WhenAll(Enumerable.Range(0, PerMinute).Select(_ => fixture.EnterAsync(token, project)));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));

        await fixture.Proxy.ResetWhenQuietAsync();
        Assert.Equal(SessionAnswer.RateLimited(UntilFree), await fixture.EnterAsync(token, project));
        Assert.Equal(SessionAnswer.RateLimited(UntilFree), await fixture.EnterAsync(token, ""));
        Assert.Empty(fixture.Proxy.Transactions);
        Assert.Equal(200, (await fixture.EnterAsync(another, project)).Status);
        Assert.Equal(200, (await fixture.EnterAiAsync(token, project)).Status);

        fixture.Time.Advance(TimeSpan.FromSeconds(UntilFree - 1));
        Assert.Equal(SessionAnswer.RateLimited(1), await fixture.EnterAsync(token, project));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);
    }

    [Fact]
    public async Task The_sessions_of_an_organization_share_twenty_requests_to_its_ai_an_hour()
    {
        fixture.AdvanceToFullHour();
        var (organization, project, user, token) = await fixture.BeginAsync();
        var colleague = await fixture.BeginAsync(await fixture.CreateUserAsync(organization));
        for (var request = 0; request < AiPerHour; request++)
        {
            Assert.Equal(200, (await fixture.EnterAiAsync(request % 2 == 0 ? token : colleague, project)).Status);
        }

        Assert.Equal(SessionAnswer.RateLimited(UntilAiIsFree), await fixture.EnterAiAsync(token, project));
        Assert.Equal(SessionAnswer.RateLimited(UntilAiIsFree), await fixture.EnterAiAsync(colleague, project));
        Assert.Equal(SessionAnswer.RateLimited(UntilAiIsFree), await fixture.EnterAiAsync(await fixture.BeginAsync(user), ""));
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);
        var (_, othersProject, _, others) = await fixture.BeginAsync();
        Assert.Equal(200, (await fixture.EnterAiAsync(others, othersProject)).Status);

        fixture.Time.Advance(TimeSpan.FromSeconds(UntilAiIsFree - 1));
        Assert.Equal(SessionAnswer.RateLimited(1), await fixture.EnterAiAsync(token, project));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await fixture.EnterAiAsync(colleague, project)).Status);
    }

    [Fact]
    public async Task The_ai_budget_is_that_of_the_session_s_organization_whosever_the_project_is()
    {
        var (_, _, user, token) = await fixture.BeginAsync();
        var (second, secondProject) = await fixture.CreateOrganizationAsync();
        var secondToken = await fixture.BeginAsync(await fixture.CreateUserAsync(second));
        await fixture.Get<MembershipStore>().SetAsync(second, user, Roles.Member);
        for (var request = 0; request < AiPerHour; request++)
        {
            Assert.Equal(200, (await fixture.EnterAiAsync(token, secondProject)).Status);
        }

        Assert.Equal(429, (await fixture.EnterAiAsync(token, secondProject)).Status);
        Assert.Equal(200, (await fixture.EnterAiAsync(secondToken, secondProject)).Status);
    }

    [Fact]
    public async Task A_request_that_is_not_valid_counts_and_one_that_is_not_authenticated_does_not()
    {
        var (_, project, _, token) = await fixture.BeginAsync();
        for (var request = 0; request < AiPerHour; request++)
        {
            Assert.Equal(401, (await fixture.EnterAiAsync(token[..^1] + (token[^1] == '0' ? '1' : '0'), project)).Status);
            Assert.Equal(400, (await fixture.EnterAiAsync(token, "")).Status);
        }

        Assert.Equal(429, (await fixture.EnterAiAsync(token, project)).Status);
    }
}
