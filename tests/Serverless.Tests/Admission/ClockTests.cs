using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>Limits under clocks that differ, go back or were wrong.</summary>
[Trait("Category", "Fast")]
public sealed class ClockTests
{
    private const int Scenarios = 300;
    private const int Steps = 400;

    private static readonly DateTimeOffset Start = new(2026, 11, 30, 23, 58, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UsualSkew = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSkew = TimeSpan.FromSeconds(10);

    public static TheoryData<Limit> Windows => [.. AllWindows];

    private static readonly Limit[] AllWindows =
    [
        new SlidingWindow("Column", 1_000, Minute),
        new SlidingWindow("Column", 20, TimeSpan.FromHours(1)),
        new TokenBucket("Column", 60, Minute),
        new TokenBucket("Column", 1_800, Minute),
    ];

    public static TheoryData<Limit, string> Garbage
    {
        get
        {
            var data = new TheoryData<Limit, string>();
            foreach (var limit in (Limit[])[.. AllWindows, new MonthlyQuota("Column", 60), new LifetimeCap("Column", 60, IsSoft: false)])
            {
                foreach (var state in States(limit).Keys)
                {
                    data.Add(limit, state);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Two_instances_whose_clocks_differ_by_two_seconds_exceed_no_limit_by_more_than_4_percent(Limit limit)
    {
        var window = Length(limit);
        for (var seed = 0; seed < Scenarios; seed++)
        {
            var random = new Random(seed);
            var used = new UsedPermits();
            var (trueTime, state) = (Start, (object?)null);
            for (var step = 0; step < Steps; step++)
            {
                trueTime += Gap(random, window);
                var now = trueTime + (random.Next(2) == 0 ? UsualSkew : TimeSpan.Zero);
                var cost = random.Next(2) == 0 ? limit.Permits : random.NextInt64(1, limit.Permits + 1);
                var decision = limit.Decide(state, now, cost);
                if (!decision.IsAdmitted)
                {
                    Assert.InRange(decision.RetryAfter, TimeSpan.FromTicks(1), LongestWait(limit) + UsualSkew);
                    Assert.True(limit.Decide(state, now + decision.RetryAfter, cost).IsAdmitted, $"seed {seed}, step {step}: locked out");
                    continue;
                }

                state = decision.State;
                used.Add(trueTime, cost);
                if (limit is SlidingWindow)
                {
                    Assert.True(used.InWindow(window) <= limit.Permits, $"seed {seed}, step {step}");
                }
                else
                {
                    Assert.True(used.FitsBucket(limit.Permits, window, extra: window * 0.04), $"seed {seed}, step {step}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void A_clock_that_goes_back_a_little_lets_nothing_more_through_and_delays_by_as_much(Limit limit)
    {
        var window = Length(limit);
        for (var seed = 0; seed < Scenarios; seed++)
        {
            var random = new Random(seed);
            var used = new UsedPermits();
            var (trueTime, behind, state) = (Start, TimeSpan.Zero, (object?)null);
            for (var step = 0; step < Steps / 4; step++)
            {
                trueTime += Gap(random, window);
                behind += random.Next(10) == 0 ? Second * random.NextDouble() : TimeSpan.Zero;
                var decision = limit.Decide(state, trueTime - behind, limit.Permits);
                if (!decision.IsAdmitted)
                {
                    Assert.InRange(decision.RetryAfter, TimeSpan.FromTicks(1), LongestWait(limit) + LongestSkew);
                    continue;
                }

                state = decision.State;
                used.Add(trueTime, limit.Permits);
                Assert.True(
                    limit is SlidingWindow ? used.InWindow(window) <= limit.Permits : used.FitsBucket(limit.Permits, window, TimeSpan.Zero),
                    $"seed {seed}, step {step}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void A_clock_that_was_hours_ahead_costs_at_most_one_more_budget_and_locks_nobody_out(Limit limit)
    {
        object? state = limit.Decide(null, Start.AddHours(5), limit.Permits).State;

        var back = limit.Decide(state, Start, limit.Permits);
        Assert.True(back.IsAdmitted);
        var again = limit.Decide(back.State, Start, 1);
        Assert.False(again.IsAdmitted);
        Assert.True(again.RetryAfter <= LongestWait(limit));
        Assert.True(limit.Decide(back.State, Start + again.RetryAfter, 1).IsAdmitted);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Nobody_waits_longer_than_ten_seconds_more_however_far_ahead_a_clock_was(Limit limit)
    {
        for (var ahead = TimeSpan.Zero; ahead < TimeSpan.FromSeconds(30); ahead += TimeSpan.FromMilliseconds(250))
        {
            var state = limit.Decide(null, Start + ahead, limit.Permits).State;

            var decision = limit.Decide(state, Start, limit.Permits);

            Assert.InRange(decision.RetryAfter, TimeSpan.Zero, LongestWait(limit) + LongestSkew);
            Assert.True(limit.Decide(state, Start + decision.RetryAfter, limit.Permits).IsAdmitted, $"{ahead} ahead");
        }
    }

    [Fact]
    public void A_month_that_has_begun_by_one_clock_is_counted_by_both()
    {
        var limit = new MonthlyQuota("Column", 1_000);
        for (var seed = 0; seed < Scenarios; seed++)
        {
            var random = new Random(seed);
            var used = new Dictionary<DateTimeOffset, long>();
            var (trueTime, state) = (Start.AddSeconds(100), (object?)null);
            for (var step = 0; step < Steps; step++)
            {
                trueTime += Second * (random.NextDouble() * 0.1);
                var cost = random.NextInt64(1, 20);
                var decision = limit.Decide(state, trueTime + (random.Next(2) == 0 ? UsualSkew : TimeSpan.Zero), cost);
                if (decision.IsAdmitted)
                {
                    state = decision.State;
                    used[decision.ResetAt] = used.GetValueOrDefault(decision.ResetAt) + cost;
                    Assert.True(used[decision.ResetAt] == 1_000 - decision.Remaining, $"seed {seed}, step {step}");
                }
            }

            Assert.Equal(2, used.Count);
        }
    }

    [Fact]
    public void A_month_begun_by_a_clock_that_was_wrong_does_not_count()
    {
        var limit = new MonthlyQuota("Column", 1_000);
        var state = limit.Decide(null, Start.AddMonths(1), 1_000).State;

        Assert.Equal(1_000, limit.Decide(state, Start, 0).Remaining);
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public void A_state_that_makes_no_sense_locks_nobody_out(Limit limit, string state)
    {
        var garbage = States(limit)[state];

        var decision = limit.Decide(garbage, Start, 1);

        Assert.True(decision.IsAdmitted || limit.Decide(garbage, Start + LongestWait(limit) + LongestSkew, 1).IsAdmitted);
        Assert.InRange(decision.Remaining, 0, limit.Permits - 1);
        Assert.True(limit.Decide(limit.Refund(garbage, Start, 1, decision), Start + LongestWait(limit) + LongestSkew, 1).IsAdmitted);
    }

    private static Dictionary<string, object?> States(Limit limit)
    {
        var length = (limit.Decide(null, Start, 1).State as byte[])?.Length ?? 260;
        var noise = new byte[length];
        new Random(1).NextBytes(noise);
        return new(StringComparer.Ordinal)
        {
            ["nothing"] = null,
            ["empty"] = Array.Empty<byte>(),
            ["zeros"] = new byte[length],
            ["ones"] = Enumerable.Repeat(byte.MaxValue, length).ToArray(),
            ["noise"] = noise,
            ["of an earlier version"] = new byte[252],
            ["smallest"] = long.MinValue,
            ["largest"] = limit is LifetimeCap ? -1L : long.MaxValue,
            ["fraction"] = 0.5,
            ["text"] = "2026-11",
            ["text without a number"] = "2026-11:many",
            ["negative"] = "2026-11:-5",
            ["overflow"] = "2026-11:99999999999999999999",
            ["no month"] = "2026-13:5",
        };
    }

    private static TimeSpan Length(Limit limit) => limit is SlidingWindow { Window: var window } ? window : Minute;

    private static TimeSpan LongestWait(Limit limit) => limit switch
    {
        SlidingWindow { Window: var window } => new SlidingWindowReference(window).LongestHold,
        TokenBucket { Period: var period } => period + TimeSpan.FromTicks(limit.Permits),
        _ => TimeSpan.Zero,
    };

    // Often about a window later, give or take what clocks differ by.
    private static TimeSpan Gap(Random random, TimeSpan window) => random.Next(4) switch
    {
        0 => TimeSpan.Zero,
        1 => window + (Second * ((random.NextDouble() * 6) - 4)),
        _ => window * random.NextDouble() / 3,
    };
}
