using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>A run as a row: what lists and timers look for in columns, then the whole of it.</summary>
internal static class RunRow
{
    /// <summary>What the key of every row begins with, before the id of its run.</summary>
    public const string Prefix = "run-";

    /// <summary>What all keys sort before.</summary>
    public const string EndOfRows = "run.";

    private const string Status = "Status";
    private const string AppId = "AppId";
    private const string Source = "Source";
    private const string ReplayOf = "ReplayOf";
    private const string WaitsForLimit = "WaitsForLimit";
    private const string WaitsForKey = "WaitsForKey";
    private const string ErrorMessage = "ErrorMessage";
    private const string StartedAt = "StartedAt";
    private const string CompletedAt = "CompletedAt";
    private const string DueAt = "DueAt";
    private const string HasActiveRow = "HasActiveRow";
    private const string Deleted = "Deleted";

    /// <summary>The columns of a summary, and those that say what became of the row.</summary>
    public static IReadOnlyList<string> SummaryColumns { get; } =
        ["PartitionKey", "RowKey", Status, AppId, Source, ReplayOf, WaitsForLimit, WaitsForKey, ErrorMessage, StartedAt, CompletedAt, DueAt, HasActiveRow, Deleted];

    /// <summary>The key of a run's row.</summary>
    public static string KeyOf(RunId id) => Prefix + id.Text;

    /// <summary>Writes a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="dueAt">When there is something to do about it; that column is missing once it has come to its end.</param>
    public static TableEntity Write(Run run, DateTimeOffset dueAt)
    {
        var row = new TableEntity(run.Workspace, KeyOf(run.Id)) { [HasActiveRow] = true };
        WriteSummary(row, RunSummary.Of(run), dueAt);
        PayloadColumns.Write(row, RunDocument.Encode(run));
        return row;
    }

    /// <summary>Writes the columns of a summary into a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="run">The run.</param>
    /// <param name="dueAt">When there is something to do about it; that column is missing once it has come to its end.</param>
    public static void WriteSummary(TableEntity row, RunSummary run, DateTimeOffset dueAt)
    {
        row[Status] = RunWords.Of(run.Status);
        row[AppId] = run.AppId;
        row[Source] = run.Source;
        row.SetUnlessNull(ReplayOf, run.ReplayOf?.Text);
        row.SetUnlessNull(WaitsForLimit, run.WaitsFor?.Limit);
        row.SetUnlessNull(WaitsForKey, run.WaitsFor?.Key);
        row.SetUnlessNull(ErrorMessage, run.ErrorMessage);
        row.SetUnlessNull(StartedAt, run.StartedAt);
        row.SetUnlessNull(CompletedAt, run.CompletedAt);
        row.SetUnlessNull(DueAt, run.Status.IsTerminal() ? null : dueAt);
    }

    /// <summary>
    /// What stays of a run that its owner has deleted, until retention takes that as well: it keeps a message that comes late from beginning the run anew.
    /// </summary>
    /// <param name="row">The run's row.</param>
    public static TableTransactionAction Delete(TableEntity row)
    {
        var rest = new TableEntity(row.PartitionKey, row.RowKey) { [HasActiveRow] = true, [Deleted] = true };
        rest.SetUnlessNull(CompletedAt, row.GetDateTimeOffset(CompletedAt));
        return new(TableTransactionActionType.UpdateReplace, rest, row.ETag);
    }

    /// <summary>Notes that there is an active row beside a run of the version before, which wrote none.</summary>
    /// <param name="row">The run's row.</param>
    public static TableTransactionAction NoteActiveRow(TableEntity row) =>
        new(TableTransactionActionType.UpdateMerge, new TableEntity(row.PartitionKey, row.RowKey) { [HasActiveRow] = true }, row.ETag);

    /// <summary>Reads a run.</summary>
    /// <returns>The run; null when it is deleted.</returns>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static Run? Find(TableEntity row) => IsDeleted(row) ? null : Read(row);

    /// <summary>Reads a run that is not deleted.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static Run Read(TableEntity row) => RunDocument.Decode(row.PartitionKey, IdOf(row), PayloadColumns.Read(row));

    /// <summary>Whether only the rest of a deleted run is left.</summary>
    public static bool IsDeleted(TableEntity row) => row.GetBoolean(Deleted) is true;

    /// <summary>Whether an active row stands, or stood, beside the run. The version before wrote none.</summary>
    public static bool HasHadActiveRow(TableEntity row) => row.GetBoolean(HasActiveRow) is true;

    /// <summary>When there is something to do about the run of a row; null once it has come to its end.</summary>
    public static DateTimeOffset? DueAtOf(TableEntity row) => row.GetDateTimeOffset(DueAt);

    /// <summary>When the run of a row came to its end, whether it is deleted since or not; null while it is under way.</summary>
    public static DateTimeOffset? EndOf(TableEntity row) => row.GetDateTimeOffset(CompletedAt);

    /// <summary>Reads a summary.</summary>
    /// <param name="row">The row, with the summary's columns.</param>
    /// <param name="prefix">What its key has before the id of the run.</param>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static RunSummary ReadSummary(TableEntity row, string prefix = Prefix) => new(
        IdOf(row, prefix),
        row.GetString(AppId) ?? throw new FormatException($"The row {row.RowKey} names no app."),
        RunWords.RunStatusOf(row.GetString(Status)!) ?? throw new FormatException($"No run is {row.GetString(Status)}."),
        row.GetString(Source) ?? throw new FormatException($"The row {row.RowKey} does not say what started its run."))
    {
        ReplayOf = RunId.Parse(row.GetString(ReplayOf)),
        WaitsFor = row.GetInt32(WaitsForLimit) is { } limit ? new(limit, row.GetString(WaitsForKey)) : null,
        ErrorMessage = row.GetString(ErrorMessage),
        StartedAt = row.GetDateTimeOffset(StartedAt),
        CompletedAt = row.GetDateTimeOffset(CompletedAt),
    };

    /// <summary>The run of a row, whatever columns were read.</summary>
    /// <exception cref="FormatException">It is no run's.</exception>
    public static RunId IdOf(TableEntity row, string prefix = Prefix) =>
        RunId.Parse(row.RowKey[prefix.Length..]) ?? throw new FormatException($"The row {row.RowKey} is no run's.");

    /// <summary>The filter for the rows of all runs of a workspace.</summary>
    public static string Filter(string workspace) => Filter(workspace, Prefix, EndOfRows);

    /// <summary>The filter for rows of a workspace whose keys lie after one and before another.</summary>
    public static string Filter(string workspace, string after, string before) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {after} and RowKey lt {before}");
}
