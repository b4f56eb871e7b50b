using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>What a project did in an hour.</summary>
/// <param name="Cost">The cost of all calls, in USD.</param>
/// <param name="LatencyMs">How long each call took, in ms.</param>
/// <param name="Errors">How many calls failed.</param>
/// <param name="Requests">How many calls there were; without any, there is no cost either.</param>
internal readonly record struct Calls(decimal Cost, decimal LatencyMs = 100, int Errors = 0, int Requests = 20)
{
    public decimal? Value(string metric) => metric switch
    {
        "cost" => Requests == 0 ? 0 : Cost,
        "latency" => Requests < 10 ? null : LatencyMs,
        _ => Requests < 10 ? null : (decimal)Errors / Requests,
    };
}

/// <summary>The hours of a project from its first event on, which are known by their place.</summary>
/// <param name="calls">What happened in each hour.</param>
internal sealed class CallHistory(IReadOnlyList<Calls> calls)
{
    /// <summary>The hours of a week.</summary>
    public const int Week = 168;

    /// <summary>A history in which an hour's calls depend on its place.</summary>
    public static CallHistory Of(int hours, Func<int, Calls> calls) => new([.. Enumerable.Range(0, hours).Select(calls)]);

    /// <summary>When an hour begins.</summary>
    public static DateTime Time(int place) => SentEvent.Start.AddHours(place);

    /// <summary>The anomalies from an hour to the last, seen when it is over.</summary>
    public AnomalyReport ReportFrom(int place) => Report(place, calls.Count - 1, calls.Count);

    /// <summary>The anomalies from an hour to another.</summary>
    /// <param name="from">The first hour.</param>
    /// <param name="to">The last hour.</param>
    /// <param name="now">How many hours are over.</param>
    /// <param name="first">The hour of the first event.</param>
    public AnomalyReport Report(int from, int to, double now, int first = 0) => new(
        [.. calls.Select(Figures)], Counted.Range(Time(from), Time(to)), Counted.Number(Time(first)), new(SentEvent.Start.AddHours(now)));

    /// <summary>The places and names of anomalies, in their order.</summary>
    public static IEnumerable<(int Place, string Metric)> Names(AnomalyReport report) =>
        report.Anomalies.Select(anomaly => ((int)(anomaly.Hour - Counted.Number(SentEvent.Start)), anomaly.Metric.Name));

    private static HourFigures Figures(Calls calls, int place)
    {
        var hour = new HourFigures(Counted.Number(Time(place)));
        for (var number = 0; number < calls.Requests; number++)
        {
            hour.Add(new EventMeasures
            {
                Ticks = Time(place).Ticks,
                Status = number < calls.Errors ? 1 : 0,
                Model = number % 2 == 0 ? "even" : "odd",
                Environment = "",
                TraceId = "t",
                UserId = "",
                SessionId = "",
                LatencyMs = calls.LatencyMs,
                CostUsd = number == 0 ? calls.Cost : null,
            });
        }

        return hour;
    }
}
