using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Traces.Storage;

/// <summary>Storage that fails, lies or is slow while events are stored: none is lost and none counts twice.</summary>
public sealed class TraceFaultTests
{
    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 8)];

    [Fact]
    public async Task A_lost_answer_is_looked_up()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var client = await TraceClient.CreateAsync(host);
        var lost = 0;
        proxy.Fault = request => IsStoring(request) && Interlocked.Increment(ref lost) == 1 ? StorageFault.ResponseLost : StorageFault.None;

        await PersistAsync(host, client, TraceEvents.Lines(10));

        Assert.True(lost > 0, "Nothing was stored.");
        await ExpectAsync(host, client, 10);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(412)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_transaction_that_is_reported_to_have_failed_counts_once(int status)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var client = await TraceClient.CreateAsync(host);
        var told = 0;
        proxy.Fault = request => IsStoring(request) && Interlocked.Increment(ref told) == 1 ? StorageFault.Misreported(status) : StorageFault.None;

        await PersistAsync(host, client, TraceEvents.Lines(10));

        Assert.True(told > 0, "Nothing was stored.");
        await ExpectAsync(host, client, 10);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_goes_wrong_every_event_is_stored_and_counted_once(int seed)
    {
        const int Batches = 60;
        const int AtOnce = 6;
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var first = await ServerlessHost.StartAsync(proxy.Account);
        await using var second = await ServerlessHost.StartAsync(proxy.Account);
        var client = await TraceClient.CreateAsync(first);
        var faults = new RandomFaults(seed, share: 0.3);
        proxy.Fault = request => request.Path.Value!.Contains(TableNames.Traces, StringComparison.Ordinal) || IsStoring(request) ? faults.Next(request) : StorageFault.None;
        var random = new Random(seed);
        var lines = Enumerable.Range(0, Batches / 2).Select(_ => TraceEvents.Lines(5)).ToArray();

        // Each batch is delivered twice, and again for as long as the delivery fails, as the queue does.
        var deliveries = lines.Concat(lines).OrderBy(_ => random.Next()).ToArray();
        foreach (var some in deliveries.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select((batch, number) => DeliverAsync(number % 2 == 0 ? first : second, client, batch)));
        }

        proxy.Fault = _ => StorageFault.None;
        Assert.True(faults.Count > 0, "Nothing went wrong.");
        await ExpectAsync(first, client, 5 * lines.Length);
    }

    private static async Task DeliverAsync(ServerlessHost host, TraceClient client, string lines)
    {
        while (true)
        {
            try
            {
                await PersistAsync(host, client, lines);
                return;
            }
            catch (Exception failure) when (failure is Azure.RequestFailedException or AggregateException or OperationCanceledException)
            {
                // The queue delivers it again.
            }
        }
    }

    private static Task PersistAsync(ServerlessHost host, TraceClient client, string lines) =>
        host.Services.GetRequiredService<PersistEvents>().HandleAsync(ChunkMessage.Encode(EventChunks.Create(client.Project, lines)), CancellationToken.None);

    // The lines of events in a transaction of the table of traces.
    private static bool IsStoring(HttpRequest request) =>
        request.HttpContext.Items[StorageProxy.TransactionBody] is string body && body.Contains($"/{TableNames.Traces}(", StringComparison.Ordinal);

    private static async Task ExpectAsync(ServerlessHost host, TraceClient client, int events)
    {
        var reader = await TraceReader.CreateAsync(host, client);
        Assert.Equal(events, (await reader.ReadAllAsync()).Count);
        Assert.Equal(events, (await reader.ReadAsync("/v1/events", "status=success"))["total"]!.GetValue<int>());
        var overview = await reader.ReadAsync($"/v1/projects/{client.Project}/overview", "start=2026-11-21T11:00:00Z&end=2026-11-21T12:00:00Z");
        Assert.Equal(events, overview["kpis"]!["totalRequests"]!.GetValue<int>());
    }
}
