using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>Whom <c>GET /v1/events</c> lets in, and to which projects, as whoever asks sees it.</summary>
[Trait("Category", "Contract")]
public sealed class SessionAnswerTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    public static TheoryData<string, Func<string, string?>> Credentials => SessionGateTests.Credentials;

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task Whoever_has_no_session_is_not_let_in(string defect, Func<string, string?> spoil)
    {
        var (organization, project, token) = await BeginAsync();
        var authorization = spoil(token);

        foreach (var path in (string[])[$"/v1/events?projectId={project}", "/v1/events", $"/v1/costs?projectId={project}", $"/v1/projects/{project}/overview"])
        {
            Assert.True(SessionAnswer.NotAuthenticated == await GetAsync(path, authorization), $"{defect}: {path}");
        }

        Assert.True(SessionAnswer.NotAuthenticated == await LogoutAsync(authorization), defect);
        Assert.Equal(200, (await GetAsync($"/v1/events?projectId={project}", $"Bearer {token}")).Status);
        Assert.StartsWith("lqs_" + organization, token, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/events?", "/v1/traces/t?", "/v1/costs?", "/v1/performance?", "/v1/ai/anomalies?")]
    public async Task A_request_names_one_project_that_exists_and_is_not_of_others(params string[] paths)
    {
        var (_, project, token) = await BeginAsync();
        var (_, others, _) = await BeginAsync();
        var authorization = $"Bearer {token}";
        foreach (var path in paths)
        {
            Assert.Equal(SessionAnswer.Error(400, "\"projectId\" is required"), await GetAsync(path, authorization));
            Assert.Equal(SessionAnswer.ProjectNotFound, await GetAsync($"{path}projectId={project[..^1]}", authorization));
            Assert.Equal(SessionAnswer.NotAMember, await GetAsync($"{path}projectId={others}", authorization));
        }
    }

    [Fact]
    public async Task One_session_opens_the_projects_of_all_organizations_that_its_user_is_a_member_of()
    {
        var (organization, member) = await CreateMemberAsync();
        var token = $"Bearer {await fixture.Host.LogInAsync(member.Email)}";
        var second = await fixture.Operator.CreateOrganizationAsync();
        var project = await fixture.Host.CreateProjectAsync(second);
        Assert.Equal(SessionAnswer.NotAMember, await GetAsync($"/v1/events?projectId={project}", token));

        await fixture.Operator.CreateAsync($"organizations/{second}/members", $$"""{"email":"{{member.Email}}","role":"member"}""");
        Assert.Equal(200, (await GetAsync($"/v1/events?projectId={project}", token)).Status);

        await fixture.Operator.DoAsync("PATCH", $"organizations/{second}", """{"status":"suspended"}""");
        Assert.Equal(SessionAnswer.Suspended, await GetAsync($"/v1/events?projectId={project}", token));

        await fixture.Operator.DoAsync("DELETE", $"organizations/{organization}/members/{member.UserId}");
        Assert.Equal(SessionAnswer.NotAuthenticated, await GetAsync($"/v1/events?projectId={project}", token));
    }

    [Fact]
    public async Task Logging_out_ends_a_session_and_no_other()
    {
        var (organization, member) = await CreateMemberAsync();
        var project = await fixture.Host.CreateProjectAsync(organization);
        string[] tokens = [$"Bearer {await fixture.Host.LogInAsync(member.Email)}", $"Bearer {await fixture.Host.LogInAsync(member.Email)}"];

        Assert.Equal(new(204, ""), await LogoutAsync(tokens[0]));

        Assert.Equal(SessionAnswer.NotAuthenticated, await GetAsync($"/v1/events?projectId={project}", tokens[0]));
        Assert.Equal(SessionAnswer.NotAuthenticated, await LogoutAsync(tokens[0]));
        Assert.Equal(200, (await GetAsync($"/v1/events?projectId={project}", tokens[1])).Status);
    }

    [Fact]
    public async Task A_key_is_no_session()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        Assert.Equal(SessionAnswer.NotAuthenticated, await GetAsync($"/v1/events?projectId={client.Project}", $"Bearer {client.Key}"));
    }

    private async Task<(string Organization, ContractMember Member)> CreateMemberAsync()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        return (organization, await fixture.Host.CreateMemberAsync(organization));
    }

    private async Task<(string Organization, string Project, string Token)> BeginAsync()
    {
        var (organization, member) = await CreateMemberAsync();
        return (organization, await fixture.Host.CreateProjectAsync(organization), await fixture.Host.LogInAsync(member.Email));
    }

    private Task<SessionAnswer> GetAsync(string path, string? authorization) => SendAsync(HttpMethod.Get, path, authorization);

    private Task<SessionAnswer> LogoutAsync(string? authorization) => SendAsync(HttpMethod.Post, "/v1/auth/logout", authorization);

    private async Task<SessionAnswer> SendAsync(HttpMethod method, string path, string? authorization)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await SessionAnswer.OfAsync(await fixture.Host.Client.SendAsync(request));
    }
}
