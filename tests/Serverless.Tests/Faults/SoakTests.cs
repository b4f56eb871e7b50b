using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults;

/// <summary>A mixed load for a while: a process needs no more memory and no more handles at its end than after it has warmed up, and logs no error.</summary>
[Trait("Category", "Faults")]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Senders = 1;
    private const int Parts = 10;
    private const int SmallPerLarge = 100;
    private const long MoreMemory = 64 * 1024 * 1024;
    private const int MoreHandles = 64;
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Length = FaultScale.Of(TimeSpan.FromSeconds(12));

    /// <summary>12 seconds; ten minutes in the long form.</summary>
    [LinuxFact]
    public async Task Memory_and_handles_are_bounded_nothing_is_lost_and_nothing_fails()
    {
        await using var search = await ScriptedUpstream.StartAsync();
        await using var emulator = await EmulatorProcess.StartNewAsync();
        var account = emulator.Account;
        await using var process = await ServerlessProcess.StartAsync(account, FaultTenants.Environment(search));
        var tenants = await FaultTenants.CreateAsync(account);
        await using var runs = new RunLoad(tenants);
        await runs.DefineAsync(process.Client);
        Load[] loads = [new LogLoad(tenants, SmallPerLarge), new EventLoad(tenants), runs, new SearchLoad(), new LimitLoad(tenants)];

        var samples = await SampleAsync(process, new Traffic(loads));

        var (warm, late) = (samples[..(samples.Count / 2)], samples[(samples.Count / 2)..]);
        output.WriteLine($"{Length}: {string.Join("; ", samples.Chunk((samples.Count / Parts) + 1).Select(Describe))}");
        var errors = process.Output.Where(line => line.Contains(" fail:", StringComparison.Ordinal) || line.Contains(" crit:", StringComparison.Ordinal)).ToArray();
        Assert.Equal(0, await process.StopAsync());
        await using var reader = await tenants.StartReaderAsync(search);
        foreach (var load in loads)
        {
            output.WriteLine(await load.ExpectAsync(reader));
        }

        Assert.True(errors.Length == 0, string.Join('\n', errors));
        Assert.All(loads, load => Assert.DoesNotContain(503, load.Refusals));
        Assert.True(late.Max(sample => sample.Memory) <= warm.Max(sample => sample.Memory) + MoreMemory, "It takes more and more memory.");
        Assert.True(late.Max(sample => sample.Handles) <= warm.Max(sample => sample.Handles) + MoreHandles, "It takes more and more handles.");
    }

    private static async Task<List<(long Memory, int Handles)>> SampleAsync(ServerlessProcess process, Traffic traffic)
    {
        var samples = new List<(long Memory, int Handles)>();
        using var end = new CancellationTokenSource(Length);
        var sending = traffic.SendAsync(Senders, PickAsync, end.Token);
        while (!end.IsCancellationRequested && !sending.IsFaulted)
        {
            samples.Add((ResidentMemory.Now(process.Id), Directory.GetFiles($"/proc/{process.Id}/fd").Length));
            await Task.Delay(BetweenLooks);
        }

        await sending;
        return samples;

        async Task<HttpClient> PickAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(BetweenRequests, cancellationToken);
            return process.Client;
        }
    }

    private static string Describe((long Memory, int Handles)[] samples) =>
        $"{samples.Max(sample => sample.Memory) >> 20} MB, {samples.Max(sample => sample.Handles)} handles";
}
