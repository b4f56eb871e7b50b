using Serverless.Traces.Figures;

namespace Serverless.Traces.Reading;

/// <summary>Events by what they have in common.</summary>
/// <param name="Groups">The groups, in no particular order.</param>
/// <param name="CompleteSince">Since when all events are counted; null when that is all of them.</param>
internal sealed record GroupedEvents(IReadOnlyCollection<EventGroup> Groups, DateTime? CompleteSince)
{
    /// <summary>The dearest first, then the busiest, then by name, as models are shown.</summary>
    public IEnumerable<EventGroup> DearestFirst() => Groups
        .OrderByDescending(group => group.Cost)
        .ThenByDescending(group => group.Requests)
        .ThenBy(group => group.Key, StringComparer.Ordinal);
}

/// <summary>
/// Sums events up by what no figures are kept by, such as users: there may be as many of these as there are events. So it looks at the events
/// themselves, the newest first, at a bounded number of them.
/// </summary>
public sealed class EventGroups(EventScan scan)
{
    /// <summary>After how many events it ends, with the chunk that it is at.</summary>
    public const int MaxEvents = 100_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How much is looked at, in words.</summary>
    internal static string InWords { get; } =
        $"Events are looked at from the newest on, {MaxEvents:N0} at most, and for {Patience.TotalSeconds} seconds at most. If that is not all of the time asked for, `completeSince` says since when all of them are counted.";

    /// <summary>Reads the groups of events.</summary>
    /// <param name="project">Whose events.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="keyOf">What puts an event into a group; null for an event that does not count.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<GroupedEvents> ReadAsync(string project, EventFilter filter, Func<EventMeasures, string?> keyOf, CancellationToken cancellationToken)
    {
        var (groups, since) = await scan.ReadAsync(
            project, filter, () => new Dictionary<string, EventGroup>(StringComparer.Ordinal), Add, new(Patience, MaxEvents), cancellationToken);
        return new(groups.Values, since is { } ticks ? new DateTime(ticks, DateTimeKind.Utc) : null);

        void Add(Dictionary<string, EventGroup> all, ReadOnlySpan<byte> line)
        {
            var measures = EventMeasures.Read(line);
            if (keyOf(measures) is not { } key)
            {
                return;
            }

            if (!all.TryGetValue(key, out var group))
            {
                all[key] = group = new(key);
            }

            group.Add(measures);
        }
    }
}
