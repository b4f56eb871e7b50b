using Azure;
using Azure.Data.Tables;

namespace Serverless.Runs.Engine;

/// <summary>
/// A row that stands beside a run while it is under way, and from its end until that is in the counts (<see cref="RunSettlement"/>). The transactions of
/// the run write it. So the runs of a workspace that are under way are one short range of keys, however many there were. These rows sort before all
/// others of a workspace: its first row tells whether there are any.
/// </summary>
internal static class ActiveRow
{
    /// <summary>What the key of every such row begins with, before the id of its run.</summary>
    public const string Prefix = "active-";

    /// <summary>What all keys sort before.</summary>
    public const string EndOfRows = "active.";

    private const string HasEnded = "HasEnded";

    /// <summary>The key of the row beside a run's.</summary>
    public static string KeyOf(RunId id) => Prefix + id.Text;

    /// <summary>Writes the row, whether it is there or not.</summary>
    /// <param name="workspace">Whose run it is.</param>
    /// <param name="run">The run.</param>
    /// <param name="dueAt">When there is something to do about it, unless it has come to its end.</param>
    public static TableTransactionAction Put(string workspace, RunSummary run, DateTimeOffset dueAt)
    {
        var row = new TableEntity(workspace, KeyOf(run.Id));
        RunRow.WriteSummary(row, run, dueAt);
        if (run.Status.IsTerminal())
        {
            row[HasEnded] = true;
        }

        return new(TableTransactionActionType.UpsertReplace, row);
    }

    /// <summary>Removes the row.</summary>
    /// <param name="workspace">Whose run it is.</param>
    /// <param name="id">The run.</param>
    /// <param name="expected">The version to remove.</param>
    public static TableTransactionAction Delete(string workspace, RunId id, ETag expected) =>
        new(TableTransactionActionType.Delete, new TableEntity(workspace, KeyOf(id)), expected);

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static RunSummary Read(TableEntity row) => RunRow.ReadSummary(row, Prefix);

    /// <summary>The filter for the runs that have come to their end and are not in the counts yet.</summary>
    public static string EndedFilter(string workspace) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {Prefix} and RowKey lt {EndOfRows} and HasEnded eq {true}");

    /// <summary>The filter for the runs about which something was to be done before a time.</summary>
    public static string OverdueFilter(string workspace, DateTimeOffset before) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {Prefix} and RowKey lt {EndOfRows} and DueAt lt {before}");
}
