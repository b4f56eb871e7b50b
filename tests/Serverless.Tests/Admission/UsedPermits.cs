namespace Serverless.Tests.Admission;

/// <summary>What was truly used of a limit, and when by the true time.</summary>
internal sealed class UsedPermits
{
    private readonly List<(DateTimeOffset Time, long Cost)> _used = [];

    /// <summary>Records a use.</summary>
    public void Add(DateTimeOffset time, long cost) => _used.Add((time, cost));

    /// <summary>Records that the latest use of this time and cost did not take place.</summary>
    public void Remove(DateTimeOffset time, long cost) => _used.RemoveAt(_used.LastIndexOf((time, cost)));

    /// <summary>What was used in the window that ends with the latest use, both ends included.</summary>
    public long InWindow(TimeSpan window)
    {
        var from = _used[^1].Time - window;
        _used.RemoveAll(use => use.Time < from - window);
        return _used.Sum(use => use.Time >= from ? use.Cost : 0);
    }

    /// <summary>Whether no stretch of time saw more than a bucket's permits and what flowed in during it.</summary>
    /// <param name="permits">The permits of the bucket.</param>
    /// <param name="period">How long it takes to fill.</param>
    /// <param name="extra">What more may flow in, as time.</param>
    public bool FitsBucket(long permits, TimeSpan period, TimeSpan extra)
    {
        // Exact, in permits times ticks: the fullest stretch that ends here.
        Int128 fullest = 0;
        var last = DateTimeOffset.MinValue;
        foreach (var (time, cost) in _used)
        {
            fullest = Int128.Max(0, fullest - ((Int128)(time - last).Ticks * permits)) + ((Int128)cost * period.Ticks);
            last = time;
            if (fullest > (Int128)permits * (period + extra).Ticks)
            {
                return false;
            }
        }

        return true;
    }
}
