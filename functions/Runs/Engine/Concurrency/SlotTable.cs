using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Runs.Engine.Concurrency;

/// <summary>
/// Where the runs that share a limit are kept: a row for each app and key, beside the runs of the workspace, which is there while one of them is under way. Who changes it
/// in this process takes turns, so that only several instances have to try again for each other's sake.
/// </summary>
public sealed class SlotTable(TableServiceClient tables) : IDisposable
{
    // Two keys that share one wait for each other needlessly, and that is all.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];
    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Waits until nobody else in this process changes a row.</summary>
    /// <returns>The turn, which ends when it is disposed.</returns>
    internal async Task<IDisposable> BeginAsync(string key)
    {
        var turn = _turns[(uint)string.GetHashCode(key, StringComparison.Ordinal) % _turns.Length];
        await turn.WaitAsync();
        return new Turn(turn);
    }

    /// <summary>Reads a row; null when there is none.</summary>
    internal async Task<TableEntity?> ReadAsync(string workspace, string key) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, key) is { HasValue: true, Value: { } row } ? row : null;

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_turns, turn => turn.Dispose());

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
