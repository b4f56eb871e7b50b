using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Serverless.Local.Storage;
using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults;

/// <summary>
/// The storage emulator ends and comes back, or can write no more: whoever asks meanwhile is refused in the envelope, nothing that was
/// acknowledged is lost, and the application goes on without being started again.
/// </summary>
[Trait("Category", "Faults")]
public sealed class EmulatorTests(ITestOutputHelper output)
{
    private const int Senders = 2;
    private const int Answers = 25;
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(1);

    /// <summary>One restart; 50 in the long form.</summary>
    [Fact]
    public async Task Nothing_is_lost_or_twice_when_the_emulator_is_stopped_and_started_again()
    {
        await using var search = await ScriptedUpstream.StartAsync();
        await using var emulator = await EmulatorProcess.StartNewAsync();
        await using var host = await ServerlessHost.StartAsync(emulator.Account, FaultTenants.Configure(search));
        var tenants = await FaultTenants.CreateAsync(emulator.Account);
        await using var runs = new RunLoad(tenants);
        await runs.DefineAsync(host.Client);
        Load[] loads = [new LogLoad(tenants), new EventLoad(tenants), runs, new LimitLoad(tenants)];
        var traffic = new Traffic(loads);
        using var end = new CancellationTokenSource();
        var sending = traffic.SendAsync(Senders, _ => Task.FromResult(host.Client), end.Token);
        for (var restart = 0; restart < FaultScale.Of(1); restart++)
        {
            await traffic.WaitForAsync(Answers, sending);
            await emulator.StopAsync();
            await Task.Delay(Outage);
            await emulator.StartAsync();
        }

        await traffic.WaitForAsync(Answers, sending);
        await end.CancelAsync();
        await sending;

        await ExpectAsync(tenants, search, loads);

        Assert.Contains(loads, load => load.Refusals.Contains(503));
    }

    /// <summary>
    /// One kill; 50 in the long form. The emulator saves every five seconds and acknowledges before: what is younger it may lose, and does. What
    /// it had saved is there, and the application works on with what is left.
    /// </summary>
    [Fact]
    public async Task What_the_emulator_had_saved_is_there_once_when_it_is_killed()
    {
        await using var search = await ScriptedUpstream.StartAsync();
        await using var emulator = await EmulatorProcess.StartNewAsync();
        await using var host = await ServerlessHost.StartAsync(emulator.Account, FaultTenants.Configure(search));
        var tenants = await FaultTenants.CreateAsync(emulator.Account);
        var logs = new LogClient(host.Client, tenants.LogKey, tenants.Account);
        var (sent, unsaved, lost) = (new SentLogs(), new SentLogs(), 0);
        for (var kill = 0; kill < FaultScale.Of(1); kill++)
        {
            await Patiently.UntilAsync(() => TrySendAsync(logs, sent, sent.SmallBatch()));
            await Patiently.UntilAsync(() => TrySendAsync(logs, sent, sent.LargeBatch(2)));
            await SentLogs.WaitForEmptyQueueAsync(tenants.Account);
            var done = DateTime.UtcNow;
            await Patiently.UntilAsync(() => TouchAsync(logs, unsaved, emulator, done));

            await emulator.KillAsync();
            await emulator.StartAsync();

            await Patiently.UntilAsync(() => TrySendAsync(logs, unsaved, unsaved.SmallBatch()));
            await SentLogs.WaitForEmptyQueueAsync(tenants.Account);
            var stored = (await SentLogs.ReadAllAsync(logs)).ToHashSet(StringComparer.Ordinal);
            Assert.Empty(sent.Acknowledged.Except(stored, StringComparer.Ordinal));
            lost = unsaved.Acknowledged.Except(stored, StringComparer.Ordinal).Count();
        }

        output.WriteLine($"{sent.Acknowledged.Count} entries were saved, 0 of them lost; {unsaved.Acknowledged.Count} more acknowledged by the emulator, {lost} of them lost by it");
    }

    /// <summary>The disk is full once; 50 times in the long form.</summary>
    [FullDiskFact]
    public async Task What_finds_no_space_is_refused_and_nothing_is_lost_when_there_is_space_again()
    {
        await using var search = await ScriptedUpstream.StartAsync();
        await using var emulator = await EmulatorProcess.StartNewAsync();
        await using var host = await ServerlessHost.StartAsync(emulator.Account, FaultTenants.Configure(search));
        var tenants = await FaultTenants.CreateAsync(emulator.Account);
        await using var runs = new RunLoad(tenants);
        await runs.DefineAsync(host.Client);
        Load[] loads = [new LogLoad(tenants), new EventLoad(tenants), runs];
        var traffic = new Traffic(loads);
        using var end = new CancellationTokenSource();
        var sending = traffic.SendAsync(Senders, _ => Task.FromResult(host.Client), end.Token);
        for (var time = 0; time < FaultScale.Of(1); time++)
        {
            await traffic.WaitForAsync(Answers, sending);
            var refused = Refused();
            await emulator.FillDiskAsync();
            await traffic.WaitUntilAsync(() => Refused() > refused, sending);
            await Task.Delay(Outage);
            await emulator.FreeDiskAsync();
        }

        await traffic.WaitForAsync(Answers, sending);
        await end.CancelAsync();
        await sending;

        // What it could not save while there was no space it has saved since.
        await emulator.StopAsync();
        await emulator.StartAsync();
        await ExpectAsync(tenants, search, loads);

        Assert.Contains(loads, load => load.Refusals.Contains(503));

        int Refused() => loads.Sum(load => load.Refused);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_said_in_one_line()
    {
        // Nobody can make a folder below a file: not even root, whom no permission binds.
        var file = Path.GetTempFileName();
        try
        {
            var failure = await Assert.ThrowsAsync<HostAbortedException>(() => Azurite.StartAsync(new AzuriteOptions { Location = Path.Combine(file, "data") }));

            Assert.StartsWith("The storage emulator did not start.", failure.Message, StringComparison.Ordinal);
            Assert.Contains(file, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', failure.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<bool> TrySendAsync(LogClient logs, SentLogs sent, IReadOnlyList<JsonObject> batch)
    {
        using var response = await logs.PostAsync(new JsonObject { ["logs"] = new JsonArray([.. batch]) }.ToJsonString());
        if (response.IsSuccessStatusCode)
        {
            sent.Acknowledge(batch);
        }

        return response.IsSuccessStatusCode;
    }

    // Goes on writing, so that there is something to save, until what there was by a time has been saved.
    private static async Task<bool> TouchAsync(LogClient logs, SentLogs unsaved, EmulatorProcess emulator, DateTime by)
    {
        await TrySendAsync(logs, unsaved, unsaved.SmallBatch());
        return emulator.SavedAt > by;
    }

    private async Task ExpectAsync(FaultTenants tenants, ScriptedUpstream search, IEnumerable<Load> loads)
    {
        await using var reader = await tenants.StartReaderAsync(search);
        foreach (var load in loads)
        {
            output.WriteLine(await load.ExpectAsync(reader));
        }
    }
}
