using System.Text;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Messages of runs that cannot be processed.</summary>
public sealed class PoisonedRunsTests : IAsyncLifetime
{
    private const string Reason = "The run could not go on: an unexpected error kept coming back";

    private StorageProxy _proxy = null!;
    private ServerlessHost _host = null!;
    private RunDriver _runs = null!;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await RunDriver.StartHostAsync(_proxy.Account);
        _runs = new(_host);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_run_that_cannot_go_on_fails_and_says_so()
    {
        // A refusal that is nobody's outage: the run itself is at fault, as far as anybody can tell.
        _proxy.Fault = static request => request.IsRunWrite() ? StorageFault.Refused(400) : StorageFault.None;
        var accepted = await _runs.StartAsync(App(Text("a", "A")), webhook: "http://127.0.0.1:1/");
        await _proxy.WaitUntilAsync(_ => _proxy.CountSent("runs-poison") == 1);
        _proxy.Fault = static _ => StorageFault.None;

        Assert.Equal(1, await EndAsync());

        var run = await _runs.ReadAsync(accepted);
        Assert.Equal((RunStatus.Failed, Reason), (run.Status, run.ErrorMessage));
        Assert.Equal([(OutputStatus.Error, Reason)], RunOutput.Of(run).Select(output => (output.Status, output.Error)));
        Assert.Equal(1, _proxy.CountSent(QueueNames.Webhooks));
        Assert.Empty(await PeekAsync());
        Assert.Equal(0, await EndAsync());
    }

    [Fact]
    public async Task A_run_that_was_never_inserted_fails_too()
    {
        var run = Run(App(Text("a", "A")), _runs.Workspace, DateTimeOffset.UtcNow);
        await SetAsideAsync((RunMessage.Of(run) with { Document = RunDocument.Encode(run) }).Encode().ToArray());

        Assert.Equal(1, await EndAsync());

        Assert.Equal((RunStatus.Failed, Reason), (await _runs.ReadAsync(run) is var read ? (read.Status, read.ErrorMessage) : default));
    }

    [Fact]
    public async Task A_run_that_has_come_to_its_end_keeps_it_and_is_reported_once_more()
    {
        var run = await _runs.EndOfAsync(await _runs.StartAsync(App(Text("a", "A")), webhook: "http://127.0.0.1:1/"));
        await SetAsideAsync(RunMessage.Of(run).Encode().ToArray());
        await _proxy.WaitUntilAsync(_ => _proxy.CountSent(QueueNames.Webhooks) == 1);

        Assert.Equal(1, await EndAsync());

        Assert.Equal(RunStatus.Completed, (await _runs.ReadAsync(run)).Status);
        Assert.Equal(2, _proxy.CountSent(QueueNames.Webhooks));
    }

    [Fact]
    public async Task What_is_no_message_of_a_run_is_left_to_the_operator()
    {
        await SetAsideAsync(Encoding.UTF8.GetBytes("no message"));
        await Queue("runs-poison").SendMessageAsync("no base64!");
        var run = await _runs.StartAsync(App(Delay("wait", 60)));
        await SetAsideAsync(RunMessage.Of(run).Encode().ToArray());

        Assert.Equal(1, await EndAsync());

        Assert.Equal(RunStatus.Failed, (await _runs.ReadAsync(run)).Status);
        Assert.Equal(["bm8gbWVzc2FnZQ==", "no base64!"], (await PeekAsync()).Select(message => message.Body.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_any_poison_there_is_nothing_to_do() => Assert.Equal(0, await EndAsync());

    private async Task SetAsideAsync(byte[] message)
    {
        await Queue("runs-poison").CreateIfNotExistsAsync();
        await Queue("runs-poison").SendMessageAsync(Convert.ToBase64String(message));
    }

    private async Task<PeekedMessage[]> PeekAsync() => await Queue("runs-poison").PeekMessagesAsync(32);

    private QueueClient Queue(string name) => new(_host.Account.Direct.ConnectionString, name);

    private Task<int> EndAsync() => _host.Services.GetRequiredService<PoisonedRuns>().EndAsync(CancellationToken.None);
}
