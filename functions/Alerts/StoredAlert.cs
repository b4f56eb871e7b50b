using Azure;

namespace Serverless.Alerts;

/// <summary>An alert as it is stored.</summary>
/// <param name="Rule">The alert.</param>
/// <param name="State">How it stands.</param>
/// <param name="Parts">What was counted of the last five minutes, as far as windows to come need it.</param>
/// <param name="Unannounced">The ids of its changes that may not have been announced yet.</param>
/// <param name="ETag">The version of its row.</param>
internal sealed record StoredAlert(AlertRule Rule, AlertState State, IReadOnlyList<WindowPart> Parts, IReadOnlyList<string> Unannounced, ETag ETag = default)
{
    // Many hours of an alert that changes with every window, while nothing can be announced: more than a column has room for is not kept.
    private const int MaxUnannounced = 100;

    /// <summary>A new alert: the next window that ends is the first that is judged.</summary>
    public static StoredAlert New(AlertRule rule, DateTimeOffset now) => new(rule, new(AlertStatus.Ok, now, AlertJudgement.Newest(now)), [], []);

    /// <summary>
    /// The alert, defined anew. How it stands stays as it is, to be changed by the next window. What was counted stays if the alert still measures the same; the time in which it
    /// was not active is never judged. What a clock has judged that was ahead is forgotten.
    /// </summary>
    public StoredAlert Redefined(AlertRule rule, DateTimeOffset now)
    {
        var newest = AlertJudgement.Newest(now);
        var isAhead = AlertJudgement.IsAhead(State, newest);
        var state = rule.MeasuresAs(Rule) && !isAhead ? State : State with { Value = null, Error = null };
        return this with
        {
            Rule = rule,
            State = isAhead || (rule.IsActive && !Rule.IsActive && state.JudgedTo < newest) ? state with { JudgedTo = newest } : state,
            Parts = rule.MeasuresAs(Rule) && !isAhead ? Parts : [],
        };
    }

    /// <summary>The alert, judged.</summary>
    /// <param name="judgement">What came of it.</param>
    /// <param name="parts">All that was counted for it, earlier and now.</param>
    public StoredAlert Judged(AlertJudgement judgement, IReadOnlyDictionary<long, WindowPart> parts) => this with
    {
        State = judgement.State,
        Parts = [.. parts.Values.Where(part => part.Number > judgement.State.JudgedTo - Rule.Parts).OrderBy(part => part.Number)],
        Unannounced = [.. Unannounced.Concat(judgement.Changes.Select(change => change.Id)).TakeLast(MaxUnannounced)],
    };
}
