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
    private const string CommitColumn = "Commit";
    // A filter takes 15 comparisons, and the partition is one.
    private const int MaxKeysPerQuery = 14;
    private const int MaxCachedRows = 50_000;

    // An entity-group transaction takes 100 operations.
    private const int MaxRowsPerCommit = 100;

    // What is refused on the strength of what was seen this recently, is refused without looking again.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private readonly TableClient _table;
    private readonly TimeProvider _time;
    private readonly MemoryCache _seen = new(new MemoryCacheOptions { SizeLimit = MaxCachedRows });
    private readonly GroupCommit<string, Step, object?> _commits;

    /// <summary>A ledger of a table.</summary>
    public Ledger(TableClient table, TimeProvider time)
    {
        _table = table;
        _time = time;
        _commits = new(CommitAsync);
    }

    /// <summary>How many rows are remembered; never more than 50,000.</summary>
    public int RememberedRows => _seen.Count;

    /// <summary>Carries out a step.</summary>
    /// <param name="partition">The partition of its rows.</param>
    /// <param name="rows">All rows it may look at or change.</param>
    /// <param name="decide">
    /// The step: looks at the rows and sets columns. It may be called several times and must not have effects of its own.
    /// </param>
    /// <returns>What the step returned when it was carried out.</returns>
    /// <exception cref="RequestFailedException">Storage could not be reached, or the rows were changed too often meanwhile.</exception>
    public async Task<T> ApplyAsync<T>(string partition, IReadOnlyList<string> rows, Func<LedgerView, Verdict<T>> decide)
    {
        var step = new Step(rows, view => decide(view) is var verdict ? (verdict.Result, verdict.IsProvisional) : default);
        return (T)(await _commits.SubmitAsync(partition, step))!;
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

    /// <summary>Forgets what was seen of a row.</summary>
    public void Forget(string partition, string row) => _seen.Remove((partition, row));

    /// <inheritdoc/>
    public void Dispose() => _seen.Dispose();

    private async Task<IReadOnlyList<object?>> CommitAsync(string partition, IReadOnlyList<Step> steps)
    {
        var results = new List<object?>(steps.Count);
        foreach (var group in Split(steps))
        {
            results.AddRange(await CommitGroupAsync(partition, group));
        }

        return results;
    }

    private static IEnumerable<List<Step>> Split(IReadOnlyList<Step> steps)
    {
        var group = new List<Step>();
        var rows = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (group.Count > 0 && rows.Count + step.Rows.Count > MaxRowsPerCommit)
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

    private async Task<IReadOnlyList<object?>> CommitGroupAsync(string partition, List<Step> steps)
    {
        var keys = steps.SelectMany(step => step.Rows).Distinct(StringComparer.Ordinal).ToArray();
        var attempts = new Dictionary<string, IReadOnlyList<object?>>(StringComparer.Ordinal);
        var started = _time.GetTimestamp();
        for (var round = 0; ; round++)
        {
            var rows = await LoadAsync(partition, keys);
            if (Landed(rows, attempts) is { } earlier)
            {
                return earlier;
            }

            var view = new LedgerView(partition, rows);
            var outcomes = steps.ConvertAll(step => step.Decide(view));
            IReadOnlyList<object?> results = outcomes.ConvertAll(outcome => outcome.Result);
            if (Stale(steps, outcomes, rows, view) is { Count: > 0 } stale)
            {
                Forget(partition, stale);
                continue;
            }

            if (view.Changes.Count == 0)
            {
                return results;
            }

            var commit = RandomNumberGenerator.GetHexString(16, lowercase: true);
            attempts.Add(commit, results);
            try
            {
                await WriteAsync(partition, rows, view, commit);
                return results;
            }
            catch (Exception failure) when (MayHaveLanded(failure) && _time.GetElapsedTime(started) < Patience)
            {
                // Somebody else was first, or the answer was lost: only the rows themselves can tell.
                Forget(partition, keys);
                await Task.Delay(Pause(round), _time);
            }
        }
    }

    // A step that was taken to have failed may have been written after all; then its results stand.
    private static IReadOnlyList<object?>? Landed(Dictionary<string, LedgerRow> rows, Dictionary<string, IReadOnlyList<object?>> attempts) =>
        attempts.Count == 0
            ? null
            : rows.Values
                .Select(row => row.Columns?.GetValueOrDefault(CommitColumn) is string commit ? attempts.GetValueOrDefault(commit) : null)
                .FirstOrDefault(results => results is not null);

    private static bool MayHaveLanded(Exception failure) => failure switch
    {
        RequestFailedException { Status: 400 or 401 or 403 or 413 } => false,
        RequestFailedException or OperationCanceledException or AggregateException { InnerException: RequestFailedException } => true,
        _ => false,
    };

    private static TimeSpan Pause(int round)
    {
        var longest = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(round, 10)));
        return TimeSpan.FromMilliseconds(longest * Random.Shared.NextDouble());
    }

    // Rows on which something final rests, that the transaction will not prove to be unchanged, and that were seen too long ago.
    private List<string> Stale(
        List<Step> steps, List<(object? Result, bool IsProvisional)> outcomes, Dictionary<string, LedgerRow> rows, LedgerView view) =>
    [
        .. steps.Zip(outcomes)
            .Where(pair => !pair.Second.IsProvisional)
            .SelectMany(pair => pair.First.Rows)
            .Where(row => !view.Changes.ContainsKey(row) && _time.GetElapsedTime(rows[row].SeenAt) > Freshness)
            .Distinct(StringComparer.Ordinal),
    ];

    private void Forget(string partition, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            Forget(partition, key);
        }
    }

    private async Task<Dictionary<string, LedgerRow>> LoadAsync(string partition, string[] keys)
    {
        var rows = new Dictionary<string, LedgerRow>(keys.Length, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var key in keys)
        {
            if (_seen.TryGetValue((partition, key), out LedgerRow? row))
            {
                rows[key] = row!;
            }
            else
            {
                missing.Add(key);
            }
        }

        foreach (var batch in missing.Chunk(MaxKeysPerQuery))
        {
            await ReadAsync(partition, batch, rows);
        }

        return rows;
    }

    private async Task ReadAsync(string partition, string[] keys, Dictionary<string, LedgerRow> rows)
    {
        var seenAt = _time.GetTimestamp();
        foreach (var key in keys)
        {
            rows[key] = LedgerRow.Absent(key, seenAt);
        }

        var anyOf = string.Join(" or ", keys.Select(key => TableClient.CreateQueryFilter($"RowKey eq {key}")));
        var filter = $"{TableClient.CreateQueryFilter($"PartitionKey eq {partition}")} and ({anyOf})";
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter))
        {
            Remember(partition, rows[entity.RowKey] = LedgerRow.Of(entity, seenAt));
        }
    }

    private async Task WriteAsync(string partition, Dictionary<string, LedgerRow> rows, LedgerView view, string commit)
    {
        var changes = view.Changes.ToArray();
        var actions = new List<TableTransactionAction>(changes.Length);
        foreach (var (key, columns) in changes)
        {
            var entity = new TableEntity(partition, key) { [CommitColumn] = commit };
            foreach (var (column, value) in columns)
            {
                entity[column] = value;
            }

            actions.Add(rows[key].Columns is null
                ? new(TableTransactionActionType.Add, entity)
                : new(TableTransactionActionType.UpdateMerge, entity, rows[key].ETag));
        }

        var seenAt = _time.GetTimestamp();
        var responses = (await _table.SubmitTransactionAsync(actions)).Value;
        for (var index = 0; index < changes.Length; index++)
        {
            var (key, columns) = changes[index];
            var merged = new Dictionary<string, object?>(rows[key].Columns ?? new Dictionary<string, object?>(StringComparer.Ordinal), StringComparer.Ordinal)
            {
                [CommitColumn] = commit,
            };
            foreach (var (column, value) in columns)
            {
                merged[column] = value;
            }

            Remember(partition, new LedgerRow(key, merged, responses[index].Headers.ETag!.Value, seenAt));
        }
    }

    // A row that does not exist is not remembered: it may be created elsewhere at any time, and guesses must not fill the memory.
    private void Remember(string partition, LedgerRow row) =>
        _seen.Set((partition, row.Key), row, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromMinutes(10) });

    private sealed record Step(IReadOnlyList<string> Rows, Func<LedgerView, (object? Result, bool IsProvisional)> Decide);
}

/// <summary>What a step of the ledger came to.</summary>
/// <param name="Result">The result.</param>
/// <param name="IsProvisional">
/// Whether it may rest on what was seen a while ago: true for a first look that a later step confirms, false for a refusal, which has
/// to be right.
/// </param>
public readonly record struct Verdict<T>(T Result, bool IsProvisional = false);
