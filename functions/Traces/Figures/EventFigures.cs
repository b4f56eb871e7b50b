using Serverless.Traces.Events;

namespace Serverless.Traces.Figures;

/// <summary>
/// What events add up to. The sums are exact, so that neither the order of events nor that of putting figures together changes
/// anything.
/// </summary>
internal sealed class EventFigures
{
    private const int StoredTimeDigits = 6;

    private readonly long[] _requestsByStatus = new long[EventStatuses.Names.Count];

    /// <summary>How many events there are of each status, in the order of <see cref="EventStatuses.Names"/>.</summary>
    public IReadOnlyList<long> RequestsByStatus => _requestsByStatus;

    /// <summary>What they cost, in USD.</summary>
    public decimal Cost { get; private set; }

    /// <summary>How many of them should have a cost, and have none.</summary>
    public long UnpricedRequests { get; private set; }

    /// <summary>How long they took together, in ms.</summary>
    public decimal LatencySum { get; private set; }

    /// <summary>How long the first tokens took, in ms, of those events that say so.</summary>
    public decimal TtftSum { get; private set; }

    /// <summary>How many events say how long the first token took.</summary>
    public long TtftCount { get; private set; }

    /// <summary>The tokens sent.</summary>
    public long InputTokens { get; private set; }

    /// <summary>The tokens received.</summary>
    public long OutputTokens { get; private set; }

    /// <summary>The tokens sent that were cached.</summary>
    public long CachedTokens { get; private set; }

    /// <summary>The tokens received of those events that took time.</summary>
    public long TimedTokens { get; private set; }

    /// <summary>How long those events took together, in ms, that received tokens.</summary>
    public decimal TimedMilliseconds { get; private set; }

    /// <summary>How the latencies are distributed.</summary>
    public LatencySketch Latencies { get; private set; } = new();

    /// <summary>How many events there are.</summary>
    public long Requests => _requestsByStatus.Sum();

    /// <summary>How many of them count as errors.</summary>
    public long Errors => EventStatuses.Errors.Sum(status => _requestsByStatus[status]);

    /// <summary>The share of errors, 0 to 1; 0 when there are no events.</summary>
    public decimal ErrorRate => Ratio(Errors, Requests);

    /// <summary>The share of timeouts, 0 to 1; 0 when there are no events.</summary>
    public decimal TimeoutRate => Ratio(_requestsByStatus[EventStatuses.Timeout], Requests);

    /// <summary>How long an event took on average, in ms; 0 when there are none.</summary>
    public decimal AverageLatency => Ratio(LatencySum, Requests);

    /// <summary>How long the first token took on average, in ms, of those events that say so; 0 when there are none.</summary>
    public decimal AverageTtft => Ratio(TtftSum, TtftCount);

    /// <summary>The tokens received per second of those events that received some and took time; 0 when there are none.</summary>
    public decimal TokensPerSecond => Ratio(TimedTokens * 1000m, TimedMilliseconds);

    /// <summary>The figures of all that others are the figures of.</summary>
    public static EventFigures Sum(IEnumerable<EventFigures> parts)
    {
        var sum = new EventFigures();
        foreach (var part in parts)
        {
            sum.Merge(part);
        }

        return sum;
    }

    /// <summary>The figures that were kept.</summary>
    public static EventFigures Of(StoredFigures stored)
    {
        var figures = new EventFigures
        {
            Cost = stored.Cost,
            LatencySum = stored.Latency,
            TtftSum = stored.Ttft,
            TtftCount = stored.TtftCount,
            InputTokens = stored.InputTokens,
            OutputTokens = stored.OutputTokens,
            CachedTokens = stored.CachedTokens,
            TimedTokens = stored.TimedTokens,
            TimedMilliseconds = stored.Timed,
            Latencies = stored.Latencies,
        };
        for (var status = 0; status < stored.Requests.Count; status++)
        {
            figures._requestsByStatus[status] = stored.Requests[status];
        }

        // The version before did not count them: where nothing has a cost, nothing is known of it.
        figures.UnpricedRequests = stored.Unpriced ?? (stored.Cost == 0 ? figures.Requests : 0);
        return figures;
    }

    /// <summary>Adds an event.</summary>
    public void Add(in EventMeasures measures)
    {
        _requestsByStatus[measures.Status]++;
        Cost += measures.CostUsd ?? 0;
        UnpricedRequests += measures.IsUnpriced ? 1 : 0;
        LatencySum += measures.LatencyMs;
        Latencies.Add((double)measures.LatencyMs);
        InputTokens += measures.InputTokens ?? 0;
        OutputTokens += measures.OutputTokens ?? 0;
        CachedTokens += measures.CachedTokens ?? 0;
        if (measures.TtftMs is { } ttft)
        {
            TtftSum += ttft;
            TtftCount++;
        }

        if (measures is { OutputTokens: > 0, LatencyMs: > 0 })
        {
            TimedTokens += measures.OutputTokens.Value;
            TimedMilliseconds += measures.LatencyMs;
        }
    }

    /// <summary>Adds all that other figures are the figures of.</summary>
    public void Merge(EventFigures other)
    {
        for (var status = 0; status < _requestsByStatus.Length; status++)
        {
            _requestsByStatus[status] += other._requestsByStatus[status];
        }

        Cost += other.Cost;
        UnpricedRequests += other.UnpricedRequests;
        LatencySum += other.LatencySum;
        TtftSum += other.TtftSum;
        TtftCount += other.TtftCount;
        InputTokens += other.InputTokens;
        OutputTokens += other.OutputTokens;
        CachedTokens += other.CachedTokens;
        TimedTokens += other.TimedTokens;
        TimedMilliseconds += other.TimedMilliseconds;
        Latencies.Merge(other.Latencies);
    }

    /// <summary>The figures as they are kept, the same whatever order they came about in.</summary>
    public StoredFigures ToStored() => new(
        _requestsByStatus,
        FigureNumbers.Money(Cost),
        FigureNumbers.Rounded(LatencySum, StoredTimeDigits),
        FigureNumbers.Rounded(TtftSum, StoredTimeDigits),
        TtftCount,
        InputTokens,
        OutputTokens,
        CachedTokens,
        TimedTokens,
        FigureNumbers.Rounded(TimedMilliseconds, StoredTimeDigits),
        Latencies,
        UnpricedRequests);

    private static decimal Ratio(decimal part, decimal whole) => whole == 0 ? 0 : part / whole;
}
