namespace Serverless.Tests.Alerts;

/// <summary>A record as a reference knows it.</summary>
/// <param name="At">Its timestamp.</param>
/// <param name="Measure">What is measured of it.</param>
internal sealed record Measured(DateTimeOffset At, decimal Measure = 1);

/// <summary>
/// An alert judged in the most literal way: every five minutes hold what was stored with a timestamp within them when the first window with them was judged; each window is put together
/// from these, and judged once.
/// </summary>
/// <param name="definedAt">When the alert was defined.</param>
/// <param name="window">The length of its window.</param>
/// <param name="valueOf">The value of a window.</param>
/// <param name="isBreached">Whether a value is one to be told of.</param>
internal sealed class AlertReference(DateTimeOffset definedAt, TimeSpan window, Func<IReadOnlyList<decimal>, decimal?> valueOf, Predicate<decimal> isBreached)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    private readonly Dictionary<DateTimeOffset, List<decimal>> _counted = [];
    private DateTimeOffset _judgedTo = LastEnd(definedAt);
    private bool _isFiring;

    /// <summary>Its changes, the oldest first.</summary>
    public List<(string Type, DateTimeOffset At, decimal? Value)> Changes { get; } = [];

    /// <summary>The value of the last window.</summary>
    public decimal? Value { get; private set; }

    /// <summary>Judges what is due at a time.</summary>
    /// <param name="now">The time.</param>
    /// <param name="records">All that is stored by then.</param>
    public void Evaluate(DateTimeOffset now, IReadOnlyList<Measured> records)
    {
        var newest = LastEnd(now);
        if (newest <= _judgedTo)
        {
            return;
        }

        var first = _judgedTo + Step;
        if (first < newest - TimeSpan.FromMinutes(55))
        {
            first = newest - TimeSpan.FromMinutes(55);
        }

        for (var end = first; end <= newest; end += Step)
        {
            var measures = new List<decimal>();
            for (var begin = end - window; begin < end; begin += Step)
            {
                if (!_counted.TryGetValue(begin, out var part))
                {
                    _counted[begin] = part = [.. records.Where(record => record.At >= begin && record.At < begin + Step).Select(record => record.Measure)];
                }

                measures.AddRange(part);
            }

            Judge(end, valueOf(measures));
        }

        _judgedTo = newest;
    }

    private void Judge(DateTimeOffset end, decimal? value)
    {
        Value = value;
        var fires = value is { } number && isBreached(number);
        if (fires != _isFiring)
        {
            _isFiring = fires;
            Changes.Add((fires ? "alert.fired" : "alert.resolved", end, value));
        }
    }

    // The end of the last five minutes that were over two minutes ago.
    private static DateTimeOffset LastEnd(DateTimeOffset now)
    {
        var past = now - TimeSpan.FromMinutes(2);
        return new DateTimeOffset(past.Year, past.Month, past.Day, past.Hour, past.Minute - (past.Minute % 5), 0, TimeSpan.Zero);
    }
}
