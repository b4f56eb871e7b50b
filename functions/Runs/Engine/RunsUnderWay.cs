using System.Collections.Concurrent;

namespace Serverless.Runs.Engine;

/// <summary>The runs that are being advanced in this process: each by one at a time, who can be told to stop.</summary>
public sealed class RunsUnderWay
{
    private readonly ConcurrentDictionary<RunId, Turn> _turns = new();

    /// <summary>Begins to advance a run, once nobody else does: whoever came first may yet fail, and then it is up to the next.</summary>
    /// <param name="id">The run.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task<Turn> BeginAsync(RunId id, CancellationToken cancellationToken)
    {
        var turn = new Turn(this, id);
        while (_turns.GetOrAdd(id, turn) is var first && first != turn)
        {
            await first.Over.WaitAsync(cancellationToken);
        }

        return turn;
    }

    /// <summary>Tells whoever advances a run here that it has come to its end.</summary>
    internal void Stop(RunId id)
    {
        if (_turns.TryGetValue(id, out var turn))
        {
            turn.Stop();
        }
    }

    /// <summary>Somebody's advancing of a run; it ends when it is disposed.</summary>
    internal sealed class Turn(RunsUnderWay all, RunId id) : IDisposable
    {
        private readonly CancellationTokenSource _stopped = new();
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Cancelled when the run has come to its end.</summary>
        public CancellationToken Stopped => _stopped.Token;

        /// <summary>Completed when this is over.</summary>
        public Task Over => _over.Task;

        /// <summary>Says that the run has come to its end.</summary>
        public void Stop()
        {
            try
            {
                _stopped.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It was just over anyway.
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            all._turns.TryRemove(id, out _);
            _stopped.Dispose();
            _over.SetResult();
        }
    }
}
