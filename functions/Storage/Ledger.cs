using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Caching.Memory;

namespace Serverless.Storage;

/// <summary>
/// Changes rows of a table exactly, with any number of instances doing the same, and nearly for free. A step is a pure function of
/// the rows it names. It is carried out on what this instance last saw of them, and written on condition that they are still
/// the same; if not, they are read again and the step is repeated. Steps that wait for the same partition share a transaction.
/// </summary>
public sealed class Ledger : IDisposable
{
    private const string TrailColumn = "Commits";

    // A filter takes 15 comparisons: the partition is one, and the range of the keys two.
    private const int MaxKeysPerQuery = 12;

    // An entity-group transaction takes 100 operations.
    private const int MaxRowsPerCommit = 100;

    // What is refused on the strength of what was seen this recently, is refused without looking again.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TableClient _table;
    private readonly TimeProvider _time;
    private readonly MemoryCache _seen;
    private readonly GroupCommit<string, LedgerStep, LedgerOutcome> _commits;
    private readonly int _instance = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>A ledger of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxRememberedRows">How many rows may be kept in memory.</param>
    public Ledger(TableClient table, TimeProvider time, int maxRememberedRows = 50_000)
    {
        _table = table;
        _time = time;
        _seen = new(new MemoryCacheOptions { SizeLimit = maxRememberedRows });
        _commits = new(CommitAsync);
    }

    /// <summary>The table itself, for what needs none of this.</summary>
    internal TableClient Table => _table;

    /// <summary>How many rows are remembered.</summary>
    public int RememberedRows => _seen.Count;

    /// <summary>Carries out a step.</summary>
    /// <param name="partition">The partition of its rows.</param>
    /// <param name="rows">All rows it may look at or change.</param>
    /// <param name="decide">
    /// The step: looks at the rows and sets columns. It may be called several times and must not have effects of its own.
    /// </param>
    /// <returns>What the step returned when it was carried out.</returns>
    /// <exception cref="RequestFailedException">Storage refused the step, could not be reached, or the rows were changed too often meanwhile.</exception>
    /// <exception cref="OperationCanceledException">Storage did not answer in time.</exception>
    public Task<T> ApplyAsync<T>(string partition, IReadOnlyList<string> rows, Func<LedgerView, Verdict<T>> decide) => ApplyAsync(partition, rows, [], decide);

    /// <summary>Carries out a step that most likely creates rows: they are not looked for first. A row that is there all the same, the step then sees.</summary>
    /// <param name="partition">The partition of its rows.</param>
    /// <param name="rows">All rows it may look at or change, the new ones included.</param>
    /// <param name="newRows">The rows that it sets columns of if they are new.</param>
    /// <param name="decide">The step.</param>
    /// <inheritdoc cref="ApplyAsync{T}(string, IReadOnlyList{string}, Func{LedgerView, Verdict{T}})"/>
    public async Task<T> ApplyAsync<T>(string partition, IReadOnlyList<string> rows, IReadOnlyList<string> newRows, Func<LedgerView, Verdict<T>> decide)
    {
        var (verdict, failure) = await _commits.SubmitAsync(partition, new(rows, newRows, view =>
        {
            var (result, isProvisional, needsLook) = decide(view);
            return new(result, isProvisional, needsLook);
        }));
        failure?.Throw();
        return (T)verdict.Result!;
    }

