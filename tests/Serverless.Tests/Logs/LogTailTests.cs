using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Logs;
using Serverless.Logs.Entries;
using Serverless.Tests.Hosting;
using Serverless.Tests.Local;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>The stream of <c>GET /v1/logs/tail</c>.</summary>
public sealed class LogTailTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    private readonly ChunkStore _store = fixture.Host.Services.GetRequiredService<ChunkStore>();

    [Fact]
    public async Task Events_come_in_the_order_of_storing_whatever_the_times_of_entries()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var tail = await LogTail.OpenAsync(fixture.Host.Client, logs);

        var now = DateTimeOffset.UtcNow;
        int[] minutes = [3, -5, 200, -1, 0];
        foreach (var minute in minutes)
        {
            await StoreAsync(LogChunk.Create(logs.Organization, now, Simple($"{minute}", now.AddMinutes(minute).Iso())));
        }

        Assert.Equal(minutes.Select(minute => $"{minute}"), await tail.MessagesAsync(5));
    }

    [Fact]
    public async Task A_client_that_reconnects_gets_the_rest_and_nothing_twice()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var ids = new List<string>();
        using (var tail = await LogTail.OpenAsync(fixture.Host.Client, logs))
        {
            // Two batches that share a chunk, the one that came in later standing first.
            var now = DateTimeOffset.UtcNow;
            var first = LogChunk.Create(logs.Organization, now.AddSeconds(1), Now("1"), Now("2"));
            await StoreAsync(LogChunk.Create(logs.Organization, now, Now("0")));
            await StoreAsync(Chunk.Merge(first, LogChunk.Create(logs.Organization, now, Now("3"), Now("4"))));
            for (var number = 0; number < 5; number++)
            {
                ids.Add((await tail.EventAsync()).Id);
            }
        }

        await logs.StoreAsync([Now("5")]);

        for (var number = 0; number < 5; number++)
        {
            using var resumed = await LogTail.OpenAsync(fixture.Host.Client, logs, lastEventId: ids[number]);
            Assert.Equal(Enumerable.Range(number + 1, 5 - number).Select(missed => $"{missed}"), await resumed.MessagesAsync(5 - number));
        }

        using var last = await LogTail.OpenAsync(fixture.Host.Client, logs, lastEventId: ids[4]);
        await last.EventAsync();
        await logs.AcceptAsync(Now("6"));
        Assert.Equal(["6"], await last.MessagesAsync(1));
    }

    [Fact]
    public async Task A_batch_that_is_delivered_twice_is_shown_once()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var tail = await LogTail.OpenAsync(fixture.Host.Client, logs);
        var twice = LogChunk.Create(logs.Organization, DateTimeOffset.UtcNow, Now("twice"));
        await StoreAsync(twice);
        Assert.Equal(["twice"], await tail.MessagesAsync(1));
        await logs.AcceptAsync(Now("between"));
        Assert.Equal(["between"], await tail.MessagesAsync(1));

        await StoreAsync(twice);
        await logs.AcceptAsync(Now("after"));

        Assert.Equal(["after"], await tail.MessagesAsync(1));
    }

    [Fact]
    public async Task A_quiet_stream_pings_and_ends_after_five_minutes()
    {
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        using var tail = await LogTail.OpenAsync(host.Client, await LogClient.CreateAsync(host));

        for (var ping = 0; ping < 3; ping++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal([": ping"], await tail.BlockAsync());
        }

        time.Advance(TimeSpan.FromMinutes(5) - (3 * TimeSpan.FromSeconds(15)));
        Assert.Equal([": ping"], await tail.BlockAsync());
        Assert.Null(await tail.BlockAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_longer_looked_after()
    {
        await using var host = await ServerlessHost.StartAsync();
        var feed = host.Services.GetRequiredService<LogFeed>();
        using (await LogTail.OpenAsync(host.Client, await LogClient.CreateAsync(host)))
        {
            Assert.Equal(1, feed.Followed);
        }

        await UntilAsync(() => feed.Followed == 0);
    }

    [Fact]
    public async Task However_many_follow_an_organization_they_share_a_look()
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var logs = await LogClient.CreateAsync(host);
        var tails = new List<LogTail>();
        for (var number = 0; number < 5; number++)
        {
            tails.Add(await LogTail.OpenAsync(host.Client, logs, number == 0 ? "?level=error" : ""));
        }

        await proxy.ResetWhenQuietAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        await logs.AcceptAsync(Now("first", "error"));
        await logs.WaitForAsync(1);
        time.Advance(TimeSpan.FromSeconds(2));

        foreach (var tail in tails)
        {
            Assert.Equal(["first"], await tail.MessagesAsync(1));
            tail.Dispose();
        }

        // Two looks at narrow chunks and wide ones, of five who follow.
        Assert.InRange(proxy.Transactions.Count(transaction => transaction.ToString() == "table GET" && transaction.Path.Contains("/logs(", StringComparison.Ordinal)), 2, 6);
    }

    [Fact]
    public async Task A_minute_of_following_is_sixty_transactions_however_many_follow()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Configuration["AzureWebJobs.KeepLogs.Disabled"] = "true");
        var feed = new LogFeed(host.Services.GetRequiredService<ChunkFinder>(), time);
        var followers = Enumerable.Range(0, 3).Select(_ => feed.Follow("61a2c3026706", time.GetUtcNow())).ToList();

        for (var look = 0; look < 30; look++)
        {
            await Task.WhenAll(followers.Select(follower => follower.NextAsync(CancellationToken.None)));
            time.Advance(TimeSpan.FromSeconds(2));
        }

        // Each look is for narrow chunks and for wide ones.
        Assert.Equal(60, proxy.Transactions.Count(transaction => transaction.ToString() == "table GET" && transaction.Path.Contains("/logs(", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_batch_of_many_megabytes_is_streamed_whole()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var tail = await LogTail.OpenAsync(fixture.Host.Client, logs);
        var random = new Random(3);
        var texts = Enumerable.Range(0, 300).Select(_ => random.GetString("abcdefghijklmnopqrstuvwxyz", 9_000)).ToList();
        await logs.AcceptAsync([.. texts.Select(text => Now(text))]);

        Assert.Equal(texts, await tail.MessagesAsync(300));
    }

    private static JsonObject Now(string message, string level = "info") => Simple(message, DateTimeOffset.UtcNow.Iso(), level);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private Task StoreAsync(Chunk chunk) => _store.WriteAsync(LogChunks.Schema, [chunk], CancellationToken.None);
}
