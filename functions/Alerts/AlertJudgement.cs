using Serverless.Times;

namespace Serverless.Alerts;

/// <summary>What becomes of an alert when windows are judged: each once and in order, by what was counted of its five minutes.</summary>
/// <param name="State">How it stands afterwards.</param>
/// <param name="Changes">Its changes, the oldest first.</param>
internal sealed record AlertJudgement(AlertState State, IReadOnlyList<AlertChange> Changes)
{
    /// <summary>What is made up for, at the most: the windows that ended in an hour.</summary>
    public const int MostAtOnce = FiveMinutes.PerHour;

    // Records are late by as much, and clocks are wrong by some of it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The newest window that can be judged: the number of the five minutes that begin when it ends, which are two minutes old.</summary>
    public static long Newest(DateTimeOffset now) => FiveMinutes.Of((now - Patience).UtcTicks);

    /// <summary>The first window that is yet to be judged. What lies further back than can be made up for is left out.</summary>
    /// <param name="state">How it stands.</param>
    /// <param name="newest">The newest that can be.</param>
    public static long First(AlertState state, long newest) => Math.Max(state.JudgedTo + 1, newest - MostAtOnce + 1);

    /// <summary>Whether windows were judged that are still ahead, and not by a little: the clock that has judged them was wrong.</summary>
    public static bool IsAhead(AlertState state, long newest) => state.JudgedTo > newest + MostAtOnce;

    /// <summary>Judges windows.</summary>
    /// <param name="rule">The alert.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="newest">The last window to be judged.</param>
    /// <param name="parts">What was counted, for all five minutes of these windows that have anything.</param>
    public static AlertJudgement Of(AlertRule rule, AlertState state, long newest, IReadOnlyDictionary<long, WindowPart> parts)
    {
        var changes = new List<AlertChange>();
        for (var judged = First(state, newest); judged <= newest; judged++)
        {
            var window = Enumerable.Range(1, rule.Parts).Select(before => parts.GetValueOrDefault(judged - before)).OfType<WindowPart>().ToList();
            (state, var change) = Of(rule, state, judged, rule.Metric.ValueOf(window));
            if (change is not null)
            {
                changes.Add(change);
            }
        }

        return new(state, changes);
    }

    /// <summary>Judges one window.</summary>
    /// <param name="rule">The alert.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="judged">The window, by the number of the five minutes that begin when it ends. One that was judged already changes nothing.</param>
    /// <param name="value">Its value; null when it has none.</param>
    /// <returns>How it stands afterwards, and the change; null when there is none.</returns>
    public static (AlertState State, AlertChange? Change) Of(AlertRule rule, AlertState state, long judged, decimal? value)
    {
        if (judged <= state.JudgedTo)
        {
            return (state, null);
        }

        var known = state with { JudgedTo = judged, Value = value, Error = null };
        var fires = rule.IsBreachedBy(value);
        if (fires == (state.Status == AlertStatus.Firing))
        {
            return (known, null);
        }

        return (
            known with { Status = fires ? AlertStatus.Firing : AlertStatus.Resolved, Since = FiveMinutes.Start(judged) },
            new(rule, judged, fires, value));
    }
}