    /// <summary>Reads a row as it is stored at this moment, past whatever is remembered; null when there is none.</summary>
    /// <exception cref="RequestFailedException">Storage could not be reached.</exception>
    public async Task<LedgerView?> FindAsync(string partition, string row, CancellationToken cancellationToken = default) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellationToken) is { HasValue: true } found
            ? LedgerView.Of(found.Value!)
            : null;

    /// <summary>Reads rows as they are stored at this moment, in the order of their keys, each as a view of its own.</summary>
    /// <param name="filter">Which rows.</param>
    /// <param name="rowsPerPage">How many are fetched at once, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RequestFailedException">Storage could not be reached; thrown while enumerating.</exception>
    public IAsyncEnumerable<(string Row, LedgerView View)> QueryAsync(string filter, int rowsPerPage, CancellationToken cancellationToken = default) =>
        _table.QueryAsync<TableEntity>(filter, rowsPerPage, cancellationToken: cancellationToken).Select(entity => (entity.RowKey, LedgerView.Of(entity)));

    /// <summary>What this instance last saw of a row, however long ago that was; null when it remembers nothing.</summary>
    public LedgerView? Recall(string partition, string row) =>
        _seen.TryGetValue((partition, row), out LedgerRow? seen) ? LedgerView.Of(partition, seen!) : null;

    /// <summary>Forgets what was seen of a row.</summary>
    public void Forget(string partition, string row) => _seen.Remove((partition, row));

    /// <inheritdoc/>
    public void Dispose() => _seen.Dispose();

    private async Task<IReadOnlyList<LedgerOutcome>> CommitAsync(string partition, IReadOnlyList<LedgerStep> steps)
    {
        var outcomes = new List<LedgerOutcome>(steps.Count);
        foreach (var group in Split(steps))
        {
            outcomes.AddRange(await TryCommitAsync(partition, group));
        }

        return outcomes;
    }

    private static IEnumerable<List<LedgerStep>> Split(IReadOnlyList<LedgerStep> steps)
    {
        var group = new List<LedgerStep>();
        var rows = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (group.Count > 0 && rows.Count + step.Rows.Count(row => !rows.Contains(row)) > MaxRowsPerCommit)
            {
                yield return group;
                group = [];
                rows.Clear();
            }

            group.Add(step);
            rows.UnionWith(step.Rows);
        }

        yield return group;
    }

    private async Task<IReadOnlyList<LedgerOutcome>> TryCommitAsync(string partition, List<LedgerStep> steps)
    {
        try
        {
            return await CommitGroupAsync(partition, steps);
        }
        catch (RequestFailedException failure) when (failure.Status is 400 or 413 && steps.Count > 1)
        {
            // The step that is at fault, or the size of them all, must not fail the others.
            var outcomes = new List<LedgerOutcome>(steps.Count);
            foreach (var step in steps)
            {
                outcomes.AddRange(await TryCommitAsync(partition, [step]));
            }

            return outcomes;
        }
        catch (Exception failure)
        {
            // Retries that all failed: the last of them speaks for all.
            var reason = ExceptionDispatchInfo.Capture(failure is AggregateException { InnerExceptions: [.., var last] } ? last : failure);
            return steps.ConvertAll(_ => new LedgerOutcome(default, reason));
        }
    }

    private async Task<IReadOnlyList<LedgerOutcome>> CommitGroupAsync(string partition, List<LedgerStep> steps)
    {
        var attempts = new Dictionary<long, IReadOnlyList<LedgerOutcome>>();
        var attempted = new HashSet<string>(StringComparer.Ordinal);
        var looked = new HashSet<string>(StringComparer.Ordinal);
        using var patience = new CancellationTokenSource(Patience, _time);
        for (var round = 0; ; round++)
        {
            var rows = await LoadAsync(partition, steps, looked, isFirst: round == 0, patience.Token);
            if (Landed(rows, attempts) is { } earlier)
            {
                return earlier;
            }

            var view = new LedgerView(partition, rows);
            var outcomes = steps.ConvertAll(view.CarryOut);
            if (Stale(steps, outcomes, rows, view, looked) is { Count: > 0 } stale)
            {
                Forget(partition, stale);
                continue;
            }

            // An attempt that may still be under way must find the rows changed, whatever this one does.
            view.Require(attempted.Where(view.Exists));
            if (view.Changes.Count == 0)
            {
                return outcomes;
            }

            var commit = CommitTrail.Next(_instance);
            attempts.Add(commit, outcomes);
            try
            {
                await WriteAsync(partition, rows, view, commit, patience.Token);
                return outcomes;
            }
            catch (Exception failure) when (StorageRetry.MayHaveLanded(failure) && !patience.IsCancellationRequested)
            {
                // Somebody else was first, or the answer was lost: only the rows themselves can tell.
                Forget(partition, rows.Keys);
                if (!StorageRetry.IsConflict(failure))
                {
                    attempted.UnionWith(view.Changes.Keys);
                }

                await Task.Delay(StorageRetry.Pause(round), _time, patience.Token);
            }
        }
    }

    // A step that was taken to have failed may have been written after all; then its results stand.
    private static IReadOnlyList<LedgerOutcome>? Landed(Dictionary<string, LedgerRow> rows, Dictionary<long, IReadOnlyList<LedgerOutcome>> attempts) =>
        attempts.Count == 0
            ? null
            : rows.Values
                .SelectMany(row => CommitTrail.Read(row.Columns?.GetValueOrDefault(TrailColumn)))
                .Select(commit => attempts.GetValueOrDefault(commit))
                .FirstOrDefault(outcomes => outcomes is not null);

    // Rows on which something final rests, that the transaction will not prove to be unchanged, and that were seen too long ago.
    private List<string> Stale(
        List<LedgerStep> steps, List<LedgerOutcome> outcomes, Dictionary<string, LedgerRow> rows, LedgerView view, HashSet<string> looked)
    {
        return
        [
            .. steps.Zip(outcomes)
                .Where(pair => pair.Second is { Failure: null, Verdict.IsProvisional: false })
                .SelectMany(pair => pair.First.Rows.Where(row => !view.Changes.ContainsKey(row) && IsStale(rows[row], pair.Second.Verdict.NeedsLook)))
                .Distinct(StringComparer.Ordinal),
        ];

        bool IsStale(LedgerRow row, bool needsLook) =>
            _time.GetElapsedTime(row.SeenAt) > Freshness || (needsLook && !looked.Contains(row.Key));
    }

    private void Forget(string partition, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            Forget(partition, key);
        }
    }

    // The rows of a step are read together: it costs no more, and takes as long whichever of them was missing.
    private async Task<Dictionary<string, LedgerRow>> LoadAsync(
        string partition, List<LedgerStep> steps, HashSet<string> looked, bool isFirst, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, LedgerRow>(StringComparer.Ordinal);
        foreach (var key in steps.SelectMany(step => step.Rows))
        {
            if (_seen.TryGetValue((partition, key), out LedgerRow? row))
            {
                rows[key] = row!;
            }
        }

        // To add a row that is there is refused: then all are looked at.
        foreach (var key in steps.SelectMany(step => isFirst ? step.NewRows : []))
        {
            rows.TryAdd(key, LedgerRow.Absent(key, _time.GetTimestamp()));
        }

        var missing = steps.Where(step => !step.Rows.All(rows.ContainsKey)).SelectMany(step => step.Rows).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var batch in missing.Chunk(MaxKeysPerQuery))
        {
            await ReadAsync(partition, batch, rows, cancellationToken);
            looked.UnionWith(batch);
        }

        return rows;
    }

    private async Task ReadAsync(string partition, string[] keys, Dictionary<string, LedgerRow> rows, CancellationToken cancellationToken)
    {
        var seenAt = _time.GetTimestamp();
        foreach (var key in keys)
        {
            Forget(partition, key);
            rows[key] = LedgerRow.Absent(key, seenAt);
        }

        await foreach (var entity in _table.QueryAsync<TableEntity>(Filter(partition, keys), cancellationToken: cancellationToken))
        {
            Remember(partition, rows[entity.RowKey] = LedgerRow.Of(entity, seenAt));
        }
    }

    private static string Filter(string partition, string[] keys)
    {
        var inPartition = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        var anyOf = string.Join(" or ", keys.Select(key => TableClient.CreateQueryFilter($"RowKey eq {key}")));
        if (keys.Length == 1)
        {
            return $"{inPartition} and {anyOf}";
        }

        // Several keys alone would have storage look at all of the partition, whatever else is in it.
        var (first, last) = (keys.Min(StringComparer.Ordinal), keys.Max(StringComparer.Ordinal));
        return $"{inPartition} and {TableClient.CreateQueryFilter($"RowKey ge {first} and RowKey le {last}")} and ({anyOf})";
    }

    private async Task WriteAsync(string partition, Dictionary<string, LedgerRow> rows, LedgerView view, long commit, CancellationToken cancellationToken)
    {
        var written = new List<(string Key, Dictionary<string, object?> Columns)>(view.Changes.Count);
        var actions = new List<TableTransactionAction>(view.Changes.Count);
        foreach (var (key, changes) in view.Changes)
        {
            var columns = new Dictionary<string, object?>(rows[key].Columns ?? new Dictionary<string, object?>(), StringComparer.Ordinal);
            var entity = new TableEntity(partition, key);
            Set(TrailColumn, CommitTrail.Add(columns.GetValueOrDefault(TrailColumn), commit));
            foreach (var (column, value) in changes)
            {
                Set(column, value);
            }

            written.Add((key, columns));
            actions.Add(rows[key].Columns is null
                ? new(TableTransactionActionType.Add, entity)
                : new(TableTransactionActionType.UpdateMerge, entity, rows[key].ETag));

            void Set(string column, object value) => entity[column] = columns[column] = value;
        }

        var seenAt = _time.GetTimestamp();
        var responses = (await _table.SubmitTransactionAsync(actions, cancellationToken)).Value;
        foreach (var ((key, columns), response) in written.Zip(responses))
        {
            Remember(partition, new LedgerRow(key, columns, response.Headers.ETag!.Value, seenAt));
        }
    }

    // A row that does not exist is not remembered: it may be created elsewhere at any time, and guesses must not fill the memory.
    private void Remember(string partition, LedgerRow row) =>
        _seen.Set((partition, row.Key), row, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromMinutes(10) });
}
