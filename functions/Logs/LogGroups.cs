using Serverless.Ingestion.Chunks;
using Serverless.Logs.Entries;
using Serverless.Logs.Query;

namespace Serverless.Logs;

/// <summary>The value of a field that entries are counted by.</summary>
/// <param name="Text">The value; null for entries that lack the field.</param>
internal readonly record struct GroupValue(string? Text);

/// <summary>Counts entries by the values of a field, in steps of time. Of more values than it can tell apart, the later ones are counted together.</summary>
/// <param name="field">The field.</param>
/// <param name="path">The names that lead to the value within it, dots between them; empty for the field itself.</param>
/// <param name="steps">How many steps there are.</param>
internal sealed class LogGroups(LogField field, string path, int steps)
{
    /// <summary>The most values that are told apart.</summary>
    public const int MaxValues = 10_000;

    private const int MaxShown = 10;

    private readonly Dictionary<GroupValue, int[]> _counts = [];
    private readonly int[] _others = new int[steps];
    private readonly ValueOf _value = new(field, path);

    /// <summary>Reads the value that all entries of a chunk have, if its header tells.</summary>
    public bool TryRead(ChunkHeader header, out GroupValue value)
    {
        var label = field switch
        {
            LogField.Environment => header.Labels[LogChunks.EnvironmentLabel],
            LogField.ProjectId => header.Labels[LogChunks.ProjectLabel],
            _ => Label.Mixed,
        };
        value = new(label.Length > 1 ? label[1..] : null);
        return label != Label.Mixed;
    }

    /// <summary>Reads the value of an entry. An empty label counts as none, as it does in headers.</summary>
    public GroupValue Read(StoredLog log, int level) =>
        new(_value.Read(log.Json, level) is var value && value is "" && field is LogField.Environment or LogField.ProjectId ? null : value);

    /// <summary>Counts entries of a step.</summary>
    public void Add(GroupValue value, int step, int count)
    {
        if (!_counts.TryGetValue(value, out var counts))
        {
            counts = _counts.Count < MaxValues ? _counts[value] = new int[steps] : _others;
        }

        counts[step] += count;
    }

    /// <summary>Forgets what was counted in the first steps.</summary>
    public void ForgetBefore(int step)
    {
        foreach (var counts in _counts.Values.Append(_others))
        {
            counts.AsSpan(0, step).Clear();
        }
    }

    /// <summary>The ten most frequent values, and the others together.</summary>
    public (IEnumerable<LogGroup> Most, LogGroup? Others) ToAnswer()
    {
        var groups = _counts
            .Select(group => new LogGroup(group.Key.Text, group.Value.Sum(count => (long)count), group.Value))
            .Where(group => group.Total > 0)
            .OrderByDescending(group => group.Total)
            .ThenBy(group => group.Value, StringComparer.Ordinal)
            .ToList();
        var rest = groups.Skip(MaxShown).Select(group => group.Counts).Append(_others).Aggregate(Sum);
        var total = rest.Sum(count => (long)count);
        return (groups.Take(MaxShown), total > 0 ? new(null, total, rest) : null);
    }

    private static IReadOnlyList<int> Sum(IReadOnlyList<int> left, IReadOnlyList<int> right) => [.. left.Zip(right, (first, second) => first + second)];
}
