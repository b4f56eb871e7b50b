using Serverless.Admission;

namespace Serverless.Tests.Admission;

/// <summary>
/// What a sliding window has to say, worked out from a list of everything that was taken: the permits of one slot, a 240th of the window, count
/// until a window and two seconds after the newest of them.
/// </summary>
internal sealed class SlidingWindowReference(TimeSpan window)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSkew = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _slot = window / 240;
    private readonly TimeSpan _held = window + Tolerance;
    private List<Taken> _taken = [];

    /// <summary>How long a permit counts at most, by one clock.</summary>
    public TimeSpan LongestHold => _held + Resolution;

    /// <summary>What the limit has to say.</summary>
    public Decision Decide(long permits, DateTimeOffset now, long cost)
    {
        var held = Held(now);
        var left = permits - held.Sum(taken => taken.Cost);
        var isAdmitted = cost <= left;
        var taken = isAdmitted ? With(held, new(now, TimeOf(held, now), cost)) : held;
        return new(
            isAdmitted,
            null,
            Math.Max(0, isAdmitted ? left - cost : left),
            isAdmitted ? TimeSpan.Zero : Wait(held, cost - left) - now,
            taken.Select(FreeAt).Append(now).Max(),
            now);
    }

    /// <summary>Takes permits.</summary>
    /// <param name="trueTime">The true time.</param>
    /// <param name="now">The time by the clock that the limit was given.</param>
    /// <param name="cost">The permits.</param>
    /// <returns>What to give back, if need be.</returns>
    public Taken Take(DateTimeOffset trueTime, DateTimeOffset now, long cost)
    {
        var held = Held(now);
        _taken = With(held, new(trueTime, TimeOf(held, now), cost));
        return _taken[^1];
    }

    /// <summary>Gives permits back.</summary>
    public void Return(Taken taken) => _taken.RemoveAll(candidate => candidate.Id == taken.Id);

    private DateTimeOffset FreeAt(Taken taken) => taken.Time + _held;

    // The newest one's time is that of its slot.
    private List<Taken> With(List<Taken> held, Taken taken) =>
        [.. held.Select(earlier => SlotOf(earlier) == SlotOf(taken) ? earlier with { Time = taken.Time } : earlier), taken];

    private long SlotOf(Taken taken) => taken.Time.UtcTicks / _slot.Ticks;

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

    private List<Taken> Held(DateTimeOffset now) =>
        _taken.Exists(taken => taken.Time > now + LongestSkew) ? [] : _taken.FindAll(taken => FreeAt(taken) > now);

    // A clock that is behind counts with the one that is ahead, but for one that was too far ahead to be right.
    private static DateTimeOffset TimeOf(List<Taken> held, DateTimeOffset now) => held.Select(taken => taken.Time).Append(RoundUp(now)).Max();

    private static DateTimeOffset RoundUp(DateTimeOffset time) =>
        new((time.UtcTicks + Resolution.Ticks - 1) / Resolution.Ticks * Resolution.Ticks, TimeSpan.Zero);

    /// <summary>Permits that were taken together.</summary>
    internal sealed record Taken(DateTimeOffset TrueTime, DateTimeOffset Time, long Cost)
    {
        /// <summary>Tells it from others alike.</summary>
        public Guid Id { get; } = Guid.NewGuid();
    }
}
