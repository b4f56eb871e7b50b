using Azure;
using Azure.Data.Tables;

namespace Serverless.Runs.Engine;

/// <summary>
/// The counts of the runs of a workspace that have come to their end, as they are stored and as they are to be stored. There is a row for all runs, one for
/// those of each app, and one for those that were accepted in each month. Every change is one transaction, and has the row of all in it, on condition
/// that it is unchanged: of two who change the counts at once, one has to look again.
/// </summary>
internal sealed class Tally
{
    /// <summary>The key of the row that counts all. The rows of runs that are not counted yet come right before it.</summary>
    public const string All = "active.all";

    private const string AppPrefix = "active.app-";
    private const string MonthPrefix = "active.month-";
    private const string EndOfRows = "active/";
    private const string Walked = "WalkedTo";

    private readonly string _workspace;
    private readonly Dictionary<string, TableEntity> _rows;
    private readonly HashSet<string> _changed = new([All], StringComparer.Ordinal);

    private Tally(string workspace, IEnumerable<TableEntity> rows)
    {
        _workspace = workspace;
        _rows = rows.ToDictionary(row => row.RowKey, StringComparer.Ordinal);
    }

    /// <summary>The columns that say how far the walk over runs of the version before has come.</summary>
    public static IReadOnlyList<string> PlaceColumns { get; } = ["PartitionKey", "RowKey", Walked];

    /// <summary>The key of the run up to which the runs of the version before, which counted none, are in the counts; null when that has not begun.</summary>
    public string? WalkedTo => RowOf(All).GetString(Walked);

    /// <summary>How many rows there are to be written.</summary>
    public int Changes => _changed.Count;

    /// <summary>The key of the row that counts the runs of an app.</summary>
    public static string OfApp(string appId) => AppPrefix + appId;

    /// <summary>The key of the row that counts the runs that were accepted in the month of a time.</summary>
    public static string OfMonth(DateTimeOffset time) => $"{MonthPrefix}{time.UtcDateTime:yyyy-MM}";

    /// <summary>Whether all runs that were there before runs were counted are in the counts.</summary>
    /// <param name="all">The row that counts all.</param>
    public static bool IsComplete(TableEntity all) => all.GetString(Walked) == RunRow.EndOfRows;

    /// <summary>Reads what is stored.</summary>
    public static async Task<Tally> ReadAsync(TableClient table, string workspace, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {All} and RowKey lt {EndOfRows}");
        return new(workspace, await table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).ToListAsync(cancellationToken));
    }

    /// <summary>What a row counts, added to other counts.</summary>
    public static void AddTo(StatusCounts counts, TableEntity row)
    {
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            counts.Add(status, row.GetInt32(RunWords.Of(status)) ?? 0);
        }
    }

    /// <summary>Whether a run that has come to its end, and has no active row by now, is in the counts.</summary>
    /// <param name="row">The run's row.</param>
    public bool HasCounted(TableEntity row) => RunRow.HasHadActiveRow(row) || string.CompareOrdinal(row.RowKey, WalkedTo) <= 0;

    /// <summary>Counts a run.</summary>
    public void Add(RunSummary run)
    {
        Change(All, run.Status, 1);
        Change(OfApp(run.AppId), run.Status, 1);
        Change(OfMonth(run.Id.CreatedAt), run.Status, 1);
    }

    /// <summary>Takes a run out of the counts, but for that of its month: what was used stays used.</summary>
    public void Remove(RunSummary run)
    {
        Change(All, run.Status, -1);
        Change(OfApp(run.AppId), run.Status, -1);
    }

    /// <summary>Notes how far the walk over the runs of the version before has come.</summary>
    /// <param name="key">The key of the last one; <see cref="RunRow.EndOfRows"/> when that was all.</param>
    public void WalkTo(string key) => RowOf(All)[Walked] = key;

    /// <summary>What stores the counts.</summary>
    public IEnumerable<TableTransactionAction> Write() => _changed.Select(Write);

    private TableTransactionAction Write(string key)
    {
        var row = RowOf(key);
        return key switch
        {
            All when row.ETag == default => new(TableTransactionActionType.Add, row),
            All => new(TableTransactionActionType.UpdateReplace, row, row.ETag),

            // Else there would be a row for good for each app that ever was.
            _ when row.ETag != default && Enum.GetValues<RunStatus>().All(status => row.GetInt32(RunWords.Of(status)) is null or 0) =>
                new(TableTransactionActionType.Delete, row, ETag.All),
            _ => new(TableTransactionActionType.UpsertReplace, row),
        };
    }

    private void Change(string key, RunStatus status, int by)
    {
        var row = RowOf(key);
        row[RunWords.Of(status)] = Math.Max(0, (row.GetInt32(RunWords.Of(status)) ?? 0) + by);
        _changed.Add(key);
    }

    private TableEntity RowOf(string key)
    {
        if (!_rows.TryGetValue(key, out var row))
        {
            _rows[key] = row = new TableEntity(_workspace, key);
        }

        return row;
    }
}
