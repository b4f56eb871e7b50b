using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Admission;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Operator;

namespace Serverless.Tests.Tenancy;

/// <summary>Sessions: how they begin, and all the ways in which they end.</summary>
public sealed class SessionStoreTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private ServerlessHost? _first;
    private ServerlessHost? _second;

    public async Task InitializeAsync()
    {
        _first = await OperatorClient.StartHostAsync(time: _time);
        _second = await OperatorClient.StartHostAsync(_first.Account, _time);
    }

    public async Task DisposeAsync()
    {
        await _second!.DisposeAsync();
        await _first!.DisposeAsync();
    }

    [Fact]
    public async Task A_session_is_a_key_of_its_user_that_lasts_twelve_hours()
    {
        var (organization, user) = await CreateAsync();
        var session = await Get<SessionStore>(_first!).CreateAsync(user, organization);
        Assert.StartsWith("lqs_" + organization, session!.Token.Reveal(), StringComparison.Ordinal);
        var admittance = await AdmitAsync(session);
        Assert.Equal((user.Id, "admin", "lqs_"), (admittance.Caller!.Key.User, admittance.Caller.Key.Scopes, admittance.Caller.Key.Prefix));

        _time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromMinutes(1));
        Assert.True((await AdmitAsync(session)).IsAdmitted);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(AdmittanceStatus.UnknownCredential, (await AdmitAsync(session)).Status);
    }

    [Fact]
    public async Task Logging_out_ends_one_session()
    {
        var (organization, user) = await CreateAsync();
        var sessions = Get<SessionStore>(_first!);
        var (one, other) = (await sessions.CreateAsync(user, organization), await sessions.CreateAsync(user, organization));
        Assert.True((await AdmitAsync(one!)).IsAdmitted);
        await sessions.RevokeAsync(one!.Token);
        Assert.False((await AdmitAsync(one)).IsAdmitted);
        Assert.True((await AdmitAsync(other!)).IsAdmitted);
    }

    [Fact]
    public async Task The_end_of_a_membership_ends_its_sessions_and_no_other()
    {
        var (organization, user) = await CreateAsync();
        var (elsewhere, _) = await CreateAsync();
        await Get<MembershipStore>(_first!).SetAsync(elsewhere, user, Roles.Member);
        var sessions = Get<SessionStore>(_first!);
        var here = await Task.WhenAll(Enumerable.Range(0, 120).Select(_ => sessions.CreateAsync(user, organization)));
        var there = await sessions.CreateAsync(user, elsewhere);
        Assert.True((await AdmitAsync(here[7]!)).IsAdmitted);

        await Get<MembershipStore>(_first!).RemoveAsync(organization, user.Id);
        Assert.DoesNotContain(await Task.WhenAll(here.Select(session => AdmitAsync(session!))), admittance => admittance.IsAdmitted);
        Assert.True((await AdmitAsync(there!)).IsAdmitted);
        Assert.Null(await Get<SessionStore>(_second!).CreateAsync(user, organization));
    }

    [Fact]
    public async Task Another_role_ends_the_sessions_with_the_old_one()
    {
        var (organization, user) = await CreateAsync();
        var session = await Get<SessionStore>(_first!).CreateAsync(user, organization);
        await Get<MembershipStore>(_second!).SetAsync(organization, user, Roles.Member);
        Assert.False((await AdmitAsync(session!)).IsAdmitted);
        var next = await Get<SessionStore>(_first!).CreateAsync(user, organization);
        Assert.Equal("member", (await AdmitAsync(next!)).Caller!.Key.Scopes);
    }

    [Fact]
    public async Task Whoever_is_no_member_gets_no_session()
    {
        var (_, user) = await CreateAsync();
        var (elsewhere, _) = await CreateAsync();
        Assert.Null(await Get<SessionStore>(_first!).CreateAsync(user, elsewhere));
    }

    [Fact]
    public async Task Of_sessions_begun_while_the_password_changes_none_of_the_old_one_survives()
    {
        var (organization, user) = await CreateAsync();
        var stop = new TaskCompletionSource();
        var logins = Enumerable.Range(0, 4).Select(async number =>
        {
            var sessions = new List<Session>();
            var store = Get<SessionStore>(number % 2 == 0 ? _first! : _second!);
            while (!stop.Task.IsCompleted && await store.CreateAsync(user, organization) is { } session)
            {
                sessions.Add(session);
            }

            return sessions;
        }).ToArray();
        await Get<UserStore>(_second!).SetPasswordAsync(user.Email, "battery staple");
        stop.SetResult();

        var begun = (await Task.WhenAll(logins)).SelectMany(sessions => sessions).ToArray();
        Assert.DoesNotContain(await Task.WhenAll(begun.Select(AdmitAsync)), admittance => admittance.IsAdmitted);
    }

    [Fact]
    public async Task A_session_of_the_version_before_goes_on_and_ends_as_others_do()
    {
        var (organization, user) = await CreateAsync();
        var sessions = Get<SessionStore>(_first!);
        var (ended, removed) = ((await sessions.CreateAsync(user, organization))!, (await sessions.CreateAsync(user, organization))!);
        foreach (var session in new[] { ended, removed })
        {
            await MakeFormerAsync(session.Token);
            Assert.Equal((user.Id, "admin"), await AdmitAsync(session) is { IsAdmitted: true, Caller: { } caller } ? (caller.Key.User, caller.Key.Scopes) : default);
            Assert.True((await AdmitAsync(session)).IsAdmitted);
        }

        Assert.Empty((await Get<KeyStore>(_first!).ListAsync(organization, null, null, 10, CancellationToken.None)).Items);
        await sessions.RevokeAsync(ended.Token);
        Assert.False((await AdmitAsync(ended)).IsAdmitted);
        Assert.True((await AdmitAsync(removed)).IsAdmitted);
        await Get<MembershipStore>(_first!).RemoveAsync(organization, user.Id);
        Assert.False((await AdmitAsync(removed)).IsAdmitted);
        _time.Advance(TimeSpan.FromHours(49));
        Assert.Equal(2, await Get<AccountUpkeep>(_first!).RunAsync(CancellationToken.None));
    }

    // As the version before stored it: among the keys.
    private async Task MakeFormerAsync(ApiKey token)
    {
        var table = new TableServiceClient(_first!.Account.ConnectionString).GetTableClient(TableNames.Tenants);
        TableEntity row = await table.GetEntityAsync<TableEntity>(token.Account, token.Row);
        await table.DeleteEntityAsync(token.Account, token.Row);
        row.RowKey = $"key-{token.Id}";
        await table.AddEntityAsync(row);
    }

    private static T Get<T>(ServerlessHost host)
        where T : notnull => host.Services.GetRequiredService<T>();

    // Always through the instance that has not made the change.
    private Task<Admittance> AdmitAsync(Session session) => Get<AdmissionGate>(_second!).AdmitAsync(session.Token, _ => []);

    private async Task<(string Organization, User User)> CreateAsync()
    {
        var organization = (await Get<AccountStore>(_first!).CreateOrganizationAsync("Test", "Scale", "Free")).Id;
        var user = await Get<UserStore>(_first!).CreateAsync($"{organization}@example.com", "correct horse");
        await Get<MembershipStore>(_first!).SetAsync(organization, user!, Roles.Admin);
        return (organization, (await Get<UserStore>(_first!).VerifyAsync(user!.Email, "correct horse"))!);
    }
}
