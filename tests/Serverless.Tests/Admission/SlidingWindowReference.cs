using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>
/// What a sliding window has to say, worked out from a list of everything that was taken: each permit counts until a window and
/// two seconds after the end of its slot, a sixtieth of the window.
/// </summary>
internal sealed class SlidingWindowReference(TimeSpan window)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSkew = TimeSpan.FromSeconds(10);

    private readonly long _slot = window.Ticks / 60;
    private List<Taken> _taken = [];

    /// <summary>How long a permit counts at most, by one clock.</summary>
    public TimeSpan LongestHold => window + Tolerance + TimeSpan.FromTicks(_slot);

    /// <summary>What the limit has to say.</summary>
    public Decision Decide(long permits, DateTimeOffset now, long cost)
    {
        var held = Held(now);
        var left = permits - held.Sum(taken => taken.Cost);
        var isAdmitted = cost <= left;
        var taken = isAdmitted ? [.. held, new(default, SlotAt(now), cost)] : held;
        return new(
            isAdmitted,
            null,
            Math.Max(0, isAdmitted ? left - cost : left),
            isAdmitted ? TimeSpan.Zero : Wait(held, cost - left) - now,
            taken.Select(FreeAt).Append(now).Max());
    }

    /// <summary>Takes permits.</summary>
    /// <param name="trueTime">The true time.</param>
    /// <param name="now">The time by the clock that the limit was given.</param>
    /// <param name="cost">The permits.</param>
    /// <returns>What to give back, if need be.</returns>
    public Taken Take(DateTimeOffset trueTime, DateTimeOffset now, long cost)
    {
        var slot = SlotAt(now);
        _taken = Held(now);
        _taken.Add(new(trueTime, slot, cost));
        return _taken[^1];
    }

    /// <summary>Gives permits back.</summary>
    public void Return(Taken taken) => _taken.Remove(taken);

    private DateTimeOffset FreeAt(Taken taken) => new(((taken.Slot + 1) * _slot) + window.Ticks + Tolerance.Ticks, TimeSpan.Zero);

    private DateTimeOffset Wait(List<Taken> held, long needed)
    {
        foreach (var taken in held.OrderBy(FreeAt))
        {
            needed -= taken.Cost;
            if (needed <= 0)
            {
                return FreeAt(taken);
            }
        }

        throw new InvalidOperationException("More was asked for than there is.");
    }

    // A clock that is behind counts with the one that is ahead, but for one that was too far ahead to be right.
    private List<Taken> Held(DateTimeOffset now) =>
        _taken.Exists(taken => taken.Slot > (now + LongestSkew).UtcTicks / _slot) ? [] : _taken.FindAll(taken => FreeAt(taken) > now);

    private long SlotAt(DateTimeOffset now) => Held(now).Select(taken => taken.Slot).Append(now.UtcTicks / _slot).Max();

    /// <summary>Permits that were taken together.</summary>
    internal sealed record Taken(DateTimeOffset TrueTime, long Slot, long Cost);
}
