namespace Serverless.Admission;

/// <summary>
/// So many permits in any window of time. Those taken within a slot, a 240th of the window, are kept as one group, with the time of the newest. A
/// group counts until a window after that, and as much longer as clocks differ, so that no window ever holds more than the limit. Whoever evenly uses
/// 96 % of what a minute allows is never refused: that leaves two and a half seconds, of which clocks take two, and a slot a quarter at most.
/// </summary>
/// <param name="Column">The column that keeps its state.</param>
/// <param name="Permits">The permits of a window.</param>
/// <param name="Window">The length of the window.</param>
public sealed record SlidingWindow(string Column, long Permits, TimeSpan Window) : Limit(Column, Permits)
{
    private TakenPermitsForm Form => new(Window);

    /// <inheritdoc/>
    public override TimeSpan? RateWindow => Window;

    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        var form = Form;
        Span<TakenPermits> room = stackalloc TakenPermits[form.MostGroups + 1];
        var taken = form.Read(state, now, room[1..]);
        var left = Permits - Sum(taken);
        if (cost == 0)
        {
            return new(true, state, Math.Max(0, left), TimeSpan.Zero, EmptyAt(form, taken, now), now);
        }

        if (cost > left)
        {
            return new(false, state, Math.Max(0, left), WaitFor(form, taken, cost - left, now), EmptyAt(form, taken, now), now);
        }

        taken = Take(form, room, taken.Length, now, cost);
        return new(true, TakenPermitsForm.Write(taken, now), left - cost, TimeSpan.Zero, EmptyAt(form, taken, now), now);
    }

    /// <inheritdoc/>
    public override object? Refund(object? state, DateTimeOffset now, long cost, Decision taken)
    {
        var form = Form;
        Span<TakenPermits> room = stackalloc TakenPermits[form.MostGroups];
        var groups = form.Read(state, now, room);

        // When it was taken, the group of the permit was the last to be freed.
        var slot = form.SlotOf(form.TakenAt(taken.ResetAt));
        foreach (ref var group in groups)
        {
            if (form.SlotOf(group.At) == slot)
            {
                group = group with { Count = group.Count - Math.Min(cost, group.Count) };
                return TakenPermitsForm.Write(groups, now);
            }
        }

        return state;
    }

    // The room's first place is free for a new group. A clock that is behind counts with the one that is ahead.
    private static Span<TakenPermits> Take(TakenPermitsForm form, Span<TakenPermits> room, int count, DateTimeOffset now, long cost)
    {
        var at = TakenPermitsForm.RoundUp(now.UtcTicks);
        if (count == 0)
        {
            room[0] = new(at, cost);
            return room[..1];
        }

        ref var newest = ref room[1];
        at = Math.Max(at, newest.At);
        if (form.SlotOf(newest.At) == form.SlotOf(at))
        {
            newest = new(at, newest.Count + cost);
            return room.Slice(1, count);
        }

        room[0] = new(at, cost);
        return room[..(count + 1)];
    }

    private static long Sum(ReadOnlySpan<TakenPermits> taken)
    {
        var sum = 0L;
        foreach (var group in taken)
        {
            sum += group.Count;
        }

        return sum;
    }

    private static TimeSpan WaitFor(TakenPermitsForm form, ReadOnlySpan<TakenPermits> taken, long needed, DateTimeOffset now)
    {
        for (var oldest = taken.Length - 1; oldest >= 0; oldest--)
        {
            needed -= taken[oldest].Count;
            if (needed <= 0)
            {
                return form.FreeAt(taken[oldest]) - now;
            }
        }

        // There will never be as many.
        return TimeSpan.MaxValue;
    }

    private static DateTimeOffset EmptyAt(TakenPermitsForm form, ReadOnlySpan<TakenPermits> taken, DateTimeOffset now) =>
        taken.IsEmpty ? now : form.FreeAt(taken[0]);
}
