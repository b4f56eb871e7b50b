using System.Collections.Concurrent;

namespace Serverless.Runs.Engine;

/// <summary>
/// The runs that are being advanced in this process, each by one message at a time. A message that was sent twice, because the answer of the
/// queue was lost, is mostly received twice at once, by one process: there its second copy waits, and finds the run done, instead of sending the
/// requests of its steps once more. Nothing rests on it: what several processes do to a run is brought together when they store it.
/// </summary>
public sealed class RunsUnderWay
{
    private readonly ConcurrentDictionary<RunId, Turn> _turns = new();

    /// <summary>Begins to advance a run, once nobody else does here: whoever came first may yet fail, and then it is up to the next.</summary>
    /// <param name="id">The run.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The turn, which ends when it is disposed.</returns>
    internal async Task<IDisposable> BeginAsync(RunId id, CancellationToken cancellationToken)
    {
        var turn = new Turn(this, id);
        while (_turns.GetOrAdd(id, turn) is var first && first != turn)
        {
            await first.Over.WaitAsync(cancellationToken);
        }

        return turn;
    }

    private sealed class Turn(RunsUnderWay all, RunId id) : IDisposable
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Over => _over.Task;

        public void Dispose()
        {
            all._turns.TryRemove(id, out _);
            _over.SetResult();
        }
    }
}
