using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults;

/// <summary>
/// All four surfaces at once on two instances, while something happens to one in five requests to their storage: refused or carried out and
/// reported as refused, cut before and after, answered in half or in bits, late, or twice.
/// </summary>
[Trait("Category", "Faults")]
public sealed class MixedFaultTests(ITestOutputHelper output)
{
    private const double Share = 0.2;
    private const int Senders = 2;
    private const int Requests = 120;

    public static TheoryData<int> Seeds => FaultScale.Seeds(1);

    /// <summary>120 requests that were answered, a seed.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_happens_nothing_is_lost_nothing_counts_twice_no_limit_is_exceeded_and_every_run_ends(int seed)
    {
        await using var search = await ScriptedUpstream.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var first = await ServerlessHost.StartAsync(proxy.Account, FaultTenants.Configure(search));
        await using var second = await ServerlessHost.StartAsync(proxy.Account, FaultTenants.Configure(search));
        var tenants = await FaultTenants.CreateAsync(proxy.Account);
        await using var runs = new RunLoad(tenants);
        await runs.DefineAsync(first.Client);
        Load[] loads = [new LogLoad(tenants), new EventLoad(tenants), runs, new SearchLoad(), new LimitLoad(tenants)];
        var faults = new RandomFaults(seed, Share);
        proxy.Fault = faults.Next;

        var traffic = new Traffic(loads);
        using (var end = new CancellationTokenSource())
        {
            var sending = traffic.SendAsync(Senders, _ => Task.FromResult(Random.Shared.Next(2) == 0 ? first.Client : second.Client), end.Token);
            await traffic.WaitForAsync(Requests, sending);
            await end.CancelAsync();
            await sending;
        }

        await using var reader = await tenants.StartReaderAsync(search);
        foreach (var load in loads)
        {
            output.WriteLine(await load.ExpectAsync(reader));
        }

        output.WriteLine($"{faults.Count} faults");
        Assert.True(faults.Count > Requests / 5, "Hardly anything went wrong: this proves nothing.");
    }
}
