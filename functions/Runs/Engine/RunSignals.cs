using System.Collections.Concurrent;

namespace Serverless.Runs.Engine;

/// <summary>Tells whoever watches a run in this process of every state of it that is stored from here, at once.</summary>
public sealed class RunSignals
{
    private readonly ConcurrentDictionary<RunId, Action<Run>> _watchers = new();

    /// <summary>Watches a run until the subscription is disposed.</summary>
    /// <param name="id">The run.</param>
    /// <param name="stored">Called with each new state, by whoever has stored it: it must neither wait nor throw.</param>
    internal IDisposable Subscribe(RunId id, Action<Run> stored)
    {
        _watchers.AddOrUpdate(id, stored, (_, others) => others + stored);
        return new Subscription(this, id, stored);
    }

    /// <summary>Says that a state of a run has been stored.</summary>
    internal void Publish(Run run)
    {
        if (_watchers.TryGetValue(run.Id, out var watchers))
        {
            watchers(run);
        }
    }

    private void Unsubscribe(RunId id, Action<Run> stored)
    {
        while (_watchers.TryGetValue(id, out var watchers))
        {
            var left = watchers - stored;
            if (left is null ? _watchers.TryRemove(new(id, watchers)) : _watchers.TryUpdate(id, left, watchers))
            {
                return;
            }
        }
    }

    private sealed class Subscription(RunSignals signals, RunId id, Action<Run> stored) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _isOver, true))
            {
                signals.Unsubscribe(id, stored);
            }
        }
    }
}
