using System.Collections.Concurrent;
using System.Diagnostics;

namespace Serverless.Storage;

/// <summary>
/// Lets many callers share one write. While a commit for a key is under way, those who arrive wait for the next one, which takes
/// them all: N concurrent callers cost about one commit, and a lone one is not delayed.
/// </summary>
/// <param name="commit">Does the work of all requests given, in order, and answers each.</param>
public sealed class GroupCommit<TKey, TRequest, TResult>(Func<TKey, IReadOnlyList<TRequest>, Task<IReadOnlyList<TResult>>> commit)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lane> _lanes = new();

    /// <summary>
    /// Has a request committed, together with whatever else waits for its key. Once submitted it is carried out, even if its
    /// caller goes away.
    /// </summary>
    public Task<TResult> SubmitAsync(TKey key, TRequest request)
    {
        var entry = new Entry(request);
        while (true)
        {
            var lane = _lanes.GetOrAdd(key, static _ => new Lane());
            lock (lane.Gate)
            {
                if (lane.IsClosed)
                {
                    // It ran empty and was taken off the map between our finding and locking it.
                    continue;
                }

                lane.Waiting.Add(entry);
                if (!lane.IsRunning)
                {
                    lane.IsRunning = true;
                    _ = RunAsync(key, lane);
                }
            }

            return entry.Completion.Task;
        }
    }

    private async Task RunAsync(TKey key, Lane lane)
    {
        // Let the caller go before the first commit begins.
        await Task.Yield();
        while (TakeWaiting(key, lane) is { Count: > 0 } entries)
        {
            await CommitAsync(key, entries);
        }
    }

    private List<Entry> TakeWaiting(TKey key, Lane lane)
    {
        lock (lane.Gate)
        {
            var entries = lane.Waiting;
            if (entries.Count == 0)
            {
                lane.IsClosed = true;
                _lanes.TryRemove(key, out _);
            }

            lane.Waiting = [];
            return entries;
        }
    }

    private async Task CommitAsync(TKey key, List<Entry> entries)
    {
        // It shows in the trace of the first of those it is for, and not of whoever began the lane.
        Activity.Current = entries[0].Span;
        try
        {
            var results = await commit(key, [.. entries.Select(entry => entry.Request)]);
            for (var index = 0; index < entries.Count; index++)
            {
                entries[index].Completion.SetResult(results[index]);
            }
        }
        catch (Exception failure)
        {
            foreach (var entry in entries)
            {
                entry.Completion.TrySetException(failure);
            }
        }
    }

    private sealed class Lane
    {
        public Lock Gate { get; } = new();

        public List<Entry> Waiting { get; set; } = [];

        public bool IsRunning { get; set; }

        public bool IsClosed { get; set; }
    }

    private sealed class Entry(TRequest request)
    {
        public TRequest Request { get; } = request;

        public Activity? Span { get; } = Activity.Current;

        public TaskCompletionSource<TResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
