using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Admission;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Operator;

namespace Serverless.Tests.Tenancy;

/// <summary>What was deleted is erased, wherever a run is cut short, and nothing brings it back.</summary>
public sealed class EraserTests : IAsyncLifetime
{
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(61);

    private readonly AdjustableTime _time = new();
    private StorageProxy? _proxy;
    private ServerlessHost? _host;

    private ServerlessHost Host => _host!;

    private Eraser Eraser => Host.Services.GetRequiredService<Eraser>();

    private OperatorClient Operator => new(Host.Client);

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await OperatorClient.StartHostAsync(_proxy.Account, _time);
    }

    public async Task DisposeAsync()
    {
        await _host!.DisposeAsync();
        await _proxy!.DisposeAsync();
    }

    [Fact]
    public async Task Every_row_of_an_organization_goes_and_nobody_elses()
    {
        var (tenant, other) = (await StoredTenant.CreateAsync(Host), await StoredTenant.CreateAsync(Host));
        var untouched = await RowsOfAsync(other.Id);
        var rows = await RowsOfAsync(tenant.Id);

        await DeleteAsync(tenant.Id);
        await Eraser.RunAsync(CancellationToken.None);
        Assert.Empty(await RowsOfAsync(tenant.Id));
        Assert.Equal("erasing", (await ProgressAsync(tenant.Id)).Status);

        _time.Advance(Settling);
        await Eraser.RunAsync(CancellationToken.None);

        // The one row that is not counted lists the organization.
        Assert.Equal(("erased", rows.Count - 1L), await ProgressAsync(tenant.Id));
        Assert.Equal(untouched, await RowsOfAsync(other.Id));
        Assert.Null(await Host.Services.GetRequiredService<UserStore>().FindAsync(tenant.Email));
        Assert.NotNull(await Host.Services.GetRequiredService<UserStore>().FindAsync(other.Email));
        _proxy!.Reset();
        await Eraser.RunAsync(CancellationToken.None);
        Assert.Equal("table GET", Assert.Single(_proxy.Transactions).ToString());
    }

    [Fact]
    public async Task Of_a_project_go_its_events_and_its_keys_alone()
    {
        var tenant = await StoredTenant.CreateAsync(Host);
        var before = await RowsOfAsync(tenant.Id);
        var rows = await RowsOfAsync(tenant.Project);
        var key = Assert.Single((await Operator.DoAsync("GET", $"organizations/{tenant.Id}/keys?prefix=lqt_")).AsArray())!["id"]!.GetValue<string>();

        await DeleteAsync($"{tenant.Id}/projects/{tenant.Project}");
        await EraseAsync();

        Assert.Equal(before.Except([.. rows, $"tenants/{tenant.Id}/key-{key}"]), await RowsOfAsync(tenant.Id));
        Assert.Equal(("erased", rows.Count + 1L), await ProgressAsync($"{tenant.Id}/projects/{tenant.Project}"));
        Assert.NotNull(await Host.Services.GetRequiredService<UserStore>().FindAsync(tenant.Email));
    }

    [Fact]
    public async Task Whoever_is_a_member_of_another_organization_stays()
    {
        var (tenant, other) = (await StoredTenant.CreateAsync(Host), await StoredTenant.CreateAsync(Host));
        var users = Host.Services.GetRequiredService<UserStore>();
        await Host.Services.GetRequiredService<MembershipStore>().SetAsync(other.Id, (await users.FindAsync(tenant.Email))!, Roles.Member);

        await DeleteAsync(tenant.Id);
        await EraseAsync();

        Assert.Equal([other.Id], (await users.FindAsync(tenant.Email))!.Memberships.Keys);
    }

    [Fact]
    public async Task Wherever_a_run_is_cut_short_the_next_one_goes_on()
    {
        var isCutShort = true;
        for (var cut = 1; isCutShort; cut++)
        {
            var tenant = await StoredTenant.CreateAsync(Host, rowsPerPartition: 1);
            await DeleteAsync(tenant.Id);
            using var end = new CancellationTokenSource();
            var requests = 0;
            _proxy!.Fault = request =>
            {
                if (Interlocked.Increment(ref requests) == cut)
                {
                    end.Cancel();
                }

                return StorageFault.None;
            };
            isCutShort = await Record.ExceptionAsync(() => Eraser.RunAsync(end.Token)) is OperationCanceledException;
            _proxy.Fault = static _ => StorageFault.None;
            Assert.Equal("erasing", (await ProgressAsync(tenant.Id)).Status);

            await EraseAsync();

            Assert.Empty(await RowsOfAsync(tenant.Id));
            Assert.Equal("erased", (await ProgressAsync(tenant.Id)).Status);
            Assert.Null(await Host.Services.GetRequiredService<UserStore>().FindAsync(tenant.Email));
        }
    }

    [Fact]
    public async Task However_late_the_first_look_comes_there_is_a_second_an_hour_after_it()
    {
        var tenant = await StoredTenant.CreateAsync(Host);
        await DeleteAsync(tenant.Id);
        _time.Advance(TimeSpan.FromDays(3));
        await Eraser.RunAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(59));
        await Eraser.RunAsync(CancellationToken.None);
        Assert.Equal("erasing", (await ProgressAsync(tenant.Id)).Status);

        _time.Advance(TimeSpan.FromMinutes(2));
        await Eraser.RunAsync(CancellationToken.None);

        Assert.Equal("erased", (await ProgressAsync(tenant.Id)).Status);
    }

    [Fact]
    public async Task Two_runs_at_once_do_the_work_once()
    {
        var tenant = await StoredTenant.CreateAsync(Host, rowsPerPartition: 1_050);
        var rows = await RowsOfAsync(tenant.Id);
        await DeleteAsync(tenant.Id);
        for (var look = 0; look < 2; look++)
        {
            await Task.WhenAll(Eraser.RunAsync(CancellationToken.None), Eraser.RunAsync(CancellationToken.None));
            Assert.Empty(await RowsOfAsync(tenant.Id));
            _time.Advance(Settling);
        }

        Assert.Equal(("erased", rows.Count - 1L), await ProgressAsync(tenant.Id));
    }

    [Fact]
    public async Task Rows_go_a_hundred_to_a_transaction()
    {
        var tenant = await StoredTenant.CreateAsync(Host, rowsPerPartition: 3);
        await StoredTenant.AddRowsAsync(Host.Account, "logs", tenant.Id, number => $"row-{number:D6}", 1_000);
        await DeleteAsync(tenant.Id);
        _proxy!.Reset();

        await Eraser.RunAsync(CancellationToken.None);

        // Ten for these, one for the three that are there besides, and those of the twelve other partitions.
        var transactions = _proxy.Transactions.Where(transaction => transaction.Path.EndsWith("$batch", StringComparison.Ordinal)).ToList();
        Assert.InRange(transactions.Count, 11, 25);
        Assert.Empty(await RowsOfAsync(tenant.Id));
    }

    [Fact]
    public async Task A_deletion_that_was_cut_short_before_it_was_answered_is_completed()
    {
        var tenant = await StoredTenant.CreateAsync(Host);
        var batches = 0;
        _proxy!.Fault = request => IsBatch(request) && Interlocked.Increment(ref batches) > 1 ? StorageFault.Refused(403) : StorageFault.None;
        Assert.Equal(503, (int)(await Operator.SendAsync("DELETE", $"organizations/{tenant.Id}")).Status);
        _proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(200, (int)(await Operator.SendAsync("GET", $"organizations/{tenant.Id}")).Status);

        await EraseAsync();

        Assert.Empty(await RowsOfAsync(tenant.Id));
        Assert.Equal("erased", (await ProgressAsync(tenant.Id)).Status);
    }

    [Fact]
    public async Task A_message_that_comes_late_brings_nothing_back()
    {
        var logs = await LogClient.CreateAsync(Host);
        _proxy!.Fault = static request => IsLogRow(request) ? StorageFault.Refused(400) : StorageFault.None;
        await logs.AcceptAsync(LogEntries.Simple());
        await Eventually.TrueAsync(async () => (await Operator.DoAsync("GET", "poison")).AsArray()[0]!["count"]!.GetValue<int>() == 1);
        _proxy.Fault = static _ => StorageFault.None;
        await DeleteAsync(logs.Organization);
        await EraseAsync();

        await Operator.DoAsync("POST", "poison/logs/replay");
        await _proxy.ResetWhenQuietAsync();

        Assert.Empty(await RowsOfAsync(logs.Organization));
        Assert.Equal(0, (await Operator.DoAsync("GET", "poison")).AsArray()[0]!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_late_message_of_anybody_else_costs_a_look_and_is_stored()
    {
        var logs = await LogClient.CreateAsync(Host);
        _proxy!.Fault = static request => IsLogRow(request) ? StorageFault.Refused(400) : StorageFault.None;
        await logs.AcceptAsync(LogEntries.Simple());
        await Eventually.TrueAsync(async () => (await Operator.DoAsync("GET", "poison")).AsArray()[0]!["count"]!.GetValue<int>() == 1);
        _proxy.Fault = static _ => StorageFault.None;
        _time.Advance(TimeSpan.FromMinutes(11));
        _proxy.Reset();

        await Operator.DoAsync("POST", "poison/logs/replay");
        await logs.WaitForAsync(1);

        Assert.Equal(["table GET", "table PUT"], _proxy.Transactions.Select(transaction => transaction.ToString()).Where(transaction => transaction.StartsWith("table", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_message_brings_before_it_is_late_goes_with_the_rest()
    {
        var tenant = await StoredTenant.CreateAsync(Host);
        await DeleteAsync(tenant.Id);
        await Eraser.RunAsync(CancellationToken.None);
        await StoredTenant.AddRowsAsync(Host.Account, "logs", tenant.Id, number => $"late-{number}", 3);

        _time.Advance(Settling);
        await Eraser.RunAsync(CancellationToken.None);

        Assert.Empty(await RowsOfAsync(tenant.Id));
        Assert.Equal("erased", (await ProgressAsync(tenant.Id)).Status);
    }

    [Fact]
    public async Task With_an_organization_its_projects_are_erased()
    {
        var (tenant, other) = (await StoredTenant.CreateAsync(Host), await StoredTenant.CreateAsync(Host));
        var erasures = Host.Services.GetRequiredService<Erasures>();
        await DeleteAsync(tenant.Id);
        await DeleteAsync($"{other.Id}/projects/{other.Project}");

        Assert.True(await erasures.IsErasedAsync(tenant.Id));
        Assert.True(await erasures.IsErasedAsync(tenant.Project));
        Assert.True(await erasures.IsErasedAsync(other.Project));
        Assert.False(await erasures.IsErasedAsync(other.Id));
    }

    [Fact]
    public async Task Keys_and_sessions_are_unknown_to_every_instance_from_the_answer_on()
    {
        await using var second = await OperatorClient.StartHostAsync(Host.Account, _time);
        var gate = second.Services.GetRequiredService<AdmissionGate>();
        var tenant = await StoredTenant.CreateAsync(Host);
        var keys = Host.Services.GetRequiredService<KeyStore>();
        var key = (await keys.CreateAsync(tenant.Id, KeyPrefix.LuminaLog, new KeyOptions()))!;
        var bound = (await keys.CreateAsync(tenant.Id, KeyPrefix.LumiqTrace, new KeyOptions { Project = tenant.Project }))!;
        var session = (await Host.Services.GetRequiredService<SessionStore>().CreateAsync((await Host.Services.GetRequiredService<UserStore>().FindAsync(tenant.Email))!, tenant.Id))!.Token;
        Charge[] charges = [new(ChargeTo.Account, new SlidingWindow("Requests", 100, TimeSpan.FromMinutes(1)))];
        foreach (var known in new[] { key, bound, session })
        {
            Assert.True((await gate.AdmitAsync(known, _ => charges)).IsAdmitted);
        }

        await DeleteAsync($"{tenant.Id}/projects/{tenant.Project}");
        Assert.Equal(AdmittanceStatus.UnknownCredential, (await gate.AdmitAsync(bound, _ => charges)).Status);
        Assert.True((await gate.AdmitAsync(key, _ => charges)).IsAdmitted);

        await DeleteAsync(tenant.Id);
        Assert.Equal(AdmittanceStatus.UnknownCredential, (await gate.AdmitAsync(key, _ => charges)).Status);
        Assert.Equal(AdmittanceStatus.UnknownCredential, (await gate.AdmitAsync(session, _ => charges)).Status);
    }

    private static bool IsBatch(HttpRequest request) => request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal);

    private static bool IsLogRow(HttpRequest request) => HttpMethods.IsPut(request.Method) && request.Path.Value!.Contains("/logs(", StringComparison.Ordinal);

    private Task<IReadOnlyList<string>> RowsOfAsync(string id) => StoredTenant.RowsOfAsync(Host.Account, id);

    private Task<JsonNode> DeleteAsync(string path) => Operator.DoAsync("DELETE", $"organizations/{path}", status: HttpStatusCode.Accepted);

    private async Task<(string Status, long Rows)> ProgressAsync(string path)
    {
        var progress = await Operator.DoAsync("GET", $"organizations/{path}", status: HttpStatusCode.Accepted);
        return (progress["status"]!.GetValue<string>(), progress["rowsRemoved"]!.GetValue<long>());
    }

    private async Task EraseAsync()
    {
        await Eraser.RunAsync(CancellationToken.None);
        _time.Advance(Settling);
        await Eraser.RunAsync(CancellationToken.None);
    }
}
