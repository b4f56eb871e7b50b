using Azure;
using Serverless.Live;
using Serverless.Runs.Engine;

namespace Serverless.Runs.Watching;

/// <summary>
/// What is new about the runs of a workspace. A look reads the runs that are under way, which stand together with those that have just ended: one transaction. Only when
/// runs have left from there for the counts since the look before, or there are too many to be read at once, it takes more: one for the newest runs, and one for each run
/// that was under way and is not there any more.
/// </summary>
public sealed class RunFeed(RunList list, RunStore store, TimeProvider time)
{
    // As many as a page of the list may have.
    private const int Newest = 100;

    // What is left over is looked for the next time.
    private const int MaxMissing = 20;

    private readonly SharedLooks<int, RunLook> _looks = new(
        (workspace, earliest, last, cancellationToken) => LookAsync(list, store, workspace, earliest, last, cancellationToken),
        static (_, _) => true,
        time);

    /// <summary>How many workspaces are followed.</summary>
    internal int Followed => _looks.Count;

    /// <summary>Begins to follow a workspace.</summary>
    internal SharedLooks<int, RunLook>.Follower Follow(string workspace) => _looks.Follow(workspace, int.MaxValue);

    private static async Task<RunLook> LookAsync(RunList list, RunStore store, string workspace, int earliest, RunLook? last, CancellationToken cancellationToken)
    {
        var active = await list.ReadActiveAsync(workspace, cancellationToken);
        var found = active.Runs.ToDictionary(run => run.Id);
        var isWhole = last is not null && active.Last is null && active.Counts == last.Counts;
        if (!isWhole)
        {
            foreach (var run in await list.ReadNewestAsync(workspace, Newest, cancellationToken))
            {
                found[run.Id] = run;
            }
        }

        var missing = last?.UnderWay.Where(id => !found.ContainsKey(id) && active.Covers(id)).Take(MaxMissing).ToList() ?? [];
        foreach (var run in await Task.WhenAll(missing.Select(id => store.LookAsync(workspace, id, cancellationToken))))
        {
            if (run is not null)
            {
                found[run.Id] = RunSummary.Of(run);
            }
        }

        var gone = missing.Where(id => !found.ContainsKey(id)).ToHashSet();
        return RunLook.Next(last, found.Values, active.Counts, seen => !gone.Contains(seen.Run.Id) && (isWhole || seen.Look > earliest || !seen.Run.Status.IsTerminal()));
    }
}

/// <summary>A run as it was seen.</summary>
/// <param name="Run">The run.</param>
/// <param name="Look">The number of the look that saw it so first.</param>
internal sealed record SeenRun(RunSummary Run, int Look);

/// <summary>A look at the runs of a workspace.</summary>
/// <param name="Number">Its number: one more than that of the look before.</param>
/// <param name="Runs">The runs that it knows: those under way, and the last ones.</param>
/// <param name="Counts">The version of the counts.</param>
internal sealed record RunLook(int Number, IReadOnlyDictionary<RunId, SeenRun> Runs, ETag? Counts)
{
    /// <summary>The runs that are under way.</summary>
    public IEnumerable<RunId> UnderWay => Runs.Values.Where(seen => !seen.Run.Status.IsTerminal()).Select(seen => seen.Run.Id);

    /// <summary>The look after one.</summary>
    /// <param name="last">The look before; null when this is the first.</param>
    /// <param name="found">The runs that were found.</param>
    /// <param name="counts">The version of the counts.</param>
    /// <param name="isKept">Whether a run that was known before, and was not found, is known still.</param>
    public static RunLook Next(RunLook? last, IEnumerable<RunSummary> found, ETag? counts, Predicate<SeenRun> isKept)
    {
        var number = (last?.Number ?? 0) + 1;
        var runs = found.ToDictionary(run => run.Id, run => last?.Runs.GetValueOrDefault(run.Id) is { } seen && seen.Run == run ? seen : new SeenRun(run, number));
        foreach (var (id, seen) in last?.Runs ?? new Dictionary<RunId, SeenRun>())
        {
            if (!runs.ContainsKey(id) && isKept(seen))
            {
                runs.Add(id, seen);
            }
        }

        return new(number, runs, counts);
    }

    /// <summary>The runs that are new, or have changed, since another look: the oldest first.</summary>
    public IEnumerable<RunSummary> Since(int number) =>
        Runs.Values.Where(seen => seen.Look > number).Select(seen => seen.Run).OrderByDescending(run => run.Id.Text, StringComparer.Ordinal);
}
