using Serverless.Times;

namespace Serverless.Alerts;

/// <summary>When somebody is to be told: as soon as what there is in a window lies above or below a threshold, and when it does not any more.</summary>
internal sealed record AlertRule
{
    /// <summary>The lengths that a window may have, in minutes, by their names.</summary>
    public static IReadOnlyDictionary<string, int> Windows { get; } = new Dictionary<string, int>(StringComparer.Ordinal) { ["5m"] = 5, ["15m"] = 15, ["30m"] = 30, ["1h"] = 60 };

    /// <summary>Whose it is.</summary>
    public required string Workspace { get; init; }

    /// <summary>Its id within the workspace.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The question for the entries of logs that are counted; null when it is about events.</summary>
    public string? Query { get; init; }

    /// <summary>The project whose events it is about; null when it is about logs.</summary>
    public string? ProjectId { get; init; }

    /// <summary>What is measured.</summary>
    public required AlertMetric Metric { get; init; }

    /// <summary>The length of its window: one of <see cref="Windows"/>.</summary>
    public required string Window { get; init; }

    /// <summary>What the value is compared with.</summary>
    public required decimal Threshold { get; init; }

    /// <summary>Whether it fires below the threshold rather than above.</summary>
    public bool IsBelow { get; init; }

    /// <summary>Whether it is evaluated.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>How many times five minutes its window is long.</summary>
    public int Parts => Windows[Window] / FiveMinutes.Minutes;

    /// <summary>Whether it measures the same as another, so that what was counted for that one holds for it.</summary>
    public bool MeasuresAs(AlertRule other) => (Query, ProjectId, Metric) == (other.Query, other.ProjectId, other.Metric);

    /// <summary>Whether a value is one to be told of. None is neither above nor below anything.</summary>
    public bool IsBreachedBy(decimal? value) => value is { } number && (IsBelow ? number < Threshold : number > Threshold);
}
