using FsCheck;
using FsCheck.Fluent;
using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>The token bucket under one clock, against a bucket that is filled and emptied step by step.</summary>
[Trait("Category", "Fast")]
public sealed class TokenBucketTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 23, 59, 30, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<long> Limits => [1, 7, 60, 300, 333, 600, 1_000, 1_800];

    [Theory]
    [MemberData(nameof(Limits))]
    public void No_stretch_of_time_sees_more_than_a_full_bucket_and_what_flows_in_and_every_figure_is_exact(long permits)
    {
        for (var seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            var run = new Run(new("Column", permits, Minute), Start) { Seed = seed };
            for (var step = 0; step < 60_000; step++)
            {
                run.Wait(Gap(random, permits, run.LastWait));
                run.Ask(random.Next(4) == 0 ? random.NextInt64(1, permits + 1) : 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_full_bucket_grants_exactly_its_permits_at_once(long permits)
    {
        var limit = new TokenBucket("Column", permits, Minute);
        object? state = null;
        for (var left = permits - 1; left >= 0; left--)
        {
            var decision = limit.Decide(state, Start, 1);
            Assert.True(decision.IsAdmitted);
            Assert.Equal(left, decision.Remaining);
            state = decision.State;
        }

        var denied = limit.Decide(state, Start, 1);
        Assert.False(denied.IsAdmitted);
        Assert.Equal(0, denied.Remaining);
        Assert.InRange(denied.RetryAfter, Minute / permits, (Minute / permits) + TimeSpan.FromTicks(1));
        Assert.InRange(denied.ResetAt, Start + Minute, Start + Minute + TimeSpan.FromTicks(permits));
        Assert.Equal(permits - 1, limit.Decide(state, denied.ResetAt, 1).Remaining);
    }

    [Fact]
    public void Any_short_history_is_judged_exactly()
    {
        Prop.ForAll<(byte Gap, byte Cost)[]>(history =>
        {
            var run = new Run(new("Column", 7, Minute), Start);
            foreach (var (gap, cost) in history)
            {
                run.Wait(Second * (gap / 8.0));
                run.Ask((cost % 7) + 1);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Permits_that_are_given_back_never_let_more_through_than_was_left_by_what_was_used()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var permits = random.NextInt64(1, 12);
            var limit = new TokenBucket("Column", permits, Minute);
            var taken = new List<(DateTimeOffset Time, long Cost, Decision Decision)>();
            var used = new UsedPermits();
            var now = Start;
            object? state = null;
            for (var step = 0; step < 40; step++)
            {
                now += Gap(random, permits, Second);
                if (taken.Count > 0 && random.Next(3) == 0)
                {
                    var index = random.Next(taken.Count);
                    var (time, refund, grant) = taken[index];
                    taken.RemoveAt(index);
                    used.Remove(time, refund);
                    state = limit.Refund(state, now, refund, grant);
                }

                var cost = random.NextInt64(1, permits + 1);
                if (limit.Decide(state, now, cost) is { IsAdmitted: true } decision)
                {
                    state = decision.State;
                    taken.Add((now, cost, decision));
                    used.Add(now, cost);
                    Assert.True(used.FitsBucket(permits, Minute, TimeSpan.Zero), $"seed {seed}, step {step}");
                }
            }
        }
    }

    [Fact]
    public void Permits_that_are_given_back_at_once_are_all_there_again()
    {
        var limit = new TokenBucket("Column", 60, Minute);
        var before = limit.Decide(null, Start, 50);
        var spent = limit.Decide(before.State, Start, 7);
        var back = limit.Refund(spent.State, Start, 7, spent);

        Assert.Equal(before.State, back);
        Assert.Equal(10, limit.Decide(back, Start, 0).Remaining);
    }

    [Fact]
    public void Another_limit_holds_from_the_next_request_on()
    {
        var small = new TokenBucket("Column", 60, Minute);
        var large = new TokenBucket("Column", 1_800, Minute);
        var empty = small.Decide(null, Start, 60).State;

        Assert.Equal(Second, small.Decide(empty, Start, 1).RetryAfter);
        Assert.InRange(large.Decide(empty, Start, 1).RetryAfter, (Second / 30) - TimeSpan.FromTicks(1_800), Second / 30);
        Assert.Equal(30, large.Decide(empty, Start + Second, 0).Remaining);
        Assert.Equal(60, small.Decide(large.Decide(null, Start, 1).State, Start + Second, 0).Remaining);
        Assert.False(small.Decide(large.Decide(null, Start, 1_800).State, Start, 1).IsAdmitted);
    }

    // Often at once, often when it was said to be worth it, sometimes about a permit later, sometimes much later.
    private static TimeSpan Gap(Random random, long permits, TimeSpan lastWait) => random.Next(6) switch
    {
        0 or 1 => TimeSpan.Zero,
        2 => lastWait,
        3 => Minute * random.NextDouble() * 1.5,
        _ => Minute / permits * random.NextDouble() * 2,
    };

    private sealed class Run(TokenBucket limit, DateTimeOffset start)
    {
        // A permit takes a whole number of ticks to flow in, rounded up; the bucket holds what has flowed in, as time.
        private readonly long _permit = (limit.Period.Ticks / limit.Permits) + (limit.Period.Ticks % limit.Permits == 0 ? 0 : 1);
        private long _level = ((limit.Period.Ticks / limit.Permits) + (limit.Period.Ticks % limit.Permits == 0 ? 0 : 1)) * limit.Permits;
        private Int128 _fullest;
        private DateTimeOffset _lastUse = start;
        private object? _state;
        private DateTimeOffset _now = start;
        private int _step;

        public int Seed { get; init; }

        public TimeSpan LastWait { get; private set; }

        private long Capacity => _permit * limit.Permits;

        public void Wait(TimeSpan time)
        {
            _now += time;
            _level = Math.Min(Capacity, _level + time.Ticks);
        }

        public void Ask(long cost)
        {
            _step++;
            var missing = (cost * _permit) - _level;
            var level = missing <= 0 ? -missing : _level;
            var expected = new Decision(
                missing <= 0, null, level / _permit, TimeSpan.FromTicks(Math.Max(0, missing)), _now + TimeSpan.FromTicks(Capacity - level), _now);
            var actual = limit.Decide(_state, _now, cost);
            Require(actual with { State = null } == expected, actual, "is not what the reference says");
            LastWait = actual.RetryAfter;
            if (actual.IsAdmitted)
            {
                (_state, _level) = (actual.State, level);
                Require(Fits(cost), actual, "is more than the bucket held and what flowed in");
                return;
            }

            Assert.Same(_state, actual.State);
            var seconds = Math.Ceiling(actual.RetryAfter.TotalSeconds);
            Require(limit.Decide(_state, _now + (Second * seconds), cost).IsAdmitted, actual, "is not admitted after the wait");
            Require(!limit.Decide(_state, _now + (Second * (seconds - 1)), cost).IsAdmitted, actual, "is admitted a second earlier");
        }

        // In permits times ticks, so that nothing is rounded: the stretch that ends here and saw most.
        private bool Fits(long cost)
        {
            var flowedIn = (Int128)(_now - _lastUse).Ticks * limit.Permits;
            _fullest = Int128.Max(0, _fullest - flowedIn) + ((Int128)cost * limit.Period.Ticks);
            _lastUse = _now;
            return _fullest <= (Int128)limit.Permits * limit.Period.Ticks;
        }

        private void Require(bool condition, Decision decision, string otherwise)
        {
            if (!condition)
            {
                Assert.Fail($"Seed {Seed}, step {_step}: {decision with { State = null }} {otherwise}.");
            }
        }
    }
}
