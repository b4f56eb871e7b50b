using Microsoft.Extensions.Primitives;
using Serverless.Tenancy;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>Whom the door to the data lets in, and to which projects.</summary>
public sealed class SessionGateTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    private const string UnknownOrganization = "000000000000";

    public static TheoryData<string, Func<string, string?>> Credentials => new()
    {
        { "none", _ => null },
        { "empty", _ => "" },
        { "no scheme", token => token },
        { "another scheme", token => $"Basic {token}" },
        { "no token", _ => "Bearer " },
        { "two tokens", token => $"Bearer {token}, Bearer {token}" },
        { "truncated", token => $"Bearer {token[..^1]}" },
        { "prolonged", token => $"Bearer {token}0" },
        { "uppercase", token => $"Bearer {token.ToUpperInvariant()}" },
        { "a wrong secret", token => $"Bearer {token[..^1]}{(token[^1] == '0' ? '1' : '0')}" },
        { "another id", token => $"Bearer {ApiKey.Create(KeyPrefix.Session, token.Substring(4, 12)).Reveal()}" },
        { "an unknown organization", token => $"Bearer lqs_{UnknownOrganization}{token[16..]}" },
        { "the prefix of another surface", token => $"Bearer lqt_{token[4..]}" },
    };

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task Whoever_has_no_session_is_not_let_in(string defect, Func<string, string?> spoil)
    {
        var (_, project, _, token) = await fixture.BeginAsync();
        var authorization = spoil(token);

        Assert.True(SessionAnswer.NotAuthenticated == await fixture.EnterWithAsync(authorization, project), defect);
        Assert.True(SessionAnswer.NotAuthenticated == await fixture.EnterWithAsync(authorization, default(StringValues)), defect);
        Assert.True(SessionAnswer.NotAuthenticated == await SessionFixture.LogoutAsync(fixture.Host, authorization), defect);
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);
    }

    [Theory]
    [InlineData(KeyPrefix.LumiqTrace)]
    [InlineData(KeyPrefix.LuminaLog)]
    [InlineData(KeyPrefix.Lamina)]
    public async Task A_key_is_no_session(string prefix)
    {
        var (organization, project) = await fixture.CreateOrganizationAsync();
        var key = (await fixture.Get<KeyStore>().CreateAsync(organization, prefix, new KeyOptions { Project = project }))!.Reveal();

        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.EnterAsync(key, project));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.EnterAsync("lqs_" + key[prefix.Length..], project));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.EnterAiAsync(key, project));
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LogoutAsync(key));
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_may_be_written_in_any_case(string scheme)
    {
        var (_, project, _, token) = await fixture.BeginAsync();
        Assert.Equal(new(200, $"\"{project}\""), await fixture.EnterWithAsync($"{scheme} {token}", project));
    }

    [Fact]
    public async Task A_request_names_one_project_that_exists()
    {
        var (organization, project, _, token) = await fixture.BeginAsync();

        Assert.Equal(SessionAnswer.Error(400, "\"projectId\" is required"), await fixture.EnterAsync(token, default(StringValues)));
        Assert.Equal(SessionAnswer.Error(400, "\"projectId\" is required"), await fixture.EnterAsync(token, (string?)null));
        Assert.Equal(SessionAnswer.Error(400, "\"projectId\" is required"), await fixture.EnterAsync(token, ""));
        Assert.Equal(SessionAnswer.Error(400, "\"projectId\" must be given once"), await fixture.EnterAsync(token, new[] { project, project }));
        string[] unknown =
        [
            "x", "prj_", project[..^1], project + "0", project.ToUpperInvariant(), "account", "../account", new('x', 5000),
            TenantIds.NewProject(organization), TenantIds.NewProject(UnknownOrganization),
        ];
        foreach (var id in unknown)
        {
            Assert.Equal(SessionAnswer.ProjectNotFound, await fixture.EnterAsync(token, id));
            Assert.Equal(SessionAnswer.ProjectNotFound, await fixture.EnterAiAsync(token, id));
        }
    }

    [Fact]
    public async Task A_project_of_an_organization_of_others_is_closed()
    {
        var (_, _, _, token) = await fixture.BeginAsync();
        var (others, project) = await fixture.CreateOrganizationAsync();

        Assert.Equal(SessionAnswer.NotAMember, await fixture.EnterAsync(token, project));
        Assert.Equal(SessionAnswer.NotAMember, await fixture.EnterAiAsync(token, project));
        Assert.Equal(SessionAnswer.ProjectNotFound, await fixture.EnterAsync(token, TenantIds.NewProject(others)));
    }

    [Fact]
    public async Task One_session_opens_the_projects_of_all_organizations_that_its_user_is_a_member_of()
    {
        var (own, ownProject, user, token) = await fixture.BeginAsync();
        var (second, secondProject) = await fixture.CreateOrganizationAsync();
        Assert.Equal(SessionAnswer.NotAMember, await fixture.EnterAsync(token, secondProject));

        await fixture.Get<MembershipStore>().SetAsync(second, user, Roles.Member);
        Assert.Equal(new(200, $"\"{secondProject}\""), await fixture.EnterAsync(token, secondProject));
        Assert.Equal(new(200, $"\"{secondProject}\""), await fixture.EnterAiAsync(token, secondProject));

        await fixture.SetStatusAsync(second, TenantStatus.Suspended);
        Assert.Equal(SessionAnswer.Suspended, await fixture.EnterAsync(token, secondProject));
        Assert.Equal(200, (await fixture.EnterAsync(token, ownProject)).Status);
        await fixture.SetStatusAsync(second, TenantStatus.Active);
        Assert.Equal(200, (await fixture.EnterAsync(token, secondProject)).Status);

        await fixture.Get<MembershipStore>().RemoveAsync(second, user.Id);
        Assert.Equal(SessionAnswer.NotAMember, await fixture.EnterAsync(token, secondProject));
        Assert.Equal(200, (await fixture.EnterAsync(token, ownProject)).Status);

        await fixture.Get<MembershipStore>().SetAsync(second, user, Roles.Member);
        await fixture.Get<MembershipStore>().RemoveAsync(own, user.Id);
        Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.EnterAsync(token, secondProject));
        Assert.Equal(200, (await fixture.EnterAsync(await fixture.BeginAsync(user), secondProject)).Status);
    }

    [Fact]
    public async Task A_suspended_organization_is_closed_until_it_is_active_again()
    {
        var (organization, project, _, token) = await fixture.BeginAsync();
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);

        await fixture.SetStatusAsync(organization, TenantStatus.Suspended);
        Assert.Equal(SessionAnswer.Suspended, await fixture.EnterAsync(token, project));
        Assert.Equal(SessionAnswer.Suspended, await fixture.EnterAiAsync(token, project));
        Assert.Equal(SessionAnswer.Suspended, await fixture.EnterAsync(token, ""));

        await fixture.SetStatusAsync(organization, TenantStatus.Active);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200, (await fixture.EnterAsync(token, project)).Status);
    }

    [Fact]
    public async Task A_suspended_project_can_still_be_read()
    {
        var (_, project, _, token) = await fixture.BeginAsync();
        await fixture.Get<ProjectStore>().UpdateAsync(project, name: null, TenantStatus.Suspended);

        Assert.Equal(new(200, $"\"{project}\""), await fixture.EnterAsync(token, project));
    }

    [Fact]
    public async Task A_warm_request_costs_two_transactions_and_four_across_organizations()
    {
        var (_, project, user, token) = await fixture.BeginAsync();
        var (second, secondProject) = await fixture.CreateOrganizationAsync();
        await fixture.Get<MembershipStore>().SetAsync(second, user, Roles.Member);
        await fixture.EnterAsync(token, project);

        // Admission, and the project's row; then the member's, and that of the organization.
        Assert.Equal(["table POST", "table GET"], await CostAsync(() => fixture.EnterAsync(token, project)));
        Assert.Equal(["table POST", "table GET"], await CostAsync(() => fixture.EnterAiAsync(token, project)));
        Assert.Equal(["table POST", "table GET", "table GET", "table GET"], await CostAsync(() => fixture.EnterAsync(token, secondProject)));

        async Task<IEnumerable<string>> CostAsync(Func<Task<SessionAnswer>> enter)
        {
            await fixture.Proxy.ResetWhenQuietAsync();
            Assert.Equal(200, (await enter()).Status);
            return [.. fixture.Proxy.Transactions.Select(transaction => transaction.ToString())];
        }
    }
}
