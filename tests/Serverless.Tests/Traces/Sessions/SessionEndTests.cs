using Serverless.Tenancy;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>All the ways in which a session ends, from the very next request on: also through an instance that has just served it.</summary>
public sealed class SessionEndTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    [Fact]
    public async Task It_expires_after_twelve_hours()
    {
        var (_, project, _, token) = await fixture.BeginAsync();

        fixture.Time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await AssertEndedAsync(token, project);
    }

    [Fact]
    public async Task Logging_out_ends_it_and_no_other()
    {
        var (_, project, user, token) = await fixture.BeginAsync();
        var another = await fixture.BeginAsync(user);
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);

        Assert.Equal(new(204, ""), await fixture.LogoutAsync(token));
        await AssertEndedAsync(token, project);
        Assert.Equal(200, (await fixture.EnterAsync(another, project)).Status);
    }

    [Fact]
    public async Task Logging_out_elsewhere_ends_it_here()
    {
        var (_, project, _, token) = await fixture.BeginAsync();
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);

        Assert.Equal(new(204, ""), await SessionFixture.LogoutAsync(fixture.Other, $"Bearer {token}"));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LogoutAsync(token));
        await AssertEndedAsync(token, project);
    }

    [Fact]
    public async Task Logging_out_is_not_refused_to_a_suspended_organization()
    {
        var (organization, project, _, token) = await fixture.BeginAsync();
        await fixture.SetStatusAsync(organization, TenantStatus.Suspended);

        Assert.Equal(new(204, ""), await fixture.LogoutAsync(token));
        await AssertEndedAsync(token, project);
    }

    [Fact]
    public async Task Another_password_ends_all_sessions_of_the_user()
    {
        var (organization, project, user, token) = await fixture.BeginAsync();
        var another = await fixture.BeginAsync(user);
        var colleague = await fixture.BeginAsync(await fixture.CreateUserAsync(organization));
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);

        await fixture.Get<UserStore>().SetPasswordAsync(user.Email, "another horse battery");
        await AssertEndedAsync(token, project);
        await AssertEndedAsync(another, project);
        Assert.Equal(200, (await fixture.EnterAsync(colleague, project)).Status);

        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync(user.Email));
        var next = await fixture.LoginAsync(user.Email, "another horse battery");
        Assert.Equal(200, (await fixture.EnterAsync(next.ReadToken(), project)).Status);
    }

    [Fact]
    public async Task The_end_of_the_membership_ends_it()
    {
        var (organization, project, user, token) = await fixture.BeginAsync();
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);

        await fixture.Get<MembershipStore>().RemoveAsync(organization, user.Id);
        await AssertEndedAsync(token, project);
        Assert.Equal(SessionAnswer.NotAMember, await fixture.LoginAsync(user.Email));
    }

    [Fact]
    public async Task Another_role_ends_it()
    {
        var (organization, project, user, token) = await fixture.BeginAsync();
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);

        await fixture.Get<MembershipStore>().SetAsync(organization, user, Roles.Admin);
        await AssertEndedAsync(token, project);
        Assert.Equal(200, (await fixture.EnterAsync(await fixture.BeginAsync(user), project)).Status);
    }

    private async Task AssertEndedAsync(string token, string project)
    {
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.EnterAsync(token, project));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.EnterAiAsync(token, project));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LogoutAsync(token));
    }
}
