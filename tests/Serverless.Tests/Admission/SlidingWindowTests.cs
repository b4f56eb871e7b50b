using FsCheck;
using FsCheck.Fluent;
using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>The sliding window under one clock, against a list of everything that was taken.</summary>
[Trait("Category", "Fast")]
public sealed class SlidingWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 23, 59, 30, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<long, int, int> Limits => new()
    {
        { 1, 1, 30_000 },
        { 7, 1, 30_000 },
        { 20, 60, 30_000 },
        { 60, 1, 30_000 },
        { 100, 1, 30_000 },
        { 1_000, 1, 20_000 },
        { 100_000_000, 60, 30_000 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void No_window_holds_more_than_the_limit_and_every_figure_is_exact(long permits, int minutes, int steps)
    {
        var window = TimeSpan.FromMinutes(minutes);
        for (var seed = 0; seed < 2; seed++)
        {
            var random = new Random(seed);
            var run = new Run(new("Column", permits, window), Start) { Seed = seed };
            for (var step = 0; step < steps; step++)
            {
                run.Wait(Gap(random, window, run.LastWait));
                run.Ask(random.Next(3) == 0 ? random.NextInt64(1, permits + 1) : Math.Max(1, permits / 50));
            }
        }
    }

    [Fact]
    public void Any_short_history_is_judged_exactly()
    {
        Prop.ForAll<(byte Gap, byte Cost)[]>(history =>
        {
            var run = new Run(new("Column", 5, TimeSpan.FromMinutes(1)), Start);
            foreach (var (gap, cost) in history)
            {
                run.Wait(Second * (gap / 2.0));
                run.Ask((cost % 5) + 1);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_was_not_used_is_given_back_exactly()
    {
        var window = TimeSpan.FromMinutes(1);
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var run = new Run(new("Column", 10, window), Start) { Seed = seed };
            for (var step = 0; step < 60; step++)
            {
                run.Wait(Gap(random, window / 4, run.LastWait));
                if (random.Next(3) == 0)
                {
                    run.GiveBack(random);
                }

                run.Ask(random.NextInt64(1, 6));
            }
        }
    }

    [Fact]
    public void Another_limit_holds_from_the_next_request_on()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var window = TimeSpan.FromMinutes(1);
            var run = new Run(new("Column", 10, window), Start) { Seed = seed };
            for (var step = 0; step < 300; step++)
            {
                run.Limit = run.Limit with { Permits = random.NextInt64(1, 100) };
                run.Wait(Gap(random, window, run.LastWait));
                run.Ask(random.NextInt64(1, run.Limit.Permits + 1));
            }
        }
    }

    // Often at once, often when it was said to be worth it, sometimes on the edge of a slot, sometimes much later.
    private static TimeSpan Gap(Random random, TimeSpan window, TimeSpan lastWait) => random.Next(8) switch
    {
        0 or 1 => TimeSpan.Zero,
        2 => lastWait,
        3 => window / 240,
        4 => window * random.NextDouble() * 2,
        _ => window / 240 * random.NextDouble() * 3,
    };

    private sealed class Run(SlidingWindow limit, DateTimeOffset start)
    {
        private readonly SlidingWindowReference _reference = new(limit.Window);
        private readonly UsedPermits _used = new();
        private readonly List<(SlidingWindowReference.Taken Taken, long Cost, Decision Decision)> _unsettled = [];
        private object? _state;
        private DateTimeOffset _now = start;
        private int _step;

        public SlidingWindow Limit { get; set; } = limit;

        public int Seed { get; init; }

        public TimeSpan LastWait { get; private set; }

        public void Wait(TimeSpan time) => _now += time;

        public void Ask(long cost)
        {
            _step++;
            var expected = _reference.Decide(Limit.Permits, _now, cost);
            var actual = Limit.Decide(_state, _now, cost);
            Require(actual with { State = null } == expected, actual, "is not what the reference says");
            LastWait = actual.RetryAfter;
            if (actual.IsAdmitted)
            {
                _state = actual.State;
                _unsettled.Add((_reference.Take(_now, _now, cost), cost, actual));
                _used.Add(_now, cost);
                Require(_used.InWindow(Limit.Window) <= Limit.Permits, actual, "is too much in the window that ends with it");
                return;
            }

            Assert.Same(_state, actual.State);
            var seconds = Math.Ceiling(actual.RetryAfter.TotalSeconds);
            Require(Limit.Decide(_state, _now + (Second * seconds), cost).IsAdmitted, actual, "is not admitted after the wait");
            Require(!Limit.Decide(_state, _now + (Second * (seconds - 1)), cost).IsAdmitted, actual, "is admitted a second earlier");
        }

        public void GiveBack(Random random)
        {
            if (_unsettled.Count == 0)
            {
                return;
            }

            var index = random.Next(_unsettled.Count);
            var (taken, cost, decision) = _unsettled[index];
            _unsettled.RemoveAt(index);
            _state = Limit.Refund(_state, _now, cost, decision);
            _reference.Return(taken);
            if (taken.TrueTime >= _now - Limit.Window)
            {
                _used.Remove(taken.TrueTime, cost);
            }
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
