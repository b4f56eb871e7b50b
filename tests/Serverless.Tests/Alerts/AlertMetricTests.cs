using FsCheck;
using FsCheck.Fluent;
using Serverless.Alerts;
using Serverless.Tests.Ingestion;
using Serverless.Tests.Traces.Figures;
using Serverless.Times;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Alerts;

/// <summary>What is measured of a window of events, put together from its five minutes, against all of its events at once.</summary>
[Trait("Category", "Fast")]
public sealed class AlertMetricTests
{
    private static readonly Gen<(SentEvent[] Events, int Minute)> Windows = Gen.Zip(
        SentEvent.Several.Select(static events => events.Select(static sent => sent with { Time = SentEvent.Start.AddMinutes(sent.Time.Minute) }).ToArray()),
        Gen.Choose(0, 12),
        static (events, place) => (events, place * 5));

    [Fact]
    public void Every_metric_is_that_of_all_events_of_the_window() => Always.Holds(Windows, count: 300, assert: static window =>
    {
        var (from, to) = (SentEvent.Start.AddMinutes(Math.Max(0, window.Minute - 15)), SentEvent.Start.AddMinutes(window.Minute));
        var events = window.Events.Where(sent => sent.Time >= from && sent.Time < to).ToList();
        var figures = new FiveMinuteFigures();
        foreach (var sent in window.Events)
        {
            figures.Add(sent.Measures);
        }

        Assert.Equal(events.Count, Value(AlertMetric.Requests));
        Assert.Equal(events.Sum(sent => sent.CostUsd ?? 0), Value(AlertMetric.Cost));
        Assert.Equal(events.Sum(sent => (sent.InputTokens ?? 0) + (sent.OutputTokens ?? 0)), Value(AlertMetric.Tokens));
        Assert.Equal(events.Count == 0 ? null : decimal.Round((decimal)events.Count(sent => sent.IsError) / events.Count, 6, MidpointRounding.AwayFromZero), Value(AlertMetric.ErrorRate));
        if (events.Count == 0)
        {
            Assert.Null(Value(AlertMetric.Latency));
        }
        else
        {
            var exact = events.Select(sent => sent.LatencyMs).Order().ElementAt((int)Math.Ceiling(0.95 * events.Count) - 1);
            Assert.InRange(Value(AlertMetric.Latency)!.Value, (exact * 0.99m) - 0.001m, (exact * 1.01m) + 0.001m);
        }

        decimal? Value(AlertMetric metric)
        {
            var (first, last) = (FiveMinutes.Of(from.Ticks), FiveMinutes.Of(to.Ticks));
            var parts = new List<WindowPart>();
            for (var number = first; number < last; number++)
            {
                parts.Add(metric.PartOf(number, figures.All.GetValueOrDefault(number, new EventFigures())));
            }

            return metric.ValueOf(parts);
        }
    });
}
