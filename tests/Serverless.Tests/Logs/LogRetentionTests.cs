using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Ingestion.Chunks;
using Serverless.Logs;
using Serverless.Logs.Entries;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>What is removed when its time is over, and how a run is bounded.</summary>
public sealed class LogRetentionTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private const int DefaultDays = 30;

    [Fact]
    public async Task Chunks_go_when_their_newest_record_and_their_receipt_are_past_retention()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync(
            Chunk(logs, Ago(DefaultDays, -1), Ago(DefaultDays, -1)),
            Chunk(logs, Ago(DefaultDays, 1), Ago(DefaultDays, 1), Ago(900)),    // wide
            Chunk(logs, Ago(DefaultDays, 1), Ago(DefaultDays, -1), Ago(900)),   // wide, with a record that stays, and one that does not
            Chunk(logs, Ago(DefaultDays, 1), Ago(DefaultDays, 1)),
            Chunk(logs, Ago(0), Ago(900)));                                     // old, but sent today
        await StageAsync(logs, Chunk(logs, Ago(DefaultDays, 1), Ago(DefaultDays, 1)), parts: 3, isStored: true);
        await StageAsync(logs, Chunk(logs, Ago(DefaultDays, -1), Ago(DefaultDays, -1)), parts: 2, isStored: true);

        await fixture.Host.RunUpkeepAsync();

        var left = await logs.ChunksAsync();
        Assert.Equal([3, 1], left.Select(chunk => chunk.Header.Count).OrderDescending());
        Assert.DoesNotContain(await logs.RowKeysAsync(), key => key[0] == 'p');
    }

    [Fact]
    public async Task Chunks_of_the_version_before_that_end_far_ahead_go_by_their_receipt()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync(
            Chunk(logs, Ago(DefaultDays, 1), Ago(-30_000)),                         // narrow
            Chunk(logs, Ago(DefaultDays, 1), Ago(DefaultDays, 1), Ago(-30_000)),    // wide
            Chunk(logs, Ago(DefaultDays, -1), Ago(-30_000), Ago(-30_000)),
            Chunk(logs, Ago(DefaultDays, -1), Ago(DefaultDays, -1), Ago(-30_000), Ago(-30_000)));

        await fixture.Host.RunUpkeepAsync();

        Assert.Equal([3, 2], (await logs.ChunksAsync()).Select(chunk => chunk.Header.Count).OrderDescending());
    }

    [Fact]
    public async Task What_is_sent_with_a_time_far_ahead_is_kept_as_long_as_everything_else()
    {
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var logs = await LogClient.CreateAsync(host);
        await logs.StoreAsync([Simple("ahead", "2099-01-01T00:00:00Z"), Simple("now", time.GetUtcNow().Iso())]);

        time.Advance(TimeSpan.FromDays(DefaultDays) - TimeSpan.FromMinutes(30));
        await host.RunUpkeepAsync();
        Assert.Equal(2, (await logs.ChunksAsync()).Sum(chunk => chunk.Header.Count));

        time.Advance(TimeSpan.FromHours(1));
        await host.RunUpkeepAsync();
        Assert.Empty(await logs.RowKeysAsync());
    }

    [Fact]
    public async Task Compaction_does_not_make_chunks_younger()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([.. Enumerable.Range(0, 5).Select(_ => Chunk(logs, Ago(DefaultDays, -1), Ago(DefaultDays, -1)))]);
        await fixture.Host.RunUpkeepAsync();
        Assert.Single(await logs.ChunksAsync());

        fixture.Time.Advance(TimeSpan.FromHours(2));
        await fixture.Host.RunUpkeepAsync();

        Assert.Empty(await logs.RowKeysAsync());
    }

    [Fact]
    public async Task Parts_that_nobody_uses_go_once_their_records_would_have_gone()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var old = Chunk(logs, Ago(DefaultDays, 1), Ago(0));
        var recent = Chunk(logs, Ago(DefaultDays, -1), Ago(0));
        var used = Chunk(logs, Ago(DefaultDays, 1), Ago(0));
        await StageAsync(logs, old, parts: 120, isStored: false);
        await StageAsync(logs, recent, parts: 2, isStored: false);
        await StageAsync(logs, used, parts: 2, isStored: true);

        await fixture.Host.RunUpkeepAsync();

        var parts = (await logs.RowKeysAsync()).Where(key => key[0] == 'p').ToList();
        Assert.Equal(4, parts.Count);
        Assert.DoesNotContain(parts, key => key.Contains(old.Header.Batch, StringComparison.Ordinal));
    }

    [Fact]
    public async Task However_short_the_retention_parts_are_kept_for_eight_days()
    {
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Configuration[LogRetentionOptions.Setting] = "1");
        var logs = await LogClient.CreateAsync(host);
        await logs.StoreAsync(Chunk(logs, DateTimeOffset.UtcNow.AddHours(-25), DateTimeOffset.UtcNow.AddHours(-25)));
        await StageAsync(logs, Chunk(logs, DateTimeOffset.UtcNow.AddDays(-7.9), DateTimeOffset.UtcNow), parts: 1, isStored: false);
        await StageAsync(logs, Chunk(logs, DateTimeOffset.UtcNow.AddDays(-8.1), DateTimeOffset.UtcNow), parts: 1, isStored: false);

        await host.RunUpkeepAsync();

        Assert.StartsWith("p-", Assert.Single(await logs.RowKeysAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hundreds_of_chunks_go_a_hundred_at_a_time()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([.. Enumerable.Range(0, 230).Select(_ => Chunk(logs, Ago(DefaultDays, 5), Ago(DefaultDays, 5)))]);
        await fixture.Proxy.ResetWhenQuietAsync();

        await fixture.Host.RunUpkeepAsync();

        Assert.Empty(await logs.RowKeysAsync());
        Assert.Equal(3, fixture.Proxy.Transactions.Count(transaction => transaction.Method == "POST"));
    }

    [Fact]
    public async Task A_run_that_is_out_of_time_leaves_the_rest_to_the_next_in_whatever_process()
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var logs = new List<LogClient>();
        for (var number = 0; number < 3; number++)
        {
            logs.Add(await LogClient.CreateAsync(host));
            await logs[^1].StoreAsync(Chunk(logs[^1], Ago(0), Ago(2)), Chunk(logs[^1], Ago(0), Ago(2)));
        }

        // The first organization takes all the time that a run has.
        logs.Sort((left, right) => string.CompareOrdinal(left.Organization, right.Organization));
        proxy.Fault = request =>
        {
            if (!IsTransaction(request))
            {
                return StorageFault.None;
            }

            time.Advance(TimeSpan.FromMinutes(6));
            return StorageFault.Unavailable;
        };
        await host.RunUpkeepAsync();
        proxy.Fault = static _ => StorageFault.None;
        Assert.Equal([2, 2, 2], await CountAsync());

        await using var another = await ServerlessHost.StartAsync(proxy.Account);
        await another.RunUpkeepAsync();
        Assert.Equal([2, 1, 1], await CountAsync());
        await host.RunUpkeepAsync();
        Assert.Equal([1, 1, 1], await CountAsync());

        async Task<IReadOnlyList<int>> CountAsync()
        {
            var counts = new List<int>();
            foreach (var client in logs)
            {
                counts.Add((await client.ChunksAsync()).Count);
            }

            return counts;
        }
    }

    [Fact]
    public async Task One_organization_that_fails_does_not_keep_others_from_their_turn()
    {
        var (broken, sound) = (await LogClient.CreateAsync(fixture.Host), await LogClient.CreateAsync(fixture.Host));
        if (string.CompareOrdinal(broken.Organization, sound.Organization) > 0)
        {
            (broken, sound) = (sound, broken);
        }

        var chunk = Chunk(broken, Ago(0), Ago(2));
        await broken.StoreAsync(chunk with { Payload = new byte[] { 1, 2, 3 } });
        await sound.StoreAsync(Chunk(sound, Ago(0), Ago(2)), Chunk(sound, Ago(0), Ago(2)));

        await fixture.Host.RunUpkeepAsync();

        Assert.Single(await sound.ChunksAsync());
        Assert.Single(await broken.RowKeysAsync());
    }

    [Fact]
    public async Task A_run_that_is_cancelled_stops()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Host.RunUpkeepAsync(cancelled.Token));
    }

    [Fact]
    public void It_all_happens_every_ten_minutes()
    {
        var trigger = Assert.Single(typeof(LogStorageFunctions).GetMethod(nameof(LogStorageFunctions.KeepAsync))!.GetParameters()[0].GetCustomAttributes<TimerTriggerAttribute>());

        Assert.Equal("0 */10 * * * *", trigger.Schedule);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3651")]
    [InlineData("-1")]
    [InlineData("30.5")]
    [InlineData("a month")]
    public async Task A_retention_that_makes_no_sense_is_refused_at_the_start(string days)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ServerlessHost.StartAsync(configure: builder => builder.Configuration[LogRetentionOptions.Setting] = days));

        Assert.Equal($"LogRetentionDays: must be a whole number of days from 1 to 3650, not \"{days}\".", failure.Message);
    }

    private static bool IsTransaction(HttpRequest request) => request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal);

    private static async Task StageAsync(LogClient logs, Chunk chunk, int parts, bool isStored)
    {
        var store = new ChunkStore(new(logs.Account.Direct.ConnectionString));
        for (var number = 0; number < parts; number++)
        {
            await store.WritePartAsync(LogChunks.Schema, logs.Organization, chunk.Header.Batch, number, chunk.Payload, CancellationToken.None);
        }

        if (isStored)
        {
            await logs.StoreAsync(new Chunk(chunk.Header with { Parts = parts }, ReadOnlyMemory<byte>.Empty));
        }
    }

    private static Chunk Chunk(LogClient logs, DateTimeOffset receivedAt, params IEnumerable<DateTimeOffset> times) =>
        LogChunk.Create(logs.Organization, receivedAt, [.. times.Select(time => Simple("x", time.Iso()))]);

    private DateTimeOffset Ago(int days, int hours = 0) => fixture.Time.GetUtcNow().AddDays(-days).AddHours(-hours);
}
