using Serverless.Admission;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>A session that is switched is no way around the end of another: what it was begun with has to be the password still.</summary>
public sealed class SwitchedSessionTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    [Fact]
    public async Task A_session_whose_password_was_changed_a_moment_ago_leads_nowhere()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var (second, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization, second);
        var sessions = fixture.Get<SessionStore>();
        var token = (await sessions.CreateAsync(user, organization))!.Token;
        var record = (await fixture.Get<AdmissionGate>().AdmitAsync(token, _ => [])).Caller!.Key;
        await fixture.Get<UserStore>().SetPasswordAsync(user.Email, "another horse battery");

        // As if the session had been proven just before.
        Assert.Null(await sessions.SwitchAsync(token, record, second));
        Assert.Null(await sessions.SwitchAsync(token, record with { PasswordVersion = 0 }, second));
    }

    [Fact]
    public async Task A_session_remembers_the_password_it_was_begun_with_from_switch_to_switch()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var (second, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization, second);
        var token = (await SwitchAsync(await fixture.BeginAsync(user), second)).ReadToken();

        await fixture.Get<UserStore>().SetPasswordAsync(user.Email, "another horse battery");

        Assert.Equal(SessionAnswer.NotAuthenticated, await SwitchAsync(token, organization));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LogoutAsync(token));
    }

    [Fact]
    public async Task Somebody_who_is_no_member_any_more_is_not_let_back_in()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var (second, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization, second);
        var token = await fixture.BeginAsync(user);
        var other = token[4..16] == organization ? second : organization;

        await fixture.Get<MembershipStore>().RemoveAsync(other, user.Id);

        Assert.Equal(SessionAnswer.NotAMember, await SwitchAsync(token, other));
    }

    private async Task<SessionAnswer> SwitchAsync(string token, string organization) =>
        await SessionAnswer.OfAsync(await new SessionClient(fixture.Host.Client, token).SendAsync("POST", "/v1/auth/session", $$"""{"organization":"{{organization}}"}"""));
}
