using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Serverless.Storage;

namespace Serverless.Tests.Storage;

/// <summary>Callers share commits, and nothing but commits.</summary>
[Trait("Category", "Fast")]
public sealed class GroupCommitTests
{
    private readonly Channel<Commit> _commits = Channel.CreateUnbounded<Commit>();
    private readonly GroupCommit<string, int, string> _group;

    public GroupCommitTests()
    {
        _group = new((key, requests) =>
        {
            var commit = new Commit(key, requests);
            _commits.Writer.TryWrite(commit);
            return commit.Result.Task;
        });
    }

    [Fact]
    public async Task A_lone_caller_is_committed_at_once()
    {
        var caller = _group.SubmitAsync("a", 1);

        var commit = await NextAsync();
        commit.Complete();

        Assert.Equal([1], commit.Requests);
        Assert.Equal("a1", await caller);
    }

    [Fact]
    public async Task All_who_arrive_during_a_commit_share_the_next_one_in_order_and_get_their_own_answers()
    {
        var first = _group.SubmitAsync("a", 0);
        var inFlight = await NextAsync();
        var others = Enumerable.Range(1, 100).Select(number => _group.SubmitAsync("a", number)).ToList();

        inFlight.Complete();
        var shared = await NextAsync();
        shared.Complete();

        Assert.Equal("a0", await first);
        Assert.Equal(Enumerable.Range(1, 100), shared.Requests);
        Assert.Equal(Enumerable.Range(1, 100).Select(number => $"a{number}"), await Task.WhenAll(others));
        Assert.False(_commits.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Commits_of_one_key_follow_one_another_and_those_of_different_keys_do_not_wait()
    {
        var first = _group.SubmitAsync("a", 1);
        var inFlight = await NextAsync();
        var second = _group.SubmitAsync("a", 2);
        var other = _group.SubmitAsync("b", 3);

        // The only commit that begins while the first is under way is the other key's.
        var commit = await NextAsync();
        Assert.Equal("b", commit.Key);
        commit.Complete();
        Assert.Equal("b3", await other);
        Assert.False(second.IsCompleted);

        inFlight.Complete();
        (await NextAsync()).Complete();
        Assert.Equal(["a1", "a2"], await Task.WhenAll(first, second));
    }

    [Fact]
    public async Task A_failure_reaches_exactly_the_callers_of_its_commit()
    {
        var first = _group.SubmitAsync("a", 1);
        var failing = await NextAsync();
        var second = _group.SubmitAsync("a", 2);
        var third = _group.SubmitAsync("a", 3);

        failing.Result.SetException(new IOException("disk full"));
        (await NextAsync()).Complete();

        Assert.Equal("disk full", (await Assert.ThrowsAsync<IOException>(() => first)).Message);
        Assert.Equal(["a2", "a3"], await Task.WhenAll(second, third));
    }

    [Fact]
    public async Task A_commit_that_throws_before_it_waits_does_not_stop_those_to_come()
    {
        var failures = 0;
        var group = new GroupCommit<string, int, int>((_, requests) =>
            failures++ == 0 ? throw new InvalidOperationException("once") : Task.FromResult(requests));

        await Assert.ThrowsAsync<InvalidOperationException>(() => group.SubmitAsync("a", 1));

        Assert.Equal(2, await group.SubmitAsync("a", 2));
    }

    [Fact]
    public async Task A_commit_with_too_few_answers_fails_those_left_without_one()
    {
        var first = _group.SubmitAsync("a", 1);
        var inFlight = await NextAsync();
        var (second, third) = (_group.SubmitAsync("a", 2), _group.SubmitAsync("a", 3));
        inFlight.Complete();

        (await NextAsync()).Result.SetResult(["only one"]);

        Assert.Equal("a1", await first);
        Assert.Equal("only one", await second);
        await Assert.ThrowsAnyAsync<Exception>(() => third);
    }

    [Fact]
    public async Task A_caller_that_goes_away_is_committed_all_the_same_and_delays_nobody()
    {
        var first = _group.SubmitAsync("a", 1);
        var inFlight = await NextAsync();
        using var gone = new CancellationTokenSource();
        var leaving = _group.SubmitAsync("a", 2).WaitAsync(gone.Token);
        var staying = _group.SubmitAsync("a", 3);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        inFlight.Complete();
        var shared = await NextAsync();
        shared.Complete();

        Assert.Equal([2, 3], shared.Requests);
        Assert.Equal(["a1", "a3"], await Task.WhenAll(first, staying));
    }

    [Fact]
    public async Task Many_callers_from_many_threads_are_each_committed_once()
    {
        var committed = new List<int>();
        var group = new GroupCommit<int, int, int>(async (_, requests) =>
        {
            await Task.Yield();
            lock (committed)
            {
                committed.AddRange(requests);
            }

            return requests;
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(number => Task.Run(() => group.SubmitAsync(number % 7, number))));

        Assert.Equal(Enumerable.Range(0, 10_000), answers);
        Assert.Equal(Enumerable.Range(0, 10_000), committed.Order());
    }

    [Fact]
    public async Task Nothing_is_remembered_of_a_key_that_has_run_empty()
    {
        var group = new GroupCommit<object, int, int>(static (_, requests) => Task.FromResult(requests));
        var key = await SubmitWithKeyOfItsOwnAsync(group);

        // The lane is closed just after its last caller has been answered.
        for (var attempt = 0; attempt < 100 && key.IsAlive; attempt++)
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(key.IsAlive);
        GC.KeepAlive(group);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> SubmitWithKeyOfItsOwnAsync(GroupCommit<object, int, int> group)
    {
        var key = new object();
        await group.SubmitAsync(key, 1);
        return new WeakReference(key);
    }

    private async Task<Commit> NextAsync() => await _commits.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);

    private sealed record Commit(string Key, IReadOnlyList<int> Requests)
    {
        public TaskCompletionSource<IReadOnlyList<string>> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Complete() => Result.SetResult([.. Requests.Select(request => $"{Key}{request}")]);
    }
}
