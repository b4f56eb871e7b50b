using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults;

/// <summary>
/// Processes that are killed (SIGKILL) again and again, at any moment, while all kinds of users send: nothing acknowledged is lost, nothing is
/// stored or counted twice, no limit is exceeded, and no run is stuck.
/// </summary>
[Trait("Category", "Faults")]
public sealed class KillLoopTests(ITestOutputHelper output)
{
    private const int Senders = 2;
    private const int FewestAnswers = 5;
    private const int MostAnswers = 40;

    /// <summary>One kill a case, of two instances in turn in the last: 250 in the long form.</summary>
    [Theory]
    [InlineData("logs", 1, 1)]
    [InlineData("events", 1, 1)]
    [InlineData("runs", 1, 1)]
    [InlineData("all", 1, 1)]
    [InlineData("all", 2, 1)]
    public async Task Nothing_is_lost_stored_twice_let_in_beyond_a_limit_or_stuck(string users, int instanceCount, int kills)
    {
        await using var search = await ScriptedUpstream.StartAsync();
        var account = await TestStorage.CreateAccountAsync();
        await using var instances = new Instances(account, FaultTenants.Environment(search), instanceCount);
        await instances.StartAsync();
        var tenants = await FaultTenants.CreateAsync(account);
        await using var runs = new RunLoad(tenants);
        await runs.DefineAsync(instances.Running.First().Client);
        Load[] loads = users switch
        {
            "logs" => [new LogLoad(tenants)],
            "events" => [new EventLoad(tenants)],
            "runs" => [runs],
            _ => [new LogLoad(tenants), new EventLoad(tenants), runs, new SearchLoad(), new LimitLoad(tenants)],
        };

        await KillAsync(instances, new Traffic(loads), FaultScale.Of(kills));

        await using var reader = await tenants.StartReaderAsync(search);
        foreach (var load in loads)
        {
            output.WriteLine(await load.ExpectAsync(reader));
        }

        output.WriteLine($"{FaultScale.Of(kills)} kills, {instanceCount} instances at a time");
    }

    private static async Task KillAsync(Instances instances, Traffic traffic, int kills)
    {
        using var end = new CancellationTokenSource();
        var sending = traffic.SendAsync(Senders, instances.PickAsync, end.Token);
        for (var turn = 0; turn < kills; turn++)
        {
            await traffic.WaitForAsync(Random.Shared.Next(FewestAnswers, MostAnswers), sending);
            await instances.KillAsync(turn);
            if (turn < kills - 1)
            {
                await instances.StartAsync();
            }
        }

        await end.CancelAsync();
        await sending;
    }
}
