using System.Buffers.Binary;

namespace Serverless.Admission;

/// <summary>
/// So many permits in any window of time. The window is kept as the counts of 61 slots of a sixtieth each: the oldest, of which only
/// a part still lies in the window, counts whole, so that no window ever holds more than the limit.
/// </summary>
/// <param name="Column">The column that keeps its state.</param>
/// <param name="Permits">The permits of a window.</param>
/// <param name="Window">The length of the window.</param>
public sealed record SlidingWindow(string Column, long Permits, TimeSpan Window) : Limit(Column, Permits)
{
    private const int SlotsPerWindow = 60;
    private const int Slots = SlotsPerWindow + 1;

    // Further ahead than clocks of a well-kept fleet differ.
    private static readonly TimeSpan MaxSkew = TimeSpan.FromSeconds(10);

    private long SlotTicks => Window.Ticks / SlotsPerWindow;

    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        var window = Read(state, now);
        var used = window.Sum();
        if (used + cost > Permits)
        {
            return new(false, state, Math.Max(0, Permits - used), WaitFor(window, used + cost - Permits, now), EmptyAt(window, now));
        }

        window.Counts[^1] += (uint)cost;
        return new(true, cost == 0 ? state : Write(window), Permits - used - cost, TimeSpan.Zero, EmptyAt(window, now));
    }

    /// <inheritdoc/>
    public override object Refund(object? state, DateTimeOffset now, long cost)
    {
        var window = Read(state, now);
        for (var slot = Slots - 1; slot >= 0 && cost > 0; slot--)
        {
            var returned = (uint)Math.Min(cost, window.Counts[slot]);
            window.Counts[slot] -= returned;
            cost -= returned;
        }

        return Write(window);
    }

    // The permits of a slot are free again when the slot and the one after it have passed out of the window.
    private TimeSpan WaitFor(State window, long needed, DateTimeOffset now)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            needed -= window.Counts[slot];
            if (needed <= 0)
            {
                return FreeAt(window, slot, now) - now;
            }
        }

        return Window;
    }

    private DateTimeOffset EmptyAt(State window, DateTimeOffset now)
    {
        var last = Array.FindLastIndex(window.Counts, count => count > 0);
        return last < 0 ? now : FreeAt(window, last, now);
    }

    // When the clock is behind the state, time first has to catch up.
    private DateTimeOffset FreeAt(State window, int slot, DateTimeOffset now)
    {
        var ticks = (window.Newest - Slots + 1 + slot + Slots) * SlotTicks;
        return new(Math.Max(ticks, now.UtcTicks), TimeSpan.Zero);
    }

    private State Read(object? state, DateTimeOffset now)
    {
        var current = now.UtcTicks / SlotTicks;
        var counts = new uint[Slots];
        if (state is not byte[] { Length: sizeof(long) + (Slots * sizeof(uint)) } bytes)
        {
            return new(current, counts);
        }

        var newest = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        for (var slot = 0; slot < Slots; slot++)
        {
            counts[slot] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(sizeof(long) + (slot * sizeof(uint))));
        }

        if (newest - current > MaxSkew.Ticks / SlotTicks + 1)
        {
            // Some clock was far ahead. The counts stay, but nobody waits for that time to come.
            return new(current, counts);
        }

        var passed = (int)Math.Clamp(current - newest, 0, Slots);
        return new(Math.Max(current, newest), [.. counts.Skip(passed), .. Enumerable.Repeat(0u, passed)]);
    }

    private static byte[] Write(State window)
    {
        var bytes = new byte[sizeof(long) + (Slots * sizeof(uint))];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, window.Newest);
        for (var slot = 0; slot < Slots; slot++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(long) + (slot * sizeof(uint))), window.Counts[slot]);
        }

        return bytes;
    }

    // Counts by slot, the oldest first; Newest is the number of the last slot since year 1.
    private sealed record State(long Newest, uint[] Counts)
    {
        public long Sum() => Counts.Sum(count => (long)count);
    }
}
