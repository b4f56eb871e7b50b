using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Logs.Entries;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>The compaction of past hours: what becomes of chunks, and that readers do not notice.</summary>
public sealed class LogCompactionTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private static readonly DateTimeOffset Hour = new(2026, 1, 26, 14, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(60)]
    public async Task The_chunks_of_an_hour_become_one_at_a_fixed_price(int count)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        var chunks = Chunks(logs, count);
        await logs.StoreAsync(chunks);
        proxy.Reset();

        await host.RunUpkeepAsync();

        // How far upkeep had come, and what cannot be read; the partition is found; what is past retention is asked for, narrow chunks, segments and parts; then wide chunks, past or to be
        // divided; new chunks, and what was compacted of their hour; they are replaced; and there is no other partition.
        Assert.Equal(
            [.. Enumerable.Repeat("table GET", 9), "table POST", "table GET"],
            proxy.Transactions.Select(transaction => transaction.ToString()));
        var compacted = Assert.Single(await logs.ChunksAsync());
        Assert.Equal(chunks.Lines(), compacted.Lines().Order(StringComparer.Ordinal));
        var merged = chunks.Select(chunk => chunk.Header).Aggregate(ChunkHeader.Merge);
        Assert.Equal((merged.Count, merged.Min, merged.Max), (compacted.Header.Count, compacted.Header.Min, compacted.Header.Max));
        Assert.Equal(merged.Minutes.ToArray(), compacted.Header.Minutes.ToArray());
        Assert.Equal([0, count, 0, 2 * count, 0, 0], compacted.Header.Kinds);
        Assert.Equal(["=test", "="], compacted.Header.Labels);
        Assert.True(compacted.IsCompacted);

        // And it stays as it is.
        proxy.Reset();
        await host.RunUpkeepAsync();
        Assert.Equal(Enumerable.Repeat("table GET", 9), proxy.Transactions.Select(transaction => transaction.ToString()));
        Assert.Equal(compacted.Header.Batch, Assert.Single(await logs.ChunksAsync()).Header.Batch);
    }

    [Fact]
    public async Task Readers_see_the_same_as_before()
    {
        const string Stats = "/stats?start=2026-01-26T12:00:00Z&end=2026-01-26T18:00:00Z&interval=5m";
        var logs = await LogClient.CreateAsync(fixture.Host);
        var random = new Random(8);
        await logs.StoreAsync(Enumerable.Range(0, 120).Select(number => LogChunk.Create(
            logs.Organization, DateTimeOffset.UtcNow.AddSeconds(-number), [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => Entry(random, number))])));
        var (entries, errors, stats) = (await ReadAsync(""), await ReadAsync("&level=error&environment=test"), await logs.BodyAsync(Stats));
        var page = await logs.ReadAsync(LogReads.Always + "&limit=100");
        var rows = (await logs.ChunksAsync()).Count;

        await fixture.Host.RunUpkeepAsync();

        Assert.Equal(120, rows);
        Assert.Equal(3, (await logs.ChunksAsync()).Count);
        Assert.Equal(entries, await ReadAsync(""));
        Assert.Equal(errors, await ReadAsync("&level=error&environment=test"));
        Assert.Equal(stats, await logs.BodyAsync(Stats));

        // A cursor from before leads to the same entries.
        var next = await logs.ReadAsync($"{LogReads.Always}&limit=1000&cursor={page.NextCursor()}");
        Assert.Equal(entries.Skip(100), next.Entries().Select(entry => entry.ToJsonString()));

        async Task<IReadOnlyList<string>> ReadAsync(string filter) =>
            [.. (await logs.ReadAsync($"{LogReads.Always}&limit=1000{filter}")).Entries().Select(entry => entry.ToJsonString())];

        static JsonObject Entry(Random random, int minute)
        {
            var entry = Simple($"{random.Next(1000)}", Hour.AddMinutes(minute + random.Next(40)).Iso(), random.Next(3) == 0 ? "error" : "info");
            entry["environment"] = random.Next(2) == 0 ? "test" : "production";
            return entry;
        }
    }

    [Fact]
    public async Task A_reader_misses_nothing_of_what_is_compacted_while_it_reads()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = Chunks(logs, 90);
        await logs.StoreAsync(chunks);
        var pages = 0;
        fixture.Proxy.Fault = request =>
        {
            // Between the first page of the table and the second.
            if (request.Query.ContainsKey("NextRowKey") && Interlocked.Increment(ref pages) == 1)
            {
                Wait(fixture.Host.RunUpkeepAsync());
            }

            return StorageFault.None;
        };

        var messages = await logs.MessagesAsync($"{LogReads.Always}&limit=1000");
        fixture.Proxy.Fault = static _ => StorageFault.None;

        Assert.NotEqual(0, pages);
        Assert.Single(await logs.ChunksAsync());
        Assert.Equal(chunks.Count * 3, messages.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task An_hour_is_left_alone_until_it_has_been_over_for_an_hour()
    {
        // Half past some hour: the hour that ended ninety minutes ago is the last one to be touched.
        var now = fixture.Time.GetUtcNow();
        fixture.Time.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerHour - (now.Ticks % TimeSpan.TicksPerHour)) + TimeSpan.FromMinutes(30));
        now = fixture.Time.GetUtcNow();
        var border = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerHour), TimeSpan.Zero).AddHours(-1);
        var logs = await LogClient.CreateAsync(fixture.Host);
        var (past, open) = (border.AddTicks(-1), border);
        await logs.StoreAsync([.. new[] { past, past, open, open }.Select(time => LogChunk.Create(logs.Organization, now, Simple("x", time.Iso())))]);

        await fixture.Host.RunUpkeepAsync();

        Assert.Equal([false, false, true], (await logs.ChunksAsync()).Select(chunk => chunk.IsCompacted));
    }

    [Fact]
    public async Task A_message_delivered_again_after_compaction_changes_nothing_and_is_cleared_away()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = Chunks(logs, 10);
        await logs.StoreAsync(chunks);
        await fixture.Host.RunUpkeepAsync();
        await logs.StoreAsync(chunks[3], chunks[7]);
        Assert.Equal(3, (await logs.ChunksAsync()).Count);
        Assert.Equal(30, (await logs.ReadAsync(LogReads.Always + "&limit=1000")).Entries().Count());
        Assert.Equal(30, await CountAsync(logs));

        await fixture.Host.RunUpkeepAsync();

        Assert.Equal(30, await CountAsync(logs));

        Assert.Equal(chunks.Lines(), Assert.Single(await logs.ChunksAsync()).Lines().Order(StringComparer.Ordinal));
        Assert.Equal(30, await logs.CountPersistedAsync());
    }

    [Fact]
    public async Task What_comes_late_joins_what_was_compacted_before()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var (early, late) = (Chunks(logs, 5), Chunks(logs, 2));
        await logs.StoreAsync(early);
        await fixture.Host.RunUpkeepAsync();
        await logs.StoreAsync(late);
        await fixture.Host.RunUpkeepAsync();

        Assert.Equal(early.Concat(late).Lines(), Assert.Single(await logs.ChunksAsync()).Lines().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task More_chunks_than_one_transaction_takes_still_become_one()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = Chunks(logs, 250);
        await logs.StoreAsync(chunks);

        await fixture.Host.RunUpkeepAsync();

        Assert.Equal(chunks.Lines(), Assert.Single(await logs.ChunksAsync()).Lines().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Blocks_are_of_a_quarter_of_a_megabyte()
    {
        // 60 chunks of some 40 KB that cannot be compressed further.
        var logs = await LogClient.CreateAsync(fixture.Host);
        var random = new Random(9);
        var chunks = Enumerable.Range(0, 60).Select(number => Chunk(logs, Simple(random.GetString("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!?", 54_000), Hour.AddSeconds(number).Iso()))).ToList();
        Assert.All(chunks, chunk => Assert.InRange(chunk.Payload.Length, 39_000, 48_000));
        await logs.StoreAsync(chunks);

        await fixture.Host.RunUpkeepAsync();

        var compacted = await logs.ChunksAsync();
        Assert.Equal(9, compacted.Count);
        Assert.All(compacted, chunk => Assert.InRange(chunk.Payload.Length, 1, 300 * 1024));
        Assert.Equal(chunks.Lines(), compacted.Lines());

        // Whichever of them holds a record, it is known when it comes again.
        await logs.StoreAsync(chunks[0], chunks[30], chunks[59]);
        await fixture.Host.RunUpkeepAsync();
        Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines());
    }

    [Fact]
    public async Task Narrow_chunks_are_compacted_staged_ones_too_and_wide_ones_are_divided()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var long1 = Chunk(logs, Simple("1", Hour.AddMinutes(59).Iso()), Simple("2", Hour.AddHours(-1).Iso()));
        var long2 = Chunk(logs, Simple("3", Hour.AddMinutes(1).Iso()), Simple("4", Hour.AddHours(-1.5).Iso()));
        var wide = Chunk(logs, Simple("5", Hour.Iso()), Simple("6", Hour.AddHours(-2.1).Iso()));
        var staged = Chunk(logs, Simple("7", Hour.AddSeconds(-1).Iso()));
        await new ChunkStore(new(logs.Account.Direct.ConnectionString)).WritePartAsync(
            LogChunks.Schema, logs.Organization, staged.Header.Batch, 0, staged.Payload, CancellationToken.None);
        await logs.StoreAsync(long1, long2, wide, new(staged.Header with { Parts = 1 }, ReadOnlyMemory<byte>.Empty));

        await fixture.Host.RunUpkeepAsync();

        var chunks = await logs.ChunksAsync();
        Assert.Equal(["1", "3", "5", "7", "2", "4", "6"], await logs.MessagesAsync(LogReads.Always));
        Assert.Equal([true, true, true], chunks.Select(chunk => chunk.IsCompacted));
        Assert.DoesNotContain(await logs.RowKeysAsync(), key => key[0] is 'p' or 'n' or 'w');
    }

    [Fact]
    public async Task Chunks_that_the_version_before_compacted_are_read_and_become_segments()
    {
        // 20 entries of 10 KB that cannot be compressed: more than what is read of a row at first.
        var logs = await LogClient.CreateAsync(fixture.Host);
        var random = new Random(10);
        var old = Chunk(logs, [.. Enumerable.Range(0, 20).Select(number => Simple(random.GetString("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!?", 10_000), Hour.AddSeconds(number).Iso()))]);
        await logs.StoreAsync(old with { IsCompacted = true, Header = old.Header with { Minutes = default } });
        var added = Chunks(logs, 3);
        await logs.StoreAsync(added);
        var (messages, stats) = (await logs.MessagesAsync(LogReads.Always), await CountAsync(logs));
        Assert.Equal((29, 29), (messages.Count, stats));

        // A message that brings back what it holds.
        await logs.StoreAsync(LogChunk.Part(old, 5));
        Assert.Equal(messages, await logs.MessagesAsync(LogReads.Always));
        Assert.Equal(stats, await CountAsync(logs));
        await fixture.Host.RunUpkeepAsync();

        Assert.DoesNotContain(await logs.RowKeysAsync(), key => key[0] == 'n');
        Assert.Equal(messages, await logs.MessagesAsync(LogReads.Always));
        Assert.Equal(stats, await CountAsync(logs));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_lost_or_doubled_and_nothing_stays_behind_whenever_it_is_cut_short(int writes)
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var logs = await LogClient.CreateAsync(host);

        // Block and index take a transaction, and the head another.
        var chunks = Chunks(logs, 70);
        await logs.StoreAsync(chunks);
        var count = 0;
        proxy.Fault = request => IsTransaction(request) && Interlocked.Increment(ref count) > writes ? StorageFault.Unavailable : StorageFault.None;
        await host.RunUpkeepAsync();
        proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines());

        await host.RunUpkeepAsync();
        Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines());
        Assert.Equal(210, (await logs.ReadAsync("/stats?start=2026-01-26T12:00:00Z&end=2026-01-26T18:00:00Z"))["total"]!.GetValue<int>());
        time.Advance(TimeSpan.FromMinutes(31));
        await host.RunUpkeepAsync();

        // The head, its one block, and its index.
        Assert.Equal(3, (await logs.RowKeysAsync()).Count);
        Assert.Equal(chunks.Lines(), Assert.Single(await logs.ChunksAsync()).Lines().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_lost_or_doubled_when_the_transaction_fails(bool isCarriedOut)
    {
        var fault = isCarriedOut ? StorageFault.ResponseLost : StorageFault.Unavailable;
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = Chunks(logs, 10);
        await logs.StoreAsync(chunks);
        fixture.Proxy.Fault = request => IsTransaction(request) ? fault : StorageFault.None;
        await fixture.Host.RunUpkeepAsync();
        fixture.Proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines());

        await fixture.Host.RunUpkeepAsync();

        Assert.Equal(chunks.Lines(), Assert.Single(await logs.ChunksAsync()).Lines().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_chunk_that_changes_meanwhile_is_not_removed()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = Chunks(logs, 5);
        await logs.StoreAsync(chunks);
        var changes = 0;
        fixture.Proxy.Fault = request =>
        {
            if (IsTransaction(request) && Interlocked.Increment(ref changes) == 1)
            {
                Wait(logs.StoreAsync(chunks[2]));
            }

            return StorageFault.None;
        };
        await fixture.Host.RunUpkeepAsync();
        fixture.Proxy.Fault = static _ => StorageFault.None;

        Assert.Equal(1, changes);
        Assert.Equal(5, (await logs.ChunksAsync()).Count);
        Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines());
    }

    [Fact]
    public async Task A_tail_does_not_take_compacted_chunks_for_news()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = Chunks(logs, 5);
        await logs.StoreAsync(chunks);
        var longAgo = $"{DateTimeOffset.UtcNow.AddHours(-1).UtcTicks}.{chunks[0].Header.Batch}-0000";
        await fixture.Host.RunUpkeepAsync();
        using var tail = await LogTail.OpenAsync(fixture.Host.Client, logs, lastEventId: longAgo);

        await logs.AcceptAsync(Simple("news", fixture.Time.GetUtcNow().Iso()));

        Assert.Equal(["news"], await tail.MessagesAsync(1));
    }

    private static bool IsTransaction(HttpRequest request) => request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal);

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static Chunk Chunk(LogClient logs, params IReadOnlyList<JsonNode> entries) => LogChunk.Create(logs.Organization, DateTimeOffset.UtcNow, entries);

    // Three entries each, the times of different chunks interleaved.
    private static async Task<int> CountAsync(LogClient logs) =>
        (await logs.ReadAsync("/stats?start=2026-01-26T12:00:00Z&end=2026-01-26T18:00:00Z"))["total"]!.GetValue<int>();

    private static List<Chunk> Chunks(LogClient logs, int count) =>
    [
        .. Enumerable.Range(0, count).Select(number => Chunk(
            logs, Entry(number, "error"), Entry(number + 500, "info"), Entry(number + 1000, "error"))),
    ];

    private static JsonObject Entry(int seconds, string level)
    {
        var entry = Simple($"after {seconds}", Hour.AddSeconds(seconds).Iso(), level);
        entry["environment"] = "test";
        return entry;
    }
}
