using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>Quotas of a month and of a lifetime.</summary>
[Trait("Category", "Fast")]
public sealed class QuotaTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_month_grants_its_permits_and_every_figure_is_exact()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var permits = random.NextInt64(1, 1_000_000);
            var limit = new MonthlyQuota("Column", permits);
            var used = new Dictionary<(int Year, int Month), long>();
            var (now, state) = (Start, (object?)null);
            for (var step = 0; step < 20_000; step++)
            {
                now += TimeSpan.FromDays(random.NextDouble() * random.NextDouble());
                var cost = random.NextInt64(1, Math.Max(2, permits / 10));
                var before = used.GetValueOrDefault((now.Year, now.Month));
                var next = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
                var fits = before + cost <= permits;
                var decision = limit.Decide(state, now, cost);

                Require(
                    decision with { State = null } == new Decision(fits, null, permits - before - (fits ? cost : 0), fits ? TimeSpan.Zero : next - now, next, now));
                Require(MonthlyQuota.Used(decision.State, now) == before + (fits ? cost : 0));
                state = decision.State;
                if (fits && random.Next(4) == 0)
                {
                    state = limit.Refund(state, now, cost, decision);
                }
                else if (fits)
                {
                    used[(now.Year, now.Month)] = before + cost;
                }
                else
                {
                    Require(limit.Decide(state, now + decision.RetryAfter, cost).IsAdmitted);
                    Require(!limit.Decide(state, now + decision.RetryAfter - TimeSpan.FromTicks(1), cost).IsAdmitted);
                }

                void Require(bool condition)
                {
                    if (!condition)
                    {
                        Assert.Fail($"Seed {seed}, step {step}: {decision}");
                    }
                }
            }
        }
    }

    [Fact]
    public void What_was_taken_from_last_month_is_not_given_back_to_this_one()
    {
        var limit = new MonthlyQuota("Column", 100);
        var lastMoment = new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero);
        var november = limit.Decide(null, lastMoment, 60);
        var december = limit.Decide(november.State, lastMoment.AddSeconds(2), 70);

        var state = limit.Refund(december.State, lastMoment.AddSeconds(3), 60, november);

        Assert.Equal(30, limit.Decide(state, lastMoment.AddSeconds(4), 0).Remaining);
    }

    [Fact]
    public void A_smaller_quota_refuses_at_once_and_a_larger_one_grants_at_once()
    {
        var used = new MonthlyQuota("Column", 100).Decide(null, Start, 100).State;

        Assert.Equal((false, 0), Answer(new MonthlyQuota("Column", 100).Decide(used, Start, 1)));
        Assert.Equal((false, 0), Answer(new MonthlyQuota("Column", 50).Decide(used, Start, 1)));
        Assert.Equal((true, 899), Answer(new MonthlyQuota("Column", 1_000).Decide(used, Start, 1)));

        static (bool, long) Answer(Decision decision) => (decision.IsAdmitted, decision.Remaining);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lifetime_cap_counts_for_good_and_a_soft_one_goes_on_granting(bool isSoft)
    {
        var random = new Random(1);
        var limit = new LifetimeCap("Column", 300, isSoft);
        var (used, state) = (0L, (object?)null);
        for (var step = 0; step < 100_000; step++)
        {
            var cost = random.NextInt64(1, 5);
            var decision = limit.Decide(state, Start.AddDays(step), cost);
            var isAdmitted = isSoft || used + cost <= 300;

            Assert.Equal(isAdmitted, decision.IsAdmitted);
            used += isAdmitted ? cost : 0;
            Assert.Equal(Math.Max(0, 300 - used), decision.Remaining);
            state = decision.State;
            if (isAdmitted && random.Next(2) == 0)
            {
                state = limit.Refund(state, Start.AddDays(step), cost, decision);
                used -= cost;
            }
        }
    }
}
