using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults;

/// <summary>Processes that end in the middle of their work: what was answered is kept, and nothing is kept twice.</summary>
[Trait("Category", "Faults")]
public sealed class KillTests(ITestOutputHelper output)
{
    // Each starts a host and its workers anew, which keeps the processors busy.
    private static readonly int Rounds = FaultScale.Of(2);
    private const int Senders = 6;
    private const int AnswersPerRound = 20;

    // With nothing to do, a process ends within a tenth of this.
    private static readonly TimeSpan LongEnoughToEnd = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_answered_is_kept_once_however_often_the_host_is_killed(bool isSplit)
    {
        var account = await TestStorage.CreateAccountAsync();
        var sent = new SentLogs();
        string? key = null;
        for (var round = 0; round < Rounds; round++)
        {
            await using var process = await ServerlessProcess.StartFormAsync(account, isSplit);
            var logs = key is null ? await process.CreateLogClientAsync() : process.CreateLogClient(key);
            key = logs.Key;
            await SendUntilKilledAsync(process, logs, sent);
        }

        await using var last = await ServerlessProcess.StartAsync(account);
        var stored = await sent.ExpectEachOnceAsync(last.CreateLogClient(key!), account);
        output.WriteLine($"{sent.Count} entries sent, {sent.Acknowledged.Count} acknowledged, {stored} stored");
        Assert.True(sent.Acknowledged.Count < sent.Count, "No request was under way when a process was killed: this proves nothing.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_answered_is_kept_once_however_often_workers_are_killed_and_the_host_goes_on(bool isSplit)
    {
        var account = await TestStorage.CreateAccountAsync();
        var sent = new SentLogs();
        await using var process = await ServerlessProcess.StartFormAsync(account, isSplit);
        var logs = await process.CreateLogClientAsync();
        var answers = 0;
        using var end = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(SendAsync).ToArray();
        for (var round = 1; round <= Rounds; round++)
        {
            var enough = answers + AnswersPerRound;
            await Eventually.TrueAsync(() => Task.FromResult(answers >= enough));
            process.KillWorkers();
        }

        var last = answers + AnswersPerRound;
        await Eventually.TrueAsync(() => Task.FromResult(answers >= last));
        await end.CancelAsync();
        await Task.WhenAll(senders);

        var stored = await sent.ExpectEachOnceAsync(logs, account);
        output.WriteLine($"{sent.Count} entries sent, {sent.Acknowledged.Count} acknowledged, {stored} stored");
        Assert.True(sent.Acknowledged.Count < sent.Count, "No request was under way when a worker was killed: this proves nothing.");

        async Task SendAsync(int sender)
        {
            while (!end.IsCancellationRequested)
            {
                if (await sent.SendAsync(logs, sender % 3 == 0 ? sent.LargeBatch() : sent.SmallBatch()))
                {
                    Interlocked.Increment(ref answers);
                }
            }
        }
    }

    [LinuxFact]
    public async Task A_worker_does_not_outlive_its_host()
    {
        await using var process = await ServerlessProcess.StartFormAsync(await TestStorage.CreateAccountAsync(), isSplit: true);
        var logs = await process.CreateLogClientAsync();
        await logs.AcceptAsync(LogEntries.Simple());
        await Eventually.TrueAsync(() => Task.FromResult(process.WorkerIds.Count >= 2));
        var workers = process.WorkerIds;

        await process.KillAsync();

        await Eventually.TrueAsync(() => Task.FromResult(!workers.Any(IsRunning)));
    }

    [LinuxFact]
    public async Task A_host_does_not_outlive_whoever_started_it()
    {
        var account = await TestStorage.CreateAccountAsync();
        await using var shell = ChildProcess.Start(
            "sh",
            ["-c", "\"$@\" & echo $!; wait", "sh", "dotnet", Built.LocalHost, "--urls", "http://127.0.0.1:0", "--AzureWebJobsStorage", account.ConnectionString]);
        var host = int.Parse((await shell.WaitForOutputAsync(_ => true))!, CultureInfo.InvariantCulture);
        await shell.WaitForOutputAsync(line => line.StartsWith("Now listening", StringComparison.Ordinal));
        Assert.True(IsRunning(host));

        shell.Kill();

        await Eventually.TrueAsync(() => Task.FromResult(!IsRunning(host)));
    }

    [Fact]
    public async Task A_process_that_is_asked_to_end_answers_the_request_under_way_first()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var process = await ServerlessProcess.StartAsync(proxy.Account);
        var logs = await process.CreateLogClientAsync();
        proxy.Reset();
        await using var request = await OpenRequest.BeginAsync(
            process.Client.BaseAddress!, "POST /v1/logs HTTP/1.1", $"x-api-key: {logs.Key}", "Content-Type: application/json");
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple()) }.ToJsonString());
        await request.SendBodyAsync(body.AsMemory(..10));
        // Its key is being looked up: the application is at work on it.
        await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "table", Method: "GET" }));

        var stopped = process.StopAsync();
        await WaitUntilRefusedAsync(process.Client.BaseAddress!);
        await request.SendBodyAsync(body.AsMemory(10..));
        await request.EndBodyAsync();

        var answer = await request.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"processed\":1", answer, StringComparison.Ordinal);
        Assert.Equal(0, await stopped);
        await using var next = await ServerlessProcess.StartAsync(proxy.Account);
        await next.CreateLogClient(logs.Key).WaitForAsync(1);
    }

    [Fact]
    public async Task A_process_that_is_asked_to_end_finishes_what_it_took_from_the_queue()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var process = await ServerlessProcess.StartAsync(proxy.Account);
        var logs = await process.CreateLogClientAsync();
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var mayGoOn = new ManualResetEventSlim();
        proxy.Fault = request =>
        {
            if (request.IsLogWrite())
            {
                taken.TrySetResult();
                Assert.True(mayGoOn.Wait(Patience.Limit));
            }

            return StorageFault.None;
        };
        await logs.AcceptAsync(LogEntries.Simple());
        await taken.Task.WaitAsync(Patience.Limit);

        var stopped = process.StopAsync();
        await WaitUntilRefusedAsync(process.Client.BaseAddress!);
        Assert.NotSame(stopped, await Task.WhenAny(stopped, Task.Delay(LongEnoughToEnd)));
        mayGoOn.Set();

        Assert.Equal(0, await stopped);
        Assert.Equal(1, await logs.CountPersistedAsync());
        var queue = new QueueClient(proxy.Account.Direct.ConnectionString, QueueNames.Logs);
        Assert.Equal(0, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    // One that has ended may be there for as long as nobody has asked how.
    private static bool IsRunning(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }

    // The first thing a process does that was asked to end: it lets nobody in any more.
    private static async Task WaitUntilRefusedAsync(Uri address)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            using var connection = new TcpClient();
            try
            {
                await connection.ConnectAsync(address.Host, address.Port, patience.Token);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(BetweenLooks, patience.Token);
        }
    }

    private static async Task SendUntilKilledAsync(ServerlessProcess process, LogClient logs, SentLogs sent)
    {
        var answers = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var senders = Enumerable.Range(0, Senders).Select(SendAsync).ToArray();
        await Task.WhenAny(Task.WhenAll(senders), enough.Task);
        await process.KillAsync();
        await Task.WhenAll(senders);

        async Task SendAsync(int sender)
        {
            // Every third one sends what does not fit into a queue message.
            while (await sent.SendAsync(logs, sender % 3 == 0 ? sent.LargeBatch() : sent.SmallBatch()))
            {
                if (Interlocked.Increment(ref answers) == AnswersPerRound)
                {
                    enough.SetResult();
                }
            }
        }
    }
}
