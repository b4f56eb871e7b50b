using System.Globalization;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;
using StorageTransaction = Serverless.Tests.Hosting.StorageTransaction;

namespace Serverless.Tests.Traces.Storage;

/// <summary>What a batch of events costs, counted on the wire from the request to the row.</summary>
public sealed class TraceTransactionTests
{
    [Fact]
    public async Task A_batch_of_100_events_costs_six_transactions_and_five_in_an_hour_the_instance_knows()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var client = await TraceClient.CreateAsync(host);
        await SendAsync(TraceEvents.Lines(1));
        proxy.Reset();

        await SendAsync(TraceEvents.Lines(100).Replace("T11:", "T10:", StringComparison.Ordinal));

        // Admit, send, receive, look at the hour, store, delete.
        Assert.Equal(["table POST", "queue POST", "queue GET", "table GET", "table POST", "queue DELETE"], proxy.Transactions.Select(Name));
        proxy.Reset();

        await SendAsync(TraceEvents.Lines(100));

        Assert.Equal(["table POST", "queue POST", "queue GET", "table POST", "queue DELETE"], proxy.Transactions.Select(Name));

        async Task SendAsync(string lines)
        {
            using var response = await client.PostAsync(lines);
            await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        }
    }

    [Fact]
    public async Task A_batch_that_is_known_costs_no_write()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var client = await TraceClient.CreateAsync(host);
        var lines = TraceEvents.Lines(100);
        await SendAsync();
        proxy.Reset();

        await SendAsync();

        Assert.Equal(["table POST", "queue POST", "queue GET", "queue DELETE"], proxy.Transactions.Select(Name));

        async Task SendAsync()
        {
            using var response = await client.PostAsync(lines);
            await proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
        }
    }

    [Fact]
    public async Task An_hour_that_is_larger_than_the_room_for_hours_is_not_read_for_each_batch()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        var tables = new TableServiceClient(proxy.Account.ConnectionString);
        await tables.CreateTableIfNotExistsAsync(TableNames.Traces);
        var ledger = new HourLedger(tables, TimeProvider.System, maxKnownIds: 10);
        await AddAsync(11, 25);
        proxy.Reset();

        await AddAsync(11, 25);
        await AddAsync(11, 25);
        Assert.Equal(["table POST", "table POST"], proxy.Transactions.Select(Name));

        // There is no room for a second one.
        await AddAsync(12, 1);
        await AddAsync(11, 1);
        Assert.Equal(["table POST", "table POST", "table GET", "table POST", "table GET", "table POST"], proxy.Transactions.Select(Name));

        async Task AddAsync(int hour, int count)
        {
            using var lines = new LineReader(EventChunks.Create("project", TraceEvents.Lines(count).Replace("T11:", $"T{hour}:", StringComparison.Ordinal)).Payload);
            var events = new List<IncomingEvent>();
            while (lines.TryRead(out var line))
            {
                events.Add(IncomingEvent.Of(line));
            }

            await ledger.AddAsync("project", HourKey.Of(events[0].Measures.Ticks), events);
        }
    }

    [Fact]
    public async Task A_trace_among_those_of_a_month_costs_a_look_at_the_index_and_one_at_its_block()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var client = await TraceClient.CreateAsync(host);
        var reader = await TraceReader.CreateAsync(host, client);
        var start = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(-28), TimeSpan.Zero);
        for (var day = 0; day < 27; day++)
        {
            var lines = string.Concat(Enumerable.Range(0, 5).Select(number => Line(start.AddDays(day).AddMinutes(number), $"trace-{day}-{number}")));
            await host.Services.GetRequiredService<PersistEvents>()
                .HandleAsync(ChunkMessage.Encode(EventChunks.Create(client.Project, lines, start.AddDays(day))), CancellationToken.None);
        }

        await host.Services.GetRequiredService<TraceUpkeep>().RunAsync(CancellationToken.None);
        Assert.Single((await reader.ReadAsync("/v1/traces/trace-3-1")).AsArray());
        await proxy.ResetWhenQuietAsync();

        Assert.Single((await reader.ReadAsync("/v1/traces/trace-13-2")).AsArray());

        // The session and the project; narrow chunks, wide ones, segments; the index; the block. Narrow chunks, wide ones and segments of steps, of which there are none.
        Assert.Equal(["table POST", .. Enumerable.Repeat("table GET", 9)], proxy.Transactions.Select(Name));
        Assert.Equal(27, proxy.Transactions.Max(transaction => transaction.Rows));

        static string Line(DateTimeOffset time, string trace)
        {
            var line = TraceEvents.Simple(Guid.NewGuid().ToString());
            (line["timestamp"], line["trace_id"]) = (time.ToString("O", CultureInfo.InvariantCulture), trace);
            return line.ToJsonString() + "\n";
        }
    }

    private static string Name(StorageTransaction transaction) => transaction.ToString();
}
