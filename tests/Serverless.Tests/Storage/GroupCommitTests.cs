using Serverless.Storage;

namespace Serverless.Tests.Storage;

/// <summary>Callers that share commits.</summary>
public sealed class GroupCommitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Those_who_come_while_a_commit_is_under_way_share_the_next_one_in_order()
    {
        var release = new TaskCompletionSource();
        var groups = new List<int[]>();
        var began = new TaskCompletionSource();
        var commits = new GroupCommit<string, int, int>(async (_, requests) =>
        {
            groups.Add([.. requests]);
            began.TrySetResult();
            await release.Task;
            return [.. requests.Select(request => request * 10)];
        });

        var first = commits.SubmitAsync("key", 0);
        await began.Task.WaitAsync(Patience);
        var others = Enumerable.Range(1, 63).Select(number => commits.SubmitAsync("key", number)).ToArray();
        release.SetResult();

        Assert.Equal(0, await first.WaitAsync(Patience));
        Assert.Equal(Enumerable.Range(1, 63).Select(number => number * 10), await Task.WhenAll(others).WaitAsync(Patience));
        Assert.Equal([[0], [.. Enumerable.Range(1, 63)]], groups);
    }

    [Fact]
    public async Task A_key_does_not_wait_for_another()
    {
        var release = new TaskCompletionSource();
        var commits = new GroupCommit<string, int, int>(async (key, requests) =>
        {
            await (key == "slow" ? release.Task : Task.CompletedTask);
            return [.. requests];
        });

        var slow = commits.SubmitAsync("slow", 1);

        Assert.Equal(2, await commits.SubmitAsync("quick", 2).WaitAsync(Patience));
        Assert.False(slow.IsCompleted);
        release.SetResult();
        Assert.Equal(1, await slow.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_failed_commit_fails_those_in_it_and_nobody_after_them()
    {
        var fails = true;
        var commits = new GroupCommit<string, int, int>((_, requests) =>
            fails ? throw new InvalidOperationException("no") : Task.FromResult<IReadOnlyList<int>>([.. requests]));

        await Assert.ThrowsAsync<InvalidOperationException>(() => commits.SubmitAsync("key", 1));
        fails = false;
        Assert.Equal(2, await commits.SubmitAsync("key", 2).WaitAsync(Patience));
    }

    [Fact]
    public async Task Nobody_is_lost_when_a_key_runs_empty_just_as_somebody_comes()
    {
        var commits = new GroupCommit<int, int, int>((_, requests) => Task.FromResult<IReadOnlyList<int>>([.. requests]));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            for (var round = 0; round < 20_000; round++)
            {
                Assert.Equal(round, await commits.SubmitAsync(round % 2, round));
            }
        }))).WaitAsync(Patience);
    }
}
