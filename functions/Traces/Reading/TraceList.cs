using Serverless.Ingestion.Reading;
using Serverless.Ingestion.Records;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Hours;

namespace Serverless.Traces.Reading;

/// <summary>A part of the list of traces.</summary>
/// <param name="Traces">The traces, the newest first.</param>
/// <param name="Next">Where the list goes on; null at its end.</param>
/// <param name="IsExact">Whether the sums have all spans.</param>
internal sealed record TraceSlice(IReadOnlyList<ListedTrace> Traces, RecordCursor? Next, bool IsExact);

/// <summary>
/// Lists traces. Each stands where its newest span is that is asked for: a page is one of events, of each trace the newest. The traces of a page are
/// then summed up by one more look, at the hour before and the hour after their places. That look also tells a trace that a page before has listed,
/// and that has gone on since; beyond its reach only the list of what was listed lately tells.
/// </summary>
public sealed class TraceList(RecordReader reader, EventScan scan, TimeProvider time)
{
    // How long summing up takes at the most, and after how long a page is no longer filled up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Reads a part of the list.</summary>
    /// <param name="project">Whose traces.</param>
    /// <param name="filter">Which events: a trace is found by one that has all of it.</param>
    /// <param name="limit">The most traces.</param>
    /// <param name="from">Where it begins; null for the newest.</param>
    /// <param name="listed">What was listed before; what is listed now is added.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<TraceSlice> ReadAsync(
        string project, EventFilter filter, int limit, RecordCursor? from, ListedTraces listed, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var known = new Dictionary<string, TraceSum>(StringComparer.Ordinal);
        var isExact = true;
        while (true)
        {
            var query = new RecordQuery(filter.ToQuery(project), Matches, limit, from) { GroupOf = TraceOf };
            var (page, next) = await reader.ReadAsync(TraceChunks.Schema, query, cancellationToken);
            if (page.Entries.Where(entry => !known.ContainsKey(entry.Group!)).ToList() is { Count: > 0 } added)
            {
                var (sums, isAll) = await SumUpAsync(project, filter, added, from, cancellationToken);
                isExact &= isAll;
                foreach (var (trace, sum) in sums)
                {
                    known[trace] = sum;
                }
            }

            // Room that is left by traces of earlier pages is filled with others, as long as there is time.
            var (fresh, repeated) = (page.Entries.Where(entry => !known[entry.Group!].WasListed).ToList(), page.Entries.Where(entry => known[entry.Group!].WasListed).ToList());
            repeated.ForEach(entry => listed.Add(entry.Group!));
            if (repeated.Count == 0 || next is null || time.GetElapsedTime(started) > Patience)
            {
                fresh.ForEach(entry => listed.Add(entry.Group!));
                return new([.. fresh.Select(entry => known[entry.Group!].ToAnswer())], next, isExact);
            }
        }

        bool Matches(ReadOnlySpan<byte> line, out long ticks) => filter.Matches(line, out ticks) && !listed.Contains(TraceOf(line));
    }

    private async Task<(Dictionary<string, TraceSum> Sums, bool IsAll)> SumUpAsync(
        string project, EventFilter filter, List<RecordPage.Entry> entries, RecordCursor? from, CancellationToken cancellationToken)
    {
        var all = Begin();
        var range = new TimeRange(all.Values.Min(sum => sum.Range.From), all.Values.Max(sum => sum.Range.To));
        var spans = new EventFilter(range) { TraceIds = all.Keys.ToHashSet(StringComparer.Ordinal) };
        var (sums, since) = await scan.ReadAsync(project, spans, Begin, Add, new(Patience), cancellationToken);
        return (sums, since is null);

        Dictionary<string, TraceSum> Begin() => entries.ToDictionary(entry => entry.Group!, entry => new TraceSum(entry, filter.Range), StringComparer.Ordinal);

        void Add(Dictionary<string, TraceSum> sums, ReadOnlySpan<byte> line)
        {
            var sum = sums[TraceOf(line)];
            sum.Add(line);
            sum.WasListed |= from is { } cursor && IsBefore(cursor, line);
        }

        // Whether the pages before have shown the event.
        bool IsBefore(RecordCursor cursor, ReadOnlySpan<byte> line)
        {
            var (id, receivedAt) = TraceChunks.Schema.ReadReceipt(line);
            return receivedAt <= cursor.AsOf && filter.Matches(line, out var ticks) && new RecordPosition(ticks, id) <= cursor.Last;
        }
    }

    private static string TraceOf(ReadOnlySpan<byte> line) => new StoredEvent(line).ReadText(EventField.TraceId)!;
}
