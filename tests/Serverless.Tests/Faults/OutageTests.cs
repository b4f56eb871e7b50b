using Microsoft.AspNetCore.Http;
using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults;

/// <summary>
/// Tables, queues or both are away for a while, with the figures of <c>host.json</c>: whoever asks meanwhile is refused, and what was acknowledged
/// waits for as long as it takes. Nothing of it ends in a poison queue.
/// </summary>
[Trait("Category", "Faults")]
public sealed class OutageTests(ITestOutputHelper output)
{
    private const int Senders = 2;
    private const int Answers = 40;

    private static readonly TimeSpan Length = FaultScale.Of(TimeSpan.FromSeconds(3));

    /// <summary>An outage that the storage client does not bridge by itself; with a scale of 200 one of ten minutes.</summary>
    [Theory]
    [InlineData("table")]
    [InlineData("queue")]
    [InlineData("table queue")]
    public async Task Nothing_is_lost_or_twice_or_poisoned_when_storage_is_away_for_a_while(string services)
    {
        await using var search = await ScriptedUpstream.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder =>
        {
            FaultTenants.Configure(search)(builder);
            builder.Configuration["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:05";
        });
        var tenants = await FaultTenants.CreateAsync(proxy.Account);
        await using var runs = new RunLoad(tenants);
        await runs.DefineAsync(host.Client);
        Load[] loads = [new LogLoad(tenants), new EventLoad(tenants), runs, new LimitLoad(tenants)];
        var traffic = new Traffic(loads);
        using var end = new CancellationTokenSource();
        var sending = traffic.SendAsync(Senders, _ => Task.FromResult(host.Client), end.Token);
        await traffic.WaitForAsync(Answers, sending);

        proxy.Fault = request => services.Contains(proxy.ServiceOf(request), StringComparison.Ordinal) ? StorageFault.Unavailable : StorageFault.None;
        await Task.Delay(Length);
        proxy.Fault = static _ => StorageFault.None;
        await traffic.WaitForAsync(Answers, sending);
        await end.CancelAsync();
        await sending;

        await WorkQueues.WaitForEmptyAsync(tenants.Account.Direct);
        await using var reader = await tenants.StartReaderAsync(search);
        foreach (var load in loads)
        {
            output.WriteLine(await load.ExpectAsync(reader));
        }

        Assert.Contains(loads, load => load.Refusals.Contains(StatusCodes.Status503ServiceUnavailable));
        await WorkQueues.ExpectNoneLeftAsync(tenants.Account.Direct);
    }
}
