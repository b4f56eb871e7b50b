using System.Buffers.Binary;

namespace Serverless.Admission;

/// <summary>
/// So many permits in any window of time. They are counted by slots of a sixtieth of the window. A permit counts until a window
/// after the end of its slot, and as much longer as clocks differ, so that no window ever holds more than the limit.
/// </summary>
/// <param name="Column">The column that keeps its state.</param>
/// <param name="Permits">The permits of a window.</param>
/// <param name="Window">The length of the window.</param>
public sealed record SlidingWindow(string Column, long Permits, TimeSpan Window) : Limit(Column, Permits)
{
    private const int SlotsPerWindow = 60;

    private long SlotTicks => Window.Ticks / SlotsPerWindow;

    private long HeldTicks => Window.Ticks + ClockSkew.Usual.Ticks;

    // Those that count at the same time: the current one, and all that begin or end in the time held.
    private int Slots => (int)((HeldTicks + SlotTicks - 1) / SlotTicks) + 1;

    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        var window = Read(state, now);
        var left = Permits - window.Counts.Sum(count => (long)count);
        if (cost == 0)
        {
            return new(true, state, Math.Max(0, left), TimeSpan.Zero, EmptyAt(window, now));
        }

        if (cost > left)
        {
            return new(false, state, Math.Max(0, left), WaitFor(window, cost - left, now), EmptyAt(window, now));
        }

        window.Counts[^1] += (uint)cost;
        return new(true, Write(window), left - cost, TimeSpan.Zero, EmptyAt(window, now));
    }

    /// <inheritdoc/>
    public override object? Refund(object? state, DateTimeOffset now, long cost, DateTimeOffset resetAt)
    {
        // When it was taken, the slot of the permit was the last to be freed.
        var window = Read(state, now);
        var taken = ((resetAt.UtcTicks - HeldTicks) / SlotTicks) - 1;
        var slot = taken - window.Newest + Slots - 1;
        if (slot < 0 || slot >= Slots)
        {
            return state;
        }

        window.Counts[slot] -= (uint)Math.Min(cost, window.Counts[slot]);
        return Write(window);
    }

    private TimeSpan WaitFor(State window, long needed, DateTimeOffset now)
    {
        var slot = 0;
        while (slot < Slots - 1 && (needed -= window.Counts[slot]) > 0)
        {
            slot++;
        }

        return FreeAt(window, slot) - now;
    }

    private DateTimeOffset EmptyAt(State window, DateTimeOffset now)
    {
        var last = Array.FindLastIndex(window.Counts, count => count > 0);
        return last < 0 ? now : FreeAt(window, last);
    }

    // From when on a slot does not count.
    private DateTimeOffset FreeAt(State window, int slot) =>
        new(((window.Newest - Slots + 1 + slot + 1) * SlotTicks) + HeldTicks, TimeSpan.Zero);

    private State Read(object? state, DateTimeOffset now)
    {
        var current = now.UtcTicks / SlotTicks;
        var nothing = new State(current, new uint[Slots]);
        if (state is not byte[] bytes || bytes.Length != sizeof(long) + (Slots * sizeof(uint)))
        {
            return nothing;
        }

        var written = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (written <= current - Slots || written > (now.UtcTicks + ClockSkew.Longest.Ticks) / SlotTicks)
        {
            return nothing;
        }

        var window = nothing with { Newest = Math.Max(current, written) };
        for (int from = (int)(window.Newest - written), to = 0; from < Slots; from++, to++)
        {
            if (FreeAt(window, to) > now)
            {
                window.Counts[to] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(sizeof(long) + (from * sizeof(uint))));
            }
        }

        return window;
    }

    private static byte[] Write(State window)
    {
        var bytes = new byte[sizeof(long) + (window.Counts.Length * sizeof(uint))];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, window.Newest);
        for (var slot = 0; slot < window.Counts.Length; slot++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(long) + (slot * sizeof(uint))), window.Counts[slot]);
        }

        return bytes;
    }

    // Counts by slot, the oldest first; Newest is the number of the last slot since year 1.
    private sealed record State(long Newest, uint[] Counts);
}
