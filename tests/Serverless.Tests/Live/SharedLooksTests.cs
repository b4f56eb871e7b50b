using Serverless.Live;
using Serverless.Tests.Hosting;
using Serverless.Tests.Local;

namespace Serverless.Tests.Live;

/// <summary>Looks that are shared by all who watch the same.</summary>
[Trait("Category", "Fast")]
public sealed class SharedLooksTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ManualTime _time = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly List<(string Subject, int Earliest, string? Last)> _looks = [];
    private readonly SharedLooks<int, string> _shared;
    private int _reach = int.MinValue;

    public SharedLooksTests() => _shared = new(
        (subject, earliest, last, _) =>
        {
            lock (_looks)
            {
                _looks.Add((subject, earliest, last));
                return Task.FromResult($"{subject} {_looks.Count}");
            }
        },
        (_, place) => place >= _reach,
        _time);

    [Fact]
    public async Task However_many_watch_there_is_one_look_in_two_seconds_and_each_gets_it()
    {
        using var first = _shared.Follow("a", 0);
        Assert.Equal("a 1", await first.NextAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(1));
        using var second = _shared.Follow("a", 0);
        Assert.Equal("a 1", await second.NextAsync(CancellationToken.None));

        for (var number = 2; number < 32; number++)
        {
            var (one, other) = (first.NextAsync(CancellationToken.None), second.NextAsync(CancellationToken.None));
            await _time.AwaitedAsync();
            Assert.False(one.IsCompleted || other.IsCompleted);
            _time.Advance(Interval);
            Assert.Equal([$"a {number}", $"a {number}"], await Task.WhenAll(one, other).WaitAsync(Patience.Limit));
        }

        Assert.Equal(31, _looks.Count);
        Assert.Equal("a 30", _looks[^1].Last);
    }

    [Fact]
    public async Task Whoever_is_late_gets_the_present_look_at_once()
    {
        using var quick = _shared.Follow("a", 0);
        using var slow = _shared.Follow("a", 0);
        await slow.NextAsync(CancellationToken.None);
        await quick.NextAsync(CancellationToken.None);
        foreach (var number in (int[])[2, 3])
        {
            _time.Advance(Interval);
            Assert.Equal($"a {number}", await quick.NextAsync(CancellationToken.None));
        }

        Assert.Equal("a 3", await slow.NextAsync(CancellationToken.None));
        Assert.Equal(3, _looks.Count);
    }

    [Fact]
    public async Task A_look_is_for_whoever_is_furthest_behind()
    {
        using var behind = _shared.Follow("a", 3);
        using (var further = _shared.Follow("a", 1))
        {
            await behind.NextAsync(CancellationToken.None);
            further.Place = 5;
            _time.Advance(Interval);
            await further.NextAsync(CancellationToken.None);
        }

        behind.Place = 7;
        _time.Advance(Interval);
        await behind.NextAsync(CancellationToken.None);

        Assert.Equal([("a", 1, null), ("a", 3, "a 1"), ("a", 7, "a 2")], _looks);
    }

    [Fact]
    public async Task A_look_that_does_not_reach_back_far_enough_is_done_anew_at_once()
    {
        using var first = _shared.Follow("a", 5);
        await first.NextAsync(CancellationToken.None);
        _reach = 5;

        using var second = _shared.Follow("a", 4);

        Assert.Equal("a 2", await second.NextAsync(CancellationToken.None));
        Assert.Equal("a 2", await first.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_nobody_watches_any_more_is_forgotten()
    {
        using (var first = _shared.Follow("a", 0))
        using (_shared.Follow("a", 0))
        using (_shared.Follow("b", 0))
        {
            await first.NextAsync(CancellationToken.None);
            Assert.Equal(2, _shared.Count);
        }

        Assert.Equal(0, _shared.Count);
        using var again = _shared.Follow("a", 0);
        await again.NextAsync(CancellationToken.None);
        Assert.Equal(("a", 0, null), _looks[^1]);
    }

    [Fact]
    public async Task A_look_that_fails_fails_whoever_did_it_and_the_next_one_looks_again()
    {
        var fails = true;
        var shared = new SharedLooks<int, string>(
            (_, _, _, _) => fails ? Task.FromException<string>(new IOException("away")) : Task.FromResult("there"), static (_, _) => true, _time);
        using var first = shared.Follow("a", 0);
        using var second = shared.Follow("a", 0);

        await Assert.ThrowsAsync<IOException>(() => first.NextAsync(CancellationToken.None));
        fails = false;

        Assert.Equal("there", await second.NextAsync(CancellationToken.None));
    }
}
