namespace Serverless.Runs.Engine;

/// <summary>How many runs there are of each status.</summary>
internal sealed class StatusCounts
{
    private readonly int[] _counts = new int[RunWords.RunStatuses.Count];

    /// <summary>All of them.</summary>
    public int Total => _counts.Sum();

    /// <summary>Those of a status.</summary>
    public int this[RunStatus status] => _counts[(int)status];

    /// <summary>Those of a status, or all.</summary>
    /// <param name="status">The status; null for all.</param>
    public int Of(RunStatus? status) => status is { } one ? this[one] : Total;

    /// <summary>Counts some more.</summary>
    public void Add(RunStatus status, int count = 1) => _counts[(int)status] += count;
}
