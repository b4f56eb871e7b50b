using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Live;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Runs.Watching;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Local;
using Serverless.Tests.Runs.Engine;
using Serverless.Tests.Runs.Upkeep;

namespace Serverless.Tests.Runs.Watching;

/// <summary>What those who follow the runs of a workspace are told, and what that costs, counted on the wire.</summary>
public sealed class RunFeedTests : IClassFixture<ManyRunsFixture>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly DateTimeOffset Before = DateTimeOffset.UtcNow.AddHours(-3);

    private readonly ManualTime _time = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly RunDriver _driver;
    private readonly StoredRuns _runs;
    private readonly RunStore _store;
    private readonly StorageProxy _proxy;
    private readonly ServerlessHost _host;
    private readonly RunFeed _feed;

    public RunFeedTests(ManyRunsFixture fixture)
    {
        (_host, _proxy, _driver) = (fixture.Host, fixture.Proxy, new(fixture.Host));
        _runs = new(_host, _driver.Workspace);
        _store = _host.Services.GetRequiredService<RunStore>();
        _feed = new(_host.Services.GetRequiredService<RunList>(), _store, _time);
    }

    [Fact]
    public async Task A_minute_costs_thirty_transactions_however_many_follow_and_whatever_changes()
    {
        var followers = Enumerable.Range(0, 3).Select(_ => _feed.Follow(_driver.Workspace)).ToList();
        await Task.WhenAll(followers.Select(NewsAsync));
        _proxy.Reset();
        var added = new List<string>();
        var told = followers.ConvertAll(_ => new List<string>());

        for (var look = 0; look < 30; look++)
        {
            if (look % 10 == 0)
            {
                added.Add(TextOf(await _runs.AddAsync(RunStatus.Queued, Before.AddMinutes(look))));
            }

            _time.Advance(Interval);
            foreach (var (news, follower) in told.Zip(followers))
            {
                news.AddRange(await NewsAsync(follower));
            }
        }

        Assert.All(told, news => Assert.Equal(added, news));
        Assert.Equal(30, CountReads());
        followers.ForEach(follower => follower.Dispose());
        Assert.Equal(0, _feed.Followed);
    }

    [Fact]
    public async Task Each_state_of_a_run_is_told_once()
    {
        using var follower = await FollowAsync();
        var run = await _runs.AddAsync(RunStatus.Queued, Before);
        Assert.Equal([TextOf(run)], await NextAsync(follower));
        Assert.Empty(await NextAsync(follower));

        run = await ReplaceAsync(run with { Status = RunStatus.Running, StartedAt = Before.AddSeconds(1) });
        Assert.Equal([TextOf(run)], await NextAsync(follower));
        run = await ReplaceAsync(run with { Status = RunStatus.Failed, ErrorMessage = "It broke", CompletedAt = Before.AddSeconds(2) });
        Assert.Equal([TextOf(run)], await NextAsync(follower));

        // Nor when it leaves for the counts.
        await _runs.SettleAsync();
        Assert.Empty(await NextAsync(follower));
        Assert.Empty(await NextAsync(follower));
    }

    [Fact]
    public async Task Those_that_were_there_are_not_told_and_the_others_come_the_oldest_first()
    {
        await _runs.AddAsync(RunStatus.Queued, Before);
        await _runs.AddAsync(RunStatus.Completed, Before.AddMinutes(1));
        using var follower = await FollowAsync();

        var later = await _runs.AddAsync(RunStatus.Queued, Before.AddMinutes(3));
        var earlier = await _runs.AddAsync(RunStatus.Completed, Before.AddMinutes(2));

        Assert.Equal([TextOf(earlier), TextOf(later)], await NextAsync(follower));
    }

    [Fact]
    public async Task A_run_that_ends_behind_a_hundred_others_is_told_even_if_it_left_for_the_counts_meanwhile()
    {
        var old = await _runs.AddAsync(RunStatus.Running, Before);
        for (var number = 0; number < 105; number++)
        {
            await _runs.AddAsync(RunStatus.Completed, Before.AddSeconds(number + 1));
        }

        await _runs.SettleAsync();
        using var follower = await FollowAsync();
        Assert.Empty(await NextAsync(follower));

        old = await ReplaceAsync(old with { Status = RunStatus.Completed, StartedAt = Before, CompletedAt = Before.AddHours(1) });
        await _runs.SettleAsync();
        _proxy.Reset();

        Assert.Equal([TextOf(old)], await NextAsync(follower));

        // The runs under way, the newest runs, and the one that is missing.
        Assert.Equal(3, CountReads());
        Assert.Empty(await NextAsync(follower));
        Assert.Equal(4, CountReads());
    }

    [Fact]
    public async Task A_run_that_began_and_left_for_the_counts_between_two_looks_is_told()
    {
        await _runs.AddAsync(RunStatus.Completed, Before);
        await _runs.SettleAsync();
        using var follower = await FollowAsync();

        var run = await _runs.AddAsync(RunStatus.Completed, Before.AddMinutes(1));
        await _runs.SettleAsync();
        _proxy.Reset();

        Assert.Equal([TextOf(run)], await NextAsync(follower));
        Assert.Equal(2, CountReads());
        Assert.Empty(await NextAsync(follower));
    }

    [Fact]
    public async Task A_follower_that_is_late_misses_nothing()
    {
        var old = await _runs.AddAsync(RunStatus.Running, Before);
        for (var number = 0; number < 101; number++)
        {
            await _runs.AddAsync(RunStatus.Completed, Before.AddSeconds(number + 1));
        }

        await _runs.SettleAsync();
        using var slow = await FollowAsync();
        using var quick = await FollowAsync();
        old = await ReplaceAsync(old with { Status = RunStatus.Completed, StartedAt = Before, CompletedAt = Before.AddHours(1) });
        await _runs.SettleAsync();
        Assert.Equal([TextOf(old)], await NextAsync(quick));

        // What the quick one knows is out of sight for good by now.
        var last = await _runs.AddAsync(RunStatus.Completed, Before.AddMinutes(30));
        await _runs.SettleAsync();
        Assert.Equal([TextOf(last)], await NextAsync(quick));

        Assert.Equal([TextOf(old), TextOf(last)], await NewsAsync(slow));
    }

    [Fact]
    public async Task Of_many_that_ended_out_of_sight_some_are_told_now_and_the_others_with_the_next_look()
    {
        var old = await Task.WhenAll(Enumerable.Range(0, 25).Select(second => _runs.AddAsync(RunStatus.Running, Before.AddSeconds(-second))));
        await _runs.AddEarlierAsync(Enumerable.Range(1, 101).Select(second => _runs.Make(RunStatus.Completed, Before.AddSeconds(second))));
        await _runs.SettleAsync();
        using var follower = await FollowAsync();
        await Task.WhenAll(old.Select(run => ReplaceAsync(run with { Status = RunStatus.Completed, StartedAt = Before, CompletedAt = Before.AddHours(1) })));
        await _runs.SettleAsync();

        var (first, second) = (await NextAsync(follower), await NextAsync(follower));

        Assert.Equal((20, 5), (first.Count, second.Count));
        Assert.Equal(old.Select(run => $"{run.Id} Completed").Order(StringComparer.Ordinal), first.Concat(second).Order(StringComparer.Ordinal));
        Assert.Empty(await NextAsync(follower));
    }

    [Fact]
    public async Task Of_more_than_a_thousand_that_are_under_way_the_newest_are_looked_at()
    {
        var runs = Enumerable.Range(0, 1_001).Select(second => _runs.Make(RunStatus.Running, Before.AddSeconds(second))).ToArray();
        await AddActiveAsync(runs[..^1]);
        using var follower = await FollowAsync();
        await AddActiveAsync(runs[^1]);
        _proxy.Reset();

        // The oldest is out of sight: it is not taken to have ended.
        Assert.Equal([TextOf(runs[^1])], await NextAsync(follower));
        Assert.Equal(2, CountReads());
    }

    [Fact]
    public async Task A_run_that_is_deleted_is_no_news()
    {
        var ended = await _runs.AddAsync(RunStatus.Completed, Before);
        await _runs.AddAsync(RunStatus.Completed, Before.AddMinutes(-1));
        using var follower = await FollowAsync();

        await _host.Services.GetRequiredService<RunRemoval>().DeleteAsync(_driver.Workspace, ended.Id, CancellationToken.None);

        Assert.Empty(await NextAsync(follower));
    }

    [Fact]
    public async Task Runs_of_the_version_before_which_wrote_nothing_beside_them_are_followed_too()
    {
        var run = _runs.Make(RunStatus.Running, Before);
        await _runs.AddEarlierAsync(run);
        using var follower = await FollowAsync();
        Assert.Empty(await NextAsync(follower));

        run = await ReplaceAsync(run with { Status = RunStatus.Completed, StartedAt = Before, CompletedAt = Before.AddHours(1) });

        Assert.Equal([TextOf(run)], await NextAsync(follower));
        Assert.Empty(await NextAsync(follower));
    }

    private async Task<SharedLooks<int, RunLook>.Follower> FollowAsync()
    {
        var follower = _feed.Follow(_driver.Workspace);
        await NewsAsync(follower);
        return follower;
    }

    private async Task<List<string>> NextAsync(SharedLooks<int, RunLook>.Follower follower)
    {
        _time.Advance(Interval);
        return await NewsAsync(follower);
    }

    private static async Task<List<string>> NewsAsync(SharedLooks<int, RunLook>.Follower follower)
    {
        var look = await follower.NextAsync(CancellationToken.None);
        var news = look.Since(follower.Place).Select(run => $"{run.Id} {run.Status}").ToList();
        follower.Place = look.Number;
        return news;
    }

    private async Task<Run> ReplaceAsync(Run run)
    {
        var stored = await _store.FindAsync(run.Workspace, run.Id, CancellationToken.None);
        return (await _store.TryReplaceAsync(run, stored!.ETag, run.CreatedAt))!.Run;
    }

    private async Task AddActiveAsync(params Run[] runs)
    {
        var table = new TableClient(_host.Account.Direct.ConnectionString, TableNames.Runs);
        foreach (var some in runs.Chunk(100))
        {
            await table.SubmitTransactionAsync(some.Select(run => ActiveRow.Put(run.Workspace, RunSummary.Of(run), run.CreatedAt)));
        }
    }

    private int CountReads() => _proxy.Transactions.Count(transaction => transaction.ToString() == "table GET" && transaction.Path.StartsWith("/runs(", StringComparison.Ordinal));

    private static string TextOf(Run run) => $"{run.Id} {run.Status}";
}
