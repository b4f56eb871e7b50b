using System.Net;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Sessions;

/// <summary><c>POST /v1/auth/login</c>: who gets a session, of which organization, and what is said to the others.</summary>
public sealed class LoginTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    [Fact]
    public async Task A_member_gets_a_session_of_twelve_hours()
    {
        fixture.AdvanceToFullHour();
        var (organization, project) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization);

        var answer = await fixture.LoginAsync($" {user.Email.ToUpperInvariant()} ");

        var token = answer.ReadToken();
        var expiresAt = fixture.Time.GetUtcNow().AddHours(12).ToString("yyyy-MM-ddTHH:mm:ssZ");
        Assert.Equal(new(200, $$"""{"token":"{{token}}","expires_at":"{{expiresAt}}"}"""), answer);
        Assert.Matches($"^lqs_{organization}[0-9a-f]{{36}}$", token);
        Assert.Equal(new(200, $"\"{project}\""), await fixture.EnterAsync(token, project));
        Assert.NotEqual(token, await fixture.BeginAsync(user));
    }

    [Fact]
    public async Task A_token_is_not_to_be_kept_on_its_way()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization);
        using var body = SessionFixture.Credentials(user.Email);

        using var response = await fixture.Host.Client.PostAsync("/v1/auth/login", body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_are_answered_alike()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization);

        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync(user.Email, "wrong horse battery"));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync(user.Email, new string('x', 300)));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync("nobody@example.com"));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync("nobody"));
    }

    [Fact]
    public async Task Of_several_organizations_the_session_is_of_the_first()
    {
        var organizations = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => fixture.CreateOrganizationAsync()));
        var inOrder = organizations.Select(one => one.Organization).Order(StringComparer.Ordinal).ToArray();
        var user = await fixture.CreateUserAsync([.. inOrder.Reverse()]);

        Assert.StartsWith("lqs_" + inOrder[0], await fixture.BeginAsync(user), StringComparison.Ordinal);

        await fixture.Get<MembershipStore>().RemoveAsync(inOrder[0], user.Id);
        Assert.StartsWith("lqs_" + inOrder[1], await fixture.BeginAsync(user), StringComparison.Ordinal);

        await fixture.SetStatusAsync(inOrder[1], TenantStatus.Suspended);
        Assert.StartsWith("lqs_" + inOrder[2], await fixture.BeginAsync(user), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_organization_says_of_a_membership_counts()
    {
        // The first is in the user's own list alone, as after a crash while the membership was ended.
        var (stale, real) = (new string('0', 12), (await fixture.CreateOrganizationAsync()).Organization);
        var user = await fixture.CreateUserAsync(real);
        await ClaimAsync(user, stale, real);
        Assert.StartsWith("lqs_" + real, await fixture.BeginAsync(user), StringComparison.Ordinal);

        await ClaimAsync(user, stale);
        Assert.Equal(SessionAnswer.NotAMember, await fixture.LoginAsync(user.Email));

        Task ClaimAsync(User user, params string[] organizations) =>
            fixture.Get<Ledgers>().Tenants.ApplyAsync(User.PartitionOf(user.Email), [TenantRows.User], view =>
            {
                (user with { Memberships = organizations.ToDictionary(id => id, _ => Roles.Member, StringComparer.Ordinal) }).Write(view);
                return new Verdict<bool>(true);
            });
    }

    [Fact]
    public async Task Whoever_is_no_member_of_any_organization_is_told_so_and_nobody_else_is()
    {
        var user = await fixture.CreateUserAsync();

        Assert.Equal(SessionAnswer.NotAMember, await fixture.LoginAsync(user.Email));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync(user.Email, "wrong horse battery"));
    }

    [Fact]
    public async Task A_member_of_suspended_organizations_only_is_told_so()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization);
        await fixture.SetStatusAsync(organization, TenantStatus.Suspended);

        Assert.Equal(SessionAnswer.Suspended, await fixture.LoginAsync(user.Email));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync(user.Email, "wrong horse battery"));

        await fixture.SetStatusAsync(organization, TenantStatus.Active);
        Assert.Equal(200, (await fixture.LoginAsync(user.Email)).Status);
    }

    [Fact]
    public async Task A_password_that_is_changed_after_it_was_verified_begins_no_session()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization);
        var (reached, changed) = (new TaskCompletionSource(), new TaskCompletionSource());
        fixture.Proxy.Fault = request =>
        {
            // Where the member's row is read, to make the session.
            if (!request.QueryString.Value!.Contains("member-", StringComparison.Ordinal))
            {
                return StorageFault.None;
            }

            reached.TrySetResult();
            return StorageFault.Held(changed.Task);
        };

        var login = fixture.LoginAsync(user.Email);
        await reached.Task;
        await fixture.Get<UserStore>().SetPasswordAsync(user.Email, "another horse battery");
        changed.SetResult();
        var answer = await login;
        fixture.Proxy.Fault = static _ => StorageFault.None;

        Assert.Equal(SessionAnswer.NotAuthenticated, answer);
    }

    [Fact]
    public async Task Without_storage_nobody_gets_in()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization);
        fixture.Proxy.Fault = static _ => StorageFault.Unavailable;

        var answer = await fixture.LoginAsync(user.Email);
        fixture.Proxy.Fault = static _ => StorageFault.None;

        Assert.Equal(SessionAnswer.Error(503, "Storage cannot be reached at the moment, please try again") with { RetryAfter = 5 }, answer);
    }
}
