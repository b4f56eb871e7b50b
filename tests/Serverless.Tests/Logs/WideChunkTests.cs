using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Logs.Entries;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>Chunks that span much time, or are very large: upkeep divides them by the hours of their entries, and readers do not notice.</summary>
public sealed class WideChunkTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private const string Stats = "/stats?start=2026-01-24T00:00:00Z&end=2026-01-27T00:00:00Z&interval=1h";

    private static readonly DateTimeOffset Last = new(2026, 1, 26, 14, 59, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(30, 12)]
    [InlineData(3, 40)]
    public async Task They_become_segments_of_their_hours(int count, int hours)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = Wide(logs, count, hours);
        await logs.StoreAsync(chunks);
        var (messages, stats) = (await logs.MessagesAsync(LogReads.Always + "&limit=1000"), await logs.BodyAsync(Stats));

        await fixture.Host.RunUpkeepAsync();

        var blocks = await logs.ChunksAsync();
        Assert.Equal(hours, blocks.Count);
        Assert.All(blocks, block => Assert.True(block.IsCompacted));
        Assert.All(blocks, block => Assert.Equal(block.Header.Max / TimeSpan.TicksPerHour, block.Header.Min / TimeSpan.TicksPerHour));
        Assert.Equal(chunks.Lines(), blocks.Lines());
        Assert.DoesNotContain(await logs.RowKeysAsync(), key => key[0] is 'w' or 'n' or 'p');
        Assert.Equal(messages, await logs.MessagesAsync(LogReads.Always + "&limit=1000"));
        Assert.Equal(stats, await logs.BodyAsync(Stats));
    }

    [Fact]
    public async Task A_few_hours_cost_one_transaction_beside_the_turn()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        await logs.StoreAsync(Wide(logs, 10, 4));
        proxy.Reset();

        await host.RunUpkeepAsync();

        // As ever; in between, the turn is taken, the heads of the hours are asked for, and one transaction does the rest.
        Assert.Equal(
            ["table PUT", "table GET", "table POST"],
            proxy.Transactions.Select(transaction => transaction.ToString()).SkipWhile(transaction => transaction == "table GET").Take(3));
        Assert.Equal(["table GET", "table GET"], proxy.Transactions.Select(transaction => transaction.ToString()).Reverse().TakeWhile(transaction => transaction == "table GET"));

        proxy.Reset();
        await host.RunUpkeepAsync();
        Assert.Equal(Enumerable.Repeat("table GET", 9), proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task Staged_ones_are_divided_too_and_very_large_ones()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var wide = await StageAsync(logs, Wide(logs, 1, 5)[0], parts: 1);

        // What a row tells of so many parts is that they may be more than is put together at once.
        var large = await StageAsync(logs, LogChunk.Create(logs.Organization, DateTimeOffset.UtcNow, [.. Enumerable.Range(0, 20).Select(number => Entry(4 * number, number))]), parts: 20);
        Assert.True(ChunkKey.IsNarrow(large.Header));
        var stats = await logs.BodyAsync(Stats);

        await fixture.Host.RunUpkeepAsync();

        Assert.Equal(new[] { wide, large }.Lines(), (await logs.ChunksAsync()).Lines());
        Assert.DoesNotContain(await logs.RowKeysAsync(), key => key[0] is 'w' or 'n' or 'p');
        Assert.Equal(stats, await logs.BodyAsync(Stats));
    }

    [Fact]
    public async Task Those_with_an_hour_that_is_not_over_are_left_alone()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var now = fixture.Time.GetUtcNow();
        await logs.StoreAsync(LogChunk.Create(logs.Organization, now, Simple("now", now.Iso()), Simple("then", now.AddHours(-20).Iso())));

        await fixture.Host.RunUpkeepAsync();
        Assert.StartsWith("w", Assert.Single(await logs.RowKeysAsync()), StringComparison.Ordinal);

        fixture.Time.Advance(TimeSpan.FromHours(3));
        await fixture.Host.RunUpkeepAsync();
        Assert.DoesNotContain(await logs.RowKeysAsync(), key => key[0] == 'w');
        Assert.Equal(["now", "then"], await logs.MessagesAsync(LogReads.Always));
    }

    [Fact]
    public async Task However_many_come_and_however_late_an_hour_has_one_small_segment()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = new List<Chunk>();
        for (var round = 0; round < 4; round++)
        {
            var late = Wide(logs, 6, 5);
            chunks.AddRange(late);
            await logs.StoreAsync(late);
            await fixture.Host.RunUpkeepAsync();
        }

        Assert.Equal(5, (await logs.ChunksAsync()).Count);
        Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task Nothing_is_lost_or_doubled_and_nothing_stays_behind_whichever_transaction_is_refused(int count)
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        for (var (writes, isRefused) = (0, true); isRefused; writes++)
        {
            // Of more hours than one transaction takes, and of more chunks than go with the last of them.
            var logs = await LogClient.CreateAsync(host);
            var chunks = Wide(logs, count, 17);
            await logs.StoreAsync(chunks);
            var stats = await logs.BodyAsync(Stats);
            var (done, refused) = (0, 0);
            proxy.Fault = request =>
            {
                if (HttpMethods.IsGet(request.Method) || Interlocked.Increment(ref done) <= writes)
                {
                    return StorageFault.None;
                }

                Interlocked.Increment(ref refused);
                return StorageFault.Unavailable;
            };
            await host.RunUpkeepAsync();
            proxy.Fault = static _ => StorageFault.None;
            isRefused = refused > 0;
            await AssertAsync();

            await host.RunUpkeepAsync();
            await AssertAsync();
            time.Advance(TimeSpan.FromMinutes(31));
            await host.RunUpkeepAsync();
            await AssertAsync();

            // A head, a block and a row or 32 of the index for each hour, and nothing else.
            var keys = await logs.RowKeysAsync();
            Assert.All(keys, key => Assert.Equal('s', key[0]));
            Assert.DoesNotContain(keys, key => key.StartsWith("shz", StringComparison.Ordinal));
            Assert.Equal(17, keys.Count(key => key.StartsWith("sh", StringComparison.Ordinal)));
            Assert.Equal(17, keys.Count(key => key.StartsWith("sb", StringComparison.Ordinal)));

            async Task AssertAsync()
            {
                Assert.Equal(stats, await logs.BodyAsync(Stats));
                var messages = await logs.MessagesAsync(LogReads.Always + "&limit=1000");
                Assert.Equal(Math.Min(1000, count * 17), messages.Count);
                Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines().Distinct(StringComparer.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(120)]
    public async Task A_message_delivered_again_afterwards_changes_nothing_and_is_cleared_away(int count)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var chunks = Wide(logs, count, 6);
        await logs.StoreAsync(chunks);
        var (messages, stats) = (await logs.MessagesAsync(LogReads.Always + "&limit=1000"), await logs.BodyAsync(Stats));
        await fixture.Host.RunUpkeepAsync();

        await logs.StoreAsync(chunks[1], chunks[2]);
        Assert.Equal(messages, await logs.MessagesAsync(LogReads.Always + "&limit=1000"));
        Assert.Equal(stats, await logs.BodyAsync(Stats));

        await fixture.Host.RunUpkeepAsync();
        Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines());
        Assert.DoesNotContain(await logs.RowKeysAsync(), key => key[0] == 'w');
        Assert.Equal(stats, await logs.BodyAsync(Stats));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Two_runs_at_once_do_not_harm_each_other(int transaction)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await using var another = await ServerlessHost.StartAsync(fixture.Proxy.Account.Direct);
        var chunks = Wide(logs, 60, 20);
        await logs.StoreAsync(chunks);
        var transactions = 0;
        fixture.Proxy.Fault = request =>
        {
            if (IsTransaction(request) && Interlocked.Increment(ref transactions) == transaction)
            {
                another.RunUpkeepAsync().GetAwaiter().GetResult();
            }

            return StorageFault.None;
        };
        await fixture.Host.RunUpkeepAsync();
        fixture.Proxy.Fault = static _ => StorageFault.None;

        Assert.True(transactions >= transaction);
        Assert.Equal(chunks.Lines(), (await logs.ChunksAsync()).Lines());
        Assert.DoesNotContain(await logs.RowKeysAsync(), key => key[0] == 'w');
    }

    [Theory]
    [InlineData("")]
    [InlineData("stats")]
    public async Task A_reader_misses_and_doubles_nothing_of_what_is_divided_while_it_reads(string what)
    {
        for (var look = 1; ; look++)
        {
            var logs = await LogClient.CreateAsync(fixture.Host);
            var chunks = Wide(logs, 2, 5);
            await StageAsync(logs, chunks[0], parts: 3);
            await logs.StoreAsync(chunks[1]);
            var looks = 0;
            fixture.Proxy.Fault = request =>
            {
                if (HttpMethods.IsGet(request.Method) && Interlocked.Increment(ref looks) == look)
                {
                    fixture.Host.RunUpkeepAsync().GetAwaiter().GetResult();
                }

                return StorageFault.None;
            };
            var found = what == "stats"
                ? (await logs.ReadAsync(Stats))["total"]!.GetValue<int>()
                : (await logs.MessagesAsync(LogReads.Always + "&limit=1000")).Count;
            fixture.Proxy.Fault = static _ => StorageFault.None;

            Assert.Equal(10, found);
            if (looks < look)
            {
                Assert.True(look > 3, "Nothing was divided while somebody read.");
                return;
            }
        }
    }

    [Fact]
    public async Task What_is_divided_goes_hour_by_hour_when_its_time_is_over()
    {
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var logs = await LogClient.CreateAsync(host);
        var now = time.GetUtcNow();
        await logs.StoreAsync(LogChunk.Create(
            logs.Organization, now.AddDays(-20), Simple("newest", now.AddDays(-19.5).Iso()), Simple("middle", now.AddDays(-25).Iso()), Simple("oldest", now.AddDays(-40).Iso())));
        await host.RunUpkeepAsync();
        Assert.Equal(["newest", "middle", "oldest"], await logs.MessagesAsync(LogReads.Always));

        // Ten days later it came in thirty days ago.
        time.Advance(TimeSpan.FromDays(10) + TimeSpan.FromMinutes(1));
        await host.RunUpkeepAsync();
        Assert.Equal(["newest"], (await logs.ChunksAsync()).Lines().Select(line => JsonNode.Parse(line)!["message"]!.GetValue<string>()));
        time.Advance(TimeSpan.FromDays(2));
        await host.RunUpkeepAsync();
        Assert.Empty(await logs.RowKeysAsync());
    }

    private static bool IsTransaction(HttpRequest request) => request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal);

    // An entry in each of the hours.
    private static List<Chunk> Wide(LogClient logs, int count, int hours) =>
    [
        .. Enumerable.Range(0, count).Select(number => LogChunk.Create(
            logs.Organization, DateTimeOffset.UtcNow.AddMilliseconds(-number), [.. Enumerable.Range(0, hours).Select(hour => Entry(60 * hour, number))])),
    ];

    private static JsonObject Entry(int minutesAgo, int number) =>
        Simple($"number {number}, {minutesAgo} minutes before", Last.AddMinutes(-minutesAgo).AddSeconds(-number % 60).AddTicks(-number).Iso(), number % 3 == 0 ? "error" : "info");

    // Stores a chunk in parts, whose number says how large it may be.
    private static async Task<Chunk> StageAsync(LogClient logs, Chunk chunk, int parts)
    {
        var store = new ChunkStore(new(logs.Account.Direct.ConnectionString));
        var lines = chunk.Lines();
        foreach (var (number, part) in lines.Chunk((lines.Count + parts - 1) / parts).Index())
        {
            using var writer = new LineWriter();
            writer.Write(Encoding.UTF8.GetBytes(string.Concat(part.Select(line => line + "\n"))));
            await store.WritePartAsync(LogChunks.Schema, logs.Organization, chunk.Header.Batch, number, writer.Take(), CancellationToken.None);
        }

        await logs.StoreAsync(new Chunk(chunk.Header with { Parts = parts }, ReadOnlyMemory<byte>.Empty));
        return chunk;
    }
}
