using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Concurrency;
using Serverless.Runs.Watching;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs.Watching;

/// <summary>Watching while storage keeps silent, and streams that are watched for longer than they last.</summary>
public sealed class WatchingFaultTests
{
    private const int Streams = 12;
    private const string EchoInputs = """{"inputs":{"Text":"Hello"}}""";

    [Fact]
    public async Task A_look_that_storage_does_not_answer_is_repeated()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await RunDriver.StartHostAsync(proxy.Account.Direct);
        var runs = host.Services.GetRequiredService<RunStore>();
        var run = TestRuns.Run(TestRuns.App(TestRuns.Text("a", "Hello")), "0123456789ab", DateTimeOffset.UtcNow);
        var stored = await runs.TryAddAsync(run);
        var options = new TableClientOptions { Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromMilliseconds(200) } };
        var tables = new TableServiceClient(proxy.Account.ConnectionString, options);
        using var slots = new SlotTable(tables);
        var watcher = new RunWatcher(new RunStore(tables, slots, Options.Create(new RunRetentionOptions()), Unreadable.Of(tables), TimeProvider.System), TimeProvider.System);
        var (silence, secondLook, looks) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        proxy.Fault = _ =>
        {
            if (Interlocked.Increment(ref looks) == 2)
            {
                secondLook.SetResult();
            }

            return StorageFault.Held(silence.Task);
        };
        using var patience = new CancellationTokenSource(RunDriver.Patience);
        await using var states = watcher.WatchAsync(run, patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await states.MoveNextAsync());
        var next = states.MoveNextAsync();

        // One look has been given up when the next one comes.
        await secondLook.Task.WaitAsync(patience.Token);
        await runs.TryReplaceAsync(RunTransition.Cancel(run, DateTimeOffset.UtcNow), stored!.ETag, DateTimeOffset.UtcNow);
        proxy.Fault = static _ => StorageFault.None;
        silence.SetResult();

        Assert.True(await next);
        Assert.Equal(RunStatus.Cancelled, states.Current.Status);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_any_more_ends_the_watch()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await RunDriver.StartHostAsync(proxy.Account, builder => builder.Configuration["AzureWebJobs.AdvanceRuns.Disabled"] = "true");
        var client = await LaminaClient.CreateAsync(host);
        var runId = (await client.DoAsync("POST", "/v1/apps/echo/runs", EchoInputs, HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        var waiting = client.GetAsync($"/v1/runs/{runId}/wait?timeout=60");
        var table = new TableClient(host.Account.Direct.ConnectionString, TableNames.Runs);

        // The request itself looks once, and the watch from then on.
        await proxy.WaitUntilAsync(transactions => transactions.Count(transaction => transaction.Method == "GET" && transaction.Path.Contains(runId, StringComparison.Ordinal)) >= 2);

        await table.UpsertEntityAsync(new TableEntity(client.Workspace, $"run-{runId}") { ["Data0"] = new byte[] { 1, 2, 3 } });

        var answer = await waiting.WaitAsync(RunDriver.Patience / 3);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
    }

    [Fact]
    public async Task Streams_that_are_over_end_with_a_timeout_and_in_good_order()
    {
        var time = new AdjustableTime();
        await using var host = await RunDriver.StartHostAsync(configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Configuration["AzureWebJobs.AdvanceRuns.Disabled"] = "true";
        });
        var client = await LaminaClient.CreateAsync(host);
        var runId = (await client.DoAsync("POST", "/v1/apps/echo/runs", EchoInputs, HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        var opened = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => OpenAsync()));

        time.Advance(TimeSpan.FromMinutes(11));

        foreach (var stream in opened)
        {
            var events = StreamEvents.Of(await stream.Content.ReadAsStringAsync());
            Assert.Equal("timeout", events[^1].Name);
            Assert.Equal("queued", JsonNode.Parse(events[^1].Data)!["status"]!.GetValue<string>());
        }

        async Task<HttpResponseMessage> OpenAsync()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{runId}/stream");
            request.Headers.Add("x-api-key", client.Key);
            return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }
    }
}
