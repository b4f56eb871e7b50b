using System.Diagnostics;
using Serverless.Admission;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Admission;

/// <summary>Four processes with 64 callers each use up one key, at the same instant by all their clocks.</summary>
[Trait("Category", "Faults")]
public sealed class ProcessesTests
{
    private const int Processes = 4;
    private const long Permits = 1_000;

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(nameof(SlidingWindow))]
    [InlineData(nameof(TokenBucket))]
    public async Task Exactly_the_limit_is_admitted(string kind)
    {
        var (admitted, denied, unknown, _) = await ContendAsync(kind, hasFaults: false);

        Assert.Equal((Permits, (Processes * Contender.Callers * Contender.Rounds) - Permits, 0), (admitted, denied, unknown));
    }

    [Theory]
    [InlineData(nameof(SlidingWindow))]
    [InlineData(nameof(TokenBucket))]
    public async Task Whatever_goes_wrong_with_storage_never_more_than_the_limit_and_fewer_only_by_what_nobody_knows_of(string kind)
    {
        var (admitted, denied, unknown, left) = await ContendAsync(kind, hasFaults: true);

        Assert.Equal(Processes * Contender.Callers * Contender.Rounds, admitted + denied + unknown);
        Assert.True(admitted <= Permits && admitted + unknown >= Permits, $"{admitted} admitted, {unknown} unknown, {left} left");
        Assert.Equal(0, left);
    }

    private static async Task<(long Admitted, long Denied, long Unknown, long Left)> ContendAsync(string kind, bool hasFaults)
    {
        var account = await TestStorage.CreateAccountAsync();
        var limit = Contender.Limit(kind, Permits);
        var tables = StorageClients.Tables(new StorageOptions { ConnectionString = account.ConnectionString });
        await tables.CreateTableIfNotExistsAsync(TableNames.Tenants);
        var time = new FrozenTime(Now);
        using var ledger = new Ledger(tables.GetTableClient(TableNames.Tenants), time);
        var ledgers = new Ledgers(ledger, ledger);
        var organization = await new AccountStore(ledgers, time).CreateOrganizationAsync("Contended", Plans.DefaultLogPlan, Plans.DefaultTracePlan);
        var key = (await new KeyStore(ledgers, time).CreateAsync(organization.Id, "ll_", new KeyOptions()))!;

        var processes = Enumerable.Range(0, Processes).Select(number => Start(Contender.Arguments(account, key, limit, Now, hasFaults ? number : null))).ToArray();
        try
        {
            foreach (var process in processes)
            {
                Assert.Equal(Contender.Ready, await process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Limit));
            }

            await Task.WhenAll(processes.Select(process => process.StandardInput.WriteLineAsync("go")));
            var answers = await Task.WhenAll(processes.Select(process => process.StandardOutput.ReadLineAsync())).WaitAsync(Patience.Limit);
            var sums = answers.Select(answer => answer!.Split(' ').Select(long.Parse).ToArray()).Aggregate((first, second) => [.. first.Zip(second, (one, other) => one + other)]);
            using var fresh = new Ledger(tables.GetTableClient(TableNames.Tenants), time);
            var left = await new AdmissionGate(new Ledgers(fresh, fresh), time).LookAsync(key, _ => [new(ChargeTo.Credential, limit)]);
            return (sums[0], sums[1], sums[2], Assert.Single(left.Outcomes).Decision.Remaining);
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill();
                process.Dispose();
            }
        }
    }

    private static Process Start(IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo("dotnet", ["exec", typeof(Contender).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}
