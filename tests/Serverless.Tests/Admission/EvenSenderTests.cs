using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>Who sends evenly, a little below a sliding limit, is never refused, whatever instances he meets.</summary>
[Trait("Category", "Fast")]
public sealed class EvenSenderTests
{
    private const double Share = 0.96;

    private static readonly DateTimeOffset Start = new(2026, 11, 21, 23, 59, 30, TimeSpan.Zero);

    // What requests are held up by on their way, and what the clocks of two instances differ by.
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan Skew = TimeSpan.FromMilliseconds(50);

    public static TheoryData<long, int> Limits => new()
    {
        { 1, 1 }, { 2, 1 }, { 3, 1 }, { 7, 1 }, { 10, 1 }, { 59, 1 }, { 60, 1 }, { 61, 1 }, { 100, 1 }, { 119, 1 }, { 239, 1 }, { 240, 1 }, { 300, 1 },
        { 500, 1 }, { 600, 1 }, { 999, 1 }, { 1_000, 1 }, { 20, 15 }, { 1, 60 }, { 20, 60 }, { 1_000, 60 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void An_even_sender_at_96_percent_of_a_limit_is_never_refused(long permits, int minutes)
    {
        var limit = new SlidingWindow("Column", permits, TimeSpan.FromMinutes(minutes));
        var interval = limit.Window / (permits * Share);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var phase = interval * random.NextDouble();
            var used = new UsedPermits();
            object? state = null;
            for (var request = 0; request < (permits * 2) + 50; request++)
            {
                var trueTime = Start + phase + (interval * request) + (Jitter * random.NextDouble());
                var decision = limit.Decide(state, trueTime + (random.Next(2) == 0 ? Skew : TimeSpan.Zero), 1);

                Assert.True(decision.IsAdmitted, $"seed {seed}, request {request}: to wait {decision.RetryAfter}");
                used.Add(trueTime, 1);
                Assert.True(used.InWindow(limit.Window) <= permits, $"seed {seed}, request {request}: too many");
                state = decision.State;
            }
        }
    }

    [Fact]
    public void A_sender_paced_at_58_a_minute_against_a_limit_of_60_is_never_refused()
    {
        var limit = new SlidingWindow("Column", 60, TimeSpan.FromMinutes(1));
        object? state = null;
        for (var request = 0; request < 1_000; request++)
        {
            var decision = limit.Decide(state, Start + (TimeSpan.FromSeconds(1.04) * request), 1);

            Assert.True(decision.IsAdmitted, $"request {request}: to wait {decision.RetryAfter}");
            state = decision.State;
        }
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void Who_follows_the_wait_to_the_tick_is_admitted(long permits, int minutes)
    {
        var limit = new SlidingWindow("Column", permits, TimeSpan.FromMinutes(minutes));
        var random = new Random((int)permits);
        var (now, state) = (Start, (object?)null);
        for (var request = 0; request < permits * 3; request++)
        {
            now += limit.Window / permits * random.NextDouble();
            var decision = limit.Decide(state, now, 1);
            if (!decision.IsAdmitted)
            {
                Assert.False(limit.Decide(state, now + decision.RetryAfter - TimeSpan.FromTicks(1), 1).IsAdmitted);
                now += decision.RetryAfter;
                decision = limit.Decide(state, now, 1);
            }

            Assert.True(decision.IsAdmitted, $"request {request}: to wait {decision.RetryAfter} more");
            state = decision.State;
        }
    }
}
