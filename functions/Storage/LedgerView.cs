using System.Runtime.ExceptionServices;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// The rows of a partition as a step of the ledger sees them: what is stored, and on top of it what earlier steps of the same
/// transaction have changed.
/// </summary>
public sealed class LedgerView
{
    private readonly IReadOnlyDictionary<string, LedgerRow> _rows;
    private readonly Dictionary<string, Dictionary<string, object>> _changes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, object>> _step = new(StringComparer.Ordinal);

    internal LedgerView(string partition, IReadOnlyDictionary<string, LedgerRow> rows)
    {
        Partition = partition;
        _rows = rows;
    }

    /// <summary>The partition.</summary>
    public string Partition { get; }

    /// <summary>The columns to write, by row.</summary>
    internal IReadOnlyDictionary<string, Dictionary<string, object>> Changes => _changes;

    /// <summary>The view of one row that was read by itself.</summary>
    internal static LedgerView Of(TableEntity entity) => Of(entity.PartitionKey, LedgerRow.Of(entity, seenAt: 0));

    /// <summary>The view of one row.</summary>
    internal static LedgerView Of(string partition, LedgerRow row) =>
        new(partition, new Dictionary<string, LedgerRow>(StringComparer.Ordinal) { [row.Key] = row });

    /// <summary>Whether a row exists.</summary>
    public bool Exists(string row) => _rows[row].Columns is not null || _changes.ContainsKey(row) || _step.ContainsKey(row);

    /// <summary>The value of a column; null when the row has none, or does not exist.</summary>
    public object? Get(string row, string column) =>
        _step.GetValueOrDefault(row)?.GetValueOrDefault(column)
        ?? _changes.GetValueOrDefault(row)?.GetValueOrDefault(column)
        ?? _rows[row].Columns?.GetValueOrDefault(column);

    /// <summary>The value of a column, as a type it is stored with.</summary>
    public T? Get<T>(string row, string column) => Get(row, column) is T value ? value : default;

    /// <summary>Sets a column; the row is created if need be.</summary>
    public void Set(string row, string column, object value) => ChangesOf(_step, row)[column] = value;

    /// <summary>Makes the transaction depend on a row it does not change: if somebody else does, the step is done again.</summary>
    public void Require(string row) => ChangesOf(_step, row);

    /// <summary>Makes the transaction depend on rows besides those its steps ask for.</summary>
    internal void Require(IEnumerable<string> rows)
    {
        foreach (var row in rows)
        {
            ChangesOf(_changes, row);
        }
    }

    /// <summary>Carries out a step. One that throws changes nothing.</summary>
    internal LedgerOutcome CarryOut(LedgerStep step)
    {
        _step.Clear();
        try
        {
            var verdict = step.Decide(this);
            foreach (var (row, columns) in _step)
            {
                var changes = ChangesOf(_changes, row);
                foreach (var (column, value) in columns)
                {
                    changes[column] = value;
                }
            }

            return new(verdict);
        }
        catch (Exception failure)
        {
            return new(default, ExceptionDispatchInfo.Capture(failure));
        }
        finally
        {
            _step.Clear();
        }
    }

    private Dictionary<string, object> ChangesOf(Dictionary<string, Dictionary<string, object>> changes, string row)
    {
        if (!_rows.ContainsKey(row))
        {
            throw new ArgumentException($"The step did not name the row {row}.", nameof(row));
        }

        if (!changes.TryGetValue(row, out var columns))
        {
            changes[row] = columns = new(StringComparer.Ordinal);
        }

        return columns;
    }
}
