using System.Buffers.Binary;
using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>How a sliding window is kept: the form before is read, and none grows.</summary>
[Trait("Category", "Fast")]
public sealed class SlidingWindowStateTests
{
    private const double Share = 0.96;

    private static readonly DateTimeOffset Start = new(2026, 11, 21, 23, 59, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void What_was_taken_under_the_form_before_counts_until_a_window_and_two_seconds_after_its_slot(int minutes)
    {
        var limit = new SlidingWindow("Column", 20, TimeSpan.FromMinutes(minutes));
        var slot = limit.Window / 60;
        var state = EarlierForm(limit, newest: Start, ago => ago is 1 or 3 ? 10u : 0);

        var denied = limit.Decide(state, Start, 1);
        Assert.False(denied.IsAdmitted);
        Assert.Equal((slot * -2) + limit.Window + TimeSpan.FromSeconds(2), denied.RetryAfter);
        Assert.Equal(Start + limit.Window + TimeSpan.FromSeconds(2), denied.ResetAt);

        var later = limit.Decide(state, Start + denied.RetryAfter, 1);
        Assert.True(later.IsAdmitted);
        Assert.Equal(9, later.Remaining);
        Assert.Equal(8, limit.Decide(later.State, Start + denied.RetryAfter, 1).Remaining);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void What_the_form_before_has_of_the_current_slot_counts(int minutes)
    {
        var limit = new SlidingWindow("Column", 20, TimeSpan.FromMinutes(minutes));
        var state = EarlierForm(limit, newest: Start, ago => ago == 0 ? 20u : 0);

        var denied = limit.Decide(state, Start, 1);

        Assert.False(denied.IsAdmitted);
        Assert.Equal((limit.Window / 60) + limit.Window + TimeSpan.FromSeconds(2), denied.RetryAfter);
        Assert.True(limit.Decide(state, Start + denied.RetryAfter, 1).IsAdmitted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void What_is_taken_besides_the_form_before_counts_with_it(int minutes)
    {
        var limit = new SlidingWindow("Column", 20, TimeSpan.FromMinutes(minutes));
        var state = EarlierForm(limit, newest: Start, ago => ago == 0 ? 18u : 0);

        var taken = limit.Decide(state, Start, 1);
        Assert.Equal(1, taken.Remaining);
        var last = limit.Decide(taken.State, Start.AddSeconds(1), 1);
        Assert.True(last.IsAdmitted);
        var denied = limit.Decide(last.State, Start.AddSeconds(1), 1);

        Assert.False(denied.IsAdmitted);
        Assert.InRange(denied.RetryAfter, limit.Window, limit.Window + TimeSpan.FromSeconds(12));
        Assert.True(limit.Decide(last.State, Start.AddSeconds(1) + denied.RetryAfter, 1).IsAdmitted);
    }

    [Fact]
    public void A_state_of_the_form_before_that_was_written_by_a_clock_far_ahead_does_not_count()
    {
        var limit = new SlidingWindow("Column", 20, Minute);

        Assert.Equal(20, limit.Decide(EarlierForm(limit, Start.AddSeconds(11), _ => 1), Start, 0).Remaining);
        Assert.Equal(0, limit.Decide(EarlierForm(limit, Start.AddSeconds(10), _ => 1), Start, 0).Remaining);
    }

    [Fact]
    public void Every_beginning_of_a_state_is_read_as_far_as_it_goes()
    {
        var limit = new SlidingWindow("Column", 20, Minute);
        object? state = null;
        for (var request = 0; request < 20; request++)
        {
            state = limit.Decide(state, Start.AddSeconds(request), 1).State;
        }

        var whole = (byte[])state!;
        for (var length = 0; length <= whole.Length; length++)
        {
            var decision = limit.Decide(whole[..length], Start.AddSeconds(20), 0);
            Assert.InRange(decision.Remaining, length == whole.Length ? 0 : 1, length == whole.Length ? 0 : 20);
        }
    }

    [Theory]
    [InlineData(60, 1, 200)]
    [InlineData(1_000, 1, 760)]
    [InlineData(100_000_000, 1, 1_800)]
    [InlineData(20, 60, 120)]
    public void A_state_stays_small_however_long_it_is_in_use(long permits, int minutes, int largest)
    {
        var limit = new SlidingWindow("Column", permits, TimeSpan.FromMinutes(minutes));
        var cost = Math.Max(1, permits / 2_000);
        object? state = null;
        for (var (request, now) = (0, Start); request < 5_000; request++, now += limit.Window / (permits / cost * Share))
        {
            state = limit.Decide(state, now, cost).State;
            Assert.InRange(((byte[])state!).Length, 1, largest);
        }
    }

    [Fact]
    public void A_look_and_a_refusal_allocate_nothing()
    {
        var limit = new SlidingWindow("Column", 10, Hour);
        var state = limit.Decide(null, Start, 10).State;
        limit.Decide(state, Start, 1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = limit.Decide(state, Start, 1);
        var seen = limit.Decide(state, Start, 0);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.False(refused.IsAdmitted);
        Assert.Equal(0, seen.Remaining);
    }

    // The number of the newest slot, a sixtieth of the window, and the counts of so many slots as may count, the oldest first.
    private static byte[] EarlierForm(SlidingWindow limit, DateTimeOffset newest, Func<int, uint> countOfSlotsAgo)
    {
        var slot = limit.Window.Ticks / 60;
        var slots = (int)(((limit.Window + TimeSpan.FromSeconds(2)).Ticks + slot - 1) / slot) + 1;
        var bytes = new byte[sizeof(long) + (slots * sizeof(uint))];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, newest.UtcTicks / slot);
        for (var index = 0; index < slots; index++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(long) + (index * sizeof(uint))), countOfSlotsAgo(slots - 1 - index));
        }

        return bytes;
    }
}
