using System.Globalization;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Traces.Storage;

/// <summary>What becomes of events when their hour is over, and when their time is.</summary>
public sealed class TraceUpkeepTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    // Past, and not past retention.
    private static readonly DateTimeOffset Day = new(DateTime.UtcNow.Date.AddDays(-2), TimeSpan.Zero);

    [Fact]
    public async Task After_compaction_everything_reads_as_before_and_repetitions_are_still_known()
    {
        var (client, reader) = await StartAsync();
        var random = new Random(3);
        var batches = Enumerable.Range(0, 40).Select(_ => Batch(random, 25)).ToArray();
        foreach (var batch in batches)
        {
            await PersistAsync(client, batch);
        }

        var before = await ReadAsync(client, reader);
        var chunks = await CountChunksAsync(reader);

        await RunUpkeepAsync();

        Assert.Equal(before, await ReadAsync(client, reader));
        Assert.InRange(await CountChunksAsync(reader), 1, 3);
        Assert.True(chunks >= 40, "There was nothing to compact.");

        foreach (var batch in batches)
        {
            await PersistAsync(client, batch);
        }

        Assert.Equal(before, await ReadAsync(client, reader));
        Assert.InRange(await CountChunksAsync(reader), 1, 3);

        // Rare terms are found in what was put together.
        var user = await reader.ReadAsync("/v1/events", "userId=user-7");
        Assert.NotEmpty(user["events"]!.AsArray());
        Assert.All(user["events"]!.AsArray(), found => Assert.Equal("user-7", found!["user_id"]!.GetValue<string>()));
        Assert.Empty((await reader.ReadAsync("/v1/events", "userId=nobody"))["events"]!.AsArray());
    }

    [Fact]
    public async Task What_is_kept_in_another_hour_is_taken_out_of_what_was_compacted()
    {
        var (client, reader) = await StartAsync();
        var batch = Batch(new Random(4), 60);
        await PersistAsync(client, batch);
        await RunUpkeepAsync();

        // Ten of them came in before that, with a time two hours earlier: these are the ones that count.
        var earlier = string.Concat(batch.Split('\n').Take(10).Select(line => line.Replace("T10:", "T08:", StringComparison.Ordinal) + "\n"));
        await PersistAsync(fixture.Host, client, earlier, Day.AddHours(9));
        await RunUpkeepAsync();
        await RunUpkeepAsync();

        var range = Range(TimeSpan.Zero, TimeSpan.FromDays(1));
        var events = await reader.ReadAllAsync("limit=200&" + range);
        Assert.Equal(60, events.Count);
        Assert.Equal(10, events.Count(found => found["timestamp"]!.GetValue<string>().Contains("T08:", StringComparison.Ordinal)));
        Assert.Equal(60, (await reader.ReadAsync("/v1/events", "limit=1&" + range))["total"]!.GetValue<int>());
        foreach (var user in events.Select(found => found["user_id"]!.GetValue<string>()).Distinct(StringComparer.Ordinal))
        {
            var found = await reader.ReadAllAsync($"limit=200&userId={user}&{range}");
            Assert.Equal(events.Count(one => one["user_id"]!.GetValue<string>() == user), found.Count);
        }
    }

    [Fact]
    public async Task Chunks_that_the_version_before_compacted_are_read_and_become_segments()
    {
        var (client, reader) = await StartAsync();
        var batches = Enumerable.Range(0, 3).Select(number => Batch(new Random(10 + number), 50)).ToArray();
        foreach (var batch in batches)
        {
            await PersistAsync(client, batch);
        }

        // Such a row says that it was compacted, and has a filter that nobody reads any more.
        var table = new TableServiceClient(fixture.Host.Account.Direct.ConnectionString).GetTableClient(TableNames.Traces);
        await foreach (var row in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {client.Project} and RowKey ge {"n"} and RowKey lt {"o"}")))
        {
            (row["Compacted"], row["Terms"]) = (true, new byte[] { 1, 2, 3 });
            row.Remove("Filter");
            await table.UpsertEntityAsync(row, TableUpdateMode.Replace);
        }

        var before = await ReadAsync(client, reader);
        await RunUpkeepAsync();

        Assert.DoesNotContain(await reader.RowKeysAsync(), key => key[0] == 'n');
        Assert.Equal(before, await ReadAsync(client, reader));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_chunk_of_many_hours_is_divided_and_no_event_is_lost_or_doubled_whenever_it_is_cut_short(int writes)
    {
        var (client, reader) = await StartAsync();
        var lines = string.Concat(Enumerable.Range(0, 20).SelectMany(hour => Enumerable.Range(0, 2).Select(_ =>
        {
            var line = TraceEvents.Simple(Guid.NewGuid().ToString());
            line["timestamp"] = Day.AddHours(hour).AddMinutes(7).ToString("O", CultureInfo.InvariantCulture);
            return line.ToJsonString() + "\n";
        })));
        var wide = EventChunks.Create(client.Project, lines, Day.AddHours(20));
        Assert.False(ChunkKey.IsNarrow(wide.Header));
        await new ChunkStore(new TableServiceClient(fixture.Host.Account.Direct.ConnectionString)).WriteAsync(TraceChunks.Schema, [wide], CancellationToken.None);
        var before = await ReadAllAsync();
        Assert.Equal(40, before.Count);

        var count = 0;
        fixture.Proxy.Fault = request =>
            !HttpMethods.IsGet(request.Method) && Interlocked.Increment(ref count) > writes ? StorageFault.Unavailable : StorageFault.None;
        await RunUpkeepAsync();
        fixture.Proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(before, await ReadAllAsync());
        await RunUpkeepAsync();

        Assert.Equal(before, await ReadAllAsync());
        var keys = await reader.RowKeysAsync();
        Assert.Equal(20, keys.Count(key => key.StartsWith("sh", StringComparison.Ordinal) && !key.StartsWith("shz", StringComparison.Ordinal)));
        Assert.DoesNotContain(keys, key => key[0] == 'w');

        async Task<IReadOnlyList<string>> ReadAllAsync() =>
            [.. (await reader.ReadAllAsync("limit=200&" + Range(TimeSpan.Zero, TimeSpan.FromDays(1)))).Select(found => found.ToJsonString())];
    }

    [Fact]
    public async Task Events_past_retention_go_and_their_figures_stay()
    {
        await using var host = await ServerlessHost.StartAsync();
        var client = await TraceClient.CreateAsync(host);
        var reader = await TraceReader.CreateAsync(host, client);
        var past = DateTimeOffset.UtcNow.AddDays(-31);
        await PersistAsync(host, client, Lines(past, 5), receivedAt: past);
        await PersistAsync(host, client, Lines(DateTimeOffset.UtcNow, 3), receivedAt: DateTimeOffset.UtcNow);

        // What came in late is kept for as long as all others, although it is older.
        await PersistAsync(host, client, Lines(past.AddDays(-1), 2), receivedAt: DateTimeOffset.UtcNow);
        await RunUpkeepAsync(host);

        Assert.Equal(5, (await reader.ReadAllAsync()).Count);
        Assert.Equal(5, (await reader.ReadAsync("/v1/events"))["total"]!.GetValue<int>());
        var range = $"start={Uri.EscapeDataString(past.AddDays(-2).ToString("O", CultureInfo.InvariantCulture))}";
        var costs = await reader.ReadAsync("/v1/costs", range);
        Assert.Equal(10, costs["byModel"]!.AsArray().Sum(model => model!["requests"]!.GetValue<int>()));
    }

    private static string Lines(DateTimeOffset time, int count) => string.Concat(Enumerable.Range(0, count).Select(number =>
    {
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        line["timestamp"] = time.AddMilliseconds(number).ToString("O", CultureInfo.InvariantCulture);
        return line.ToJsonString() + "\n";
    }));

    private static string Batch(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ =>
    {
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        line["timestamp"] = Day.AddHours(10).AddMilliseconds(random.Next(3_600_000)).ToString("O", CultureInfo.InvariantCulture);
        line["model"] = $"model-{random.Next(3)}";
        line["user_id"] = $"user-{random.Next(30)}";
        line["cost_usd"] = random.Next(1_000) / 1000m;
        return line.ToJsonString() + "\n";
    }));

    private static Task PersistAsync(ServerlessHost host, TraceClient client, string lines, DateTimeOffset? receivedAt = null) =>
        host.Services.GetRequiredService<PersistEvents>()
            .HandleAsync(ChunkMessage.Encode(EventChunks.Create(client.Project, lines, receivedAt)), CancellationToken.None);

    private static Task RunUpkeepAsync(ServerlessHost host) => host.Services.GetRequiredService<TraceUpkeep>().RunAsync(CancellationToken.None);

    private static async Task<int> CountChunksAsync(TraceReader reader) =>
        (await reader.RowKeysAsync()).Count(key => key[0] is 'n' or 'w' || key.StartsWith("sb-", StringComparison.Ordinal));

    // Everything there is to read, as one text.
    private static async Task<string> ReadAsync(TraceClient client, TraceReader reader)
    {
        var range = Range(TimeSpan.Zero, TimeSpan.FromDays(1));
        var events = await reader.ReadAllAsync("limit=200&" + range);
        var filtered = await reader.ReadAllAsync("limit=200&model=model-1&" + range);
        return string.Join('\n', [
            .. events.Concat(filtered).Select(found => found.ToJsonString()),
            (await reader.ReadAsync("/v1/events", "model=model-1&limit=1"))["total"]!.ToJsonString(),
            (await reader.ReadAsync($"/v1/projects/{client.Project}/overview", range)).ToJsonString(),
            (await reader.ReadAsync("/v1/costs", range))["byModel"]!.ToJsonString(),
            (await reader.ReadAsync("/v1/performance", range)).ToJsonString(),

            // Parts of hours are counted event by event.
            (await reader.ReadAsync("/v1/performance", Range(new(10, 17, 0), new(10, 42, 0)))).ToJsonString(),
        ]);
    }

    private static string Range(TimeSpan start, TimeSpan end) =>
        string.Create(CultureInfo.InvariantCulture, $"start={Day + start:yyyy-MM-dd'T'HH:mm:ss'Z'}&end={Day + end:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    private Task PersistAsync(TraceClient client, string lines) => PersistAsync(fixture.Host, client, lines, Day.AddHours(11));

    private Task RunUpkeepAsync() => RunUpkeepAsync(fixture.Host);

    private async Task<(TraceClient Client, TraceReader Reader)> StartAsync()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        return (client, await TraceReader.CreateAsync(fixture.Host, client));
    }
}
