using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Http;

/// <summary>Requests with a session count for the session, and for no address; and what only looks like a session is no way around the limit of an address.</summary>
public sealed class SessionClientLimitTests : IAsyncLifetime
{
    private const string Path = "/v1/templates";

    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await ServerlessHost.StartAsync(_proxy.Account, builder =>
        {
            builder.Configuration["Limits:LaminaRequestsPerMinute"] = "2";
            builder.Configuration["Limits:TraceDataPerMinute"] = "4";
        });
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_session_goes_on_where_its_address_is_used_up_and_ends_at_its_own_limit()
    {
        var session = await CreateSessionAsync();
        await UseUpAsync("203.0.113.1");

        for (var request = 0; request < 4; request++)
        {
            Assert.Equal(HttpStatusCode.OK, await GetAsync("203.0.113.1", session.Bearer));
        }

        await _proxy.ResetWhenQuietAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync("203.0.113.1", session.Bearer));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync("203.0.113.2", session.Cookie));
        Assert.Empty(_proxy.Transactions);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("203.0.113.2"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("203.0.113.2"));
    }

    [Fact]
    public async Task A_session_spends_nothing_of_its_address()
    {
        var session = await CreateSessionAsync();
        for (var request = 0; request < 4; request++)
        {
            Assert.Equal(HttpStatusCode.OK, await GetAsync("203.0.113.3", session.Bearer));
        }

        await UseUpAsync("203.0.113.3");
    }

    [Fact]
    public async Task A_request_with_a_session_costs_one_transaction()
    {
        var session = await CreateSessionAsync();
        await GetAsync("203.0.113.4", session.Bearer);

        await _proxy.ResetWhenQuietAsync();
        Assert.Equal(HttpStatusCode.OK, await GetAsync("203.0.113.4", session.Bearer));

        Assert.Equal(["table POST"], _proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task To_read_logs_with_a_session_costs_one_transaction_beside_the_reading()
    {
        var session = await CreateSessionAsync();
        (await session.SendAsync("GET", "/v1/logs")).Dispose();

        await _proxy.ResetWhenQuietAsync();
        (await session.SendAsync("GET", "/v1/logs")).Dispose();

        Assert.Single(_proxy.Transactions, transaction => transaction.ToString() != "table GET");
    }

    [Theory]
    [InlineData("Authorization", "Bearer ", "203.0.113.5")]
    [InlineData("Cookie", "serverless_session=", "203.0.113.6")]
    public async Task Invented_tokens_count_for_the_address(string header, string before, string address)
    {
        var organization = await CreateOrganizationAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(address, Invented()));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(address, Invented()));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(address, Invented()));

        (string, string) Invented() => (header, before + ApiKey.Create(KeyPrefix.Session, organization).Reveal());
    }

    [Fact]
    public async Task So_do_those_of_a_suspended_organization()
    {
        var organization = await CreateOrganizationAsync();
        var session = await SessionClient.CreateAsync(_host, organization);
        await _host.Services.GetRequiredService<AccountStore>().UpdateAsync(
            organization, new Dictionary<string, string>(StringComparer.Ordinal) { [TenantColumns.Status] = TenantStatus.Suspended });

        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("203.0.113.7", session.Bearer));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("203.0.113.7", session.Bearer));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync("203.0.113.7", session.Bearer));
    }

    private async Task UseUpAsync(string address)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(address));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(address));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(address));
    }

    private async Task<string> CreateOrganizationAsync() =>
        (await _host.Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", Plans.DefaultLogPlan, Plans.DefaultTracePlan)).Id;

    private async Task<SessionClient> CreateSessionAsync() => await SessionClient.CreateAsync(_host, await CreateOrganizationAsync());

    private async Task<HttpStatusCode> GetAsync(string address, params IEnumerable<(string, string)> headers)
    {
        using var response = await new SessionClient(_host.Client, "").SendAsync("GET", Path, json: null, [("X-Client-IP", address), .. headers]);
        return response.StatusCode;
    }
}
