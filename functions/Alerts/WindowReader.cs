using Serverless.Logs;
using Serverless.Tenancy;
using Serverless.Times;
using Serverless.Traces.Figures;
using Serverless.Traces.Reading;

namespace Serverless.Alerts;

/// <summary>Counts what alerts need, of several together: one way through the logs, or one read of the figures of a project.</summary>
public sealed class WindowReader(LogCounter logs, FiveMinutesReader events, ProjectStore projects)
{
    private static readonly EventFigures Nothing = new();

    /// <summary>Counts.</summary>
    /// <param name="source">What all of the alerts are about.</param>
    /// <param name="needs">What they need.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All parts that each of them needs, those included that have nothing.</returns>
    /// <exception cref="AlertFailedException">What they are about is not there any more.</exception>
    internal Task<IReadOnlyList<IReadOnlyList<WindowPart>>> ReadAsync(AlertSource source, IReadOnlyList<AlertNeed> needs, CancellationToken cancellationToken) =>
        source.ProjectId is { } project ? ReadEventsAsync(project, needs, cancellationToken) : ReadLogsAsync(needs, cancellationToken);

    private async Task<IReadOnlyList<IReadOnlyList<WindowPart>>> ReadLogsAsync(IReadOnlyList<AlertNeed> needs, CancellationToken cancellationToken)
    {
        var filters = needs.Select(need => AlertSource.FilterOf(need.Alert.Rule.Query!, FiveMinutes.Between(need.First, need.Last))).ToList();
        var (counts, _) = await logs.CountAsync(needs[0].Alert.Rule.Workspace, filters, Begin, longest: TimeSpan.MaxValue, cancellationToken);
        return [.. counts.Select(counted => PartsOf(counted))];

        static LogCounts Begin(LogFilter filter) => new(filter.Range, FiveMinutes.Length, groups: null);
    }

    private static List<WindowPart> PartsOf(LogCounts counts) =>
        [.. counts.Buckets.Select(bucket => new WindowPart(FiveMinutes.Of(bucket.Start.Ticks), bucket.Levels.Sum(count => (long)count)))];

    private async Task<IReadOnlyList<IReadOnlyList<WindowPart>>> ReadEventsAsync(string project, IReadOnlyList<AlertNeed> needs, CancellationToken cancellationToken)
    {
        var (first, last) = (needs.Min(need => need.First), needs.Max(need => need.Last));
        var figures = await events.ReadAsync(project, first, last, cancellationToken);
        if (!figures.Keys.Any(number => number >= first && number <= last) && MayBeGone(needs, last) && await projects.FindAsync(project, cancellationToken) is null)
        {
            throw new AlertFailedException($"There is no project {project} any more");
        }

        return [.. needs.Select(need => PartsOf(need, figures))];
    }

    // Of a project without events, nothing tells whether it is still there but a look at itself: once an hour, and as long as it is known to be gone.
    private static bool MayBeGone(IReadOnlyList<AlertNeed> needs, long last) =>
        (last + 1) % FiveMinutes.PerHour == 0 || needs.Any(need => need.Alert.State.Error is not null);

    private static List<WindowPart> PartsOf(AlertNeed need, IReadOnlyDictionary<long, EventFigures> figures)
    {
        var parts = new List<WindowPart>();
        for (var number = need.First; number <= need.Last; number++)
        {
            parts.Add(need.Alert.Rule.Metric.PartOf(number, figures.GetValueOrDefault(number, Nothing)));
        }

        return parts;
    }
}

/// <summary>An alert cannot be evaluated, for a reason that its owner can do something about.</summary>
/// <param name="reason">The reason, as it is said to the owner.</param>
internal sealed class AlertFailedException(string reason) : Exception(reason);
