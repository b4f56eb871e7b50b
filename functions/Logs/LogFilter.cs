using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Logs.Entries;
using Serverless.Logs.Query;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>Which entries a reader wants.</summary>
/// <param name="Range">The times wanted, both ends included.</param>
/// <param name="Levels">The levels wanted, a bit for each.</param>
/// <param name="Expression">What else they have to be; null for anything.</param>
internal sealed record LogFilter(TimeRange Range, uint Levels, LogExpression? Expression)
{
    private readonly LogMatcher? _matcher = Expression is null ? null : new(Expression);
    private readonly IReadOnlyList<(int Label, string Value)> _labels = Expression is null ? [] : [.. LabelsOf(Expression)];

    /// <summary>Whether the header of a chunk tells which of its entries are wanted, but for their time and level: all of them.</summary>
    public bool IsAnsweredBy(ChunkHeader header) =>
        IsAboutLabels && _labels.All(label => label.Value.Length > 0 && header.Labels[label.Label] == Label.Uniform(label.Value));

    /// <summary>Whether all of it is about the level and labels with given values: where these are the same throughout a chunk, its header tells which entries are wanted.</summary>
    public bool IsAboutLabels { get; } = Expression is null || AreLabels(Expression);

    /// <summary>Which terms the entries have.</summary>
    public TermQuestion Terms => Expression?.Terms ?? TermQuestion.Anything;

    /// <summary>The part of this filter that headers and indexes can answer.</summary>
    public ChunkQuery ToQuery(string organization) => ToQuery(organization, [this]);

    /// <summary>The part of several filters that headers and indexes can answer: what one of them wants is found.</summary>
    public static ChunkQuery ToQuery(string organization, IReadOnlyList<LogFilter> filters)
    {
        var levels = filters.Aggregate(0u, (levels, filter) => levels | filter.Levels);
        return new(organization, new(filters.Min(filter => filter.Range.From), filters.Max(filter => filter.Range.To)))
        {
            Kinds = levels == LogLevels.All ? [] : [.. Enumerable.Range(0, LogLevels.Names.Count).Where(level => (levels >> level & 1) != 0)],
            Labels = [.. filters.Select(filter => filter._labels.AsEnumerable()).Aggregate((common, labels) => common.Intersect(labels))],
            Terms = TermQuestion.Or(filters.Select(filter => filter.Terms)),
        };
    }

    /// <summary>Whether entries of a level are wanted.</summary>
    public bool WantsLevel(int level) => (Levels >> level & 1) != 0;

    /// <summary>Whether an entry is wanted.</summary>
    /// <param name="log">The entry.</param>
    /// <param name="ticks">Its time.</param>
    /// <param name="level">Its level.</param>
    public bool Matches(StoredLog log, out long ticks, out int level)
    {
        (ticks, level) = log.ReadTimeAndLevel();
        return Range.Contains(ticks) && WantsLevel(level) && _matcher?.Matches(log.Json, level) != false;
    }

    // Whether all conditions have to hold, and each is about a label or the level, so that a header tells all of it.
    private static bool AreLabels(LogExpression expression) =>
        expression.Necessary.Count() == expression.Conditions.Count()
        && expression.Conditions.All(condition => condition.Field == LogField.Level || LabelOf(condition) is not null);

    private static IEnumerable<(int Label, string Value)> LabelsOf(LogExpression expression) =>
        expression.Necessary.Select(LabelOf).Where(label => label is not null).Select(label => label!.Value);

    private static (int Label, string Value)? LabelOf(LogCondition condition) => (condition.Field, condition.Test) switch
    {
        (LogField.Environment, EqualsTest test) => (LogChunks.EnvironmentLabel, test.Value),
        (LogField.ProjectId, EqualsTest test) => (LogChunks.ProjectLabel, test.Value),
        _ => null,
    };
}
