using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Runs.Engine;

/// <summary>A run as a row: what lists and timers look for in columns, then the whole of it.</summary>
internal static class RunRow
{
    private const string Prefix = "run-";
    private const string EndOfRows = "run.";
    private const string Status = "Status";
    private const string AppId = "AppId";
    private const string Source = "Source";
    private const string ErrorMessage = "ErrorMessage";
    private const string StartedAt = "StartedAt";
    private const string CompletedAt = "CompletedAt";
    private const string DueAt = "DueAt";

    /// <summary>The columns of a summary.</summary>
    public static IReadOnlyList<string> SummaryColumns { get; } = ["PartitionKey", "RowKey", Status, AppId, Source, ErrorMessage, StartedAt, CompletedAt];

    /// <summary>The columns that say how many runs there are of each status.</summary>
    public static IReadOnlyList<string> StatusColumns { get; } = ["PartitionKey", "RowKey", Status];

    /// <summary>The key of a run's row.</summary>
    public static string KeyOf(RunId id) => Prefix + id.Text;

    /// <summary>Writes a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="dueAt">When there is something to do about it; that column is missing once it has come to its end.</param>
    public static TableEntity Write(Run run, DateTimeOffset dueAt)
    {
        var row = new TableEntity(run.Workspace, KeyOf(run.Id))
        {
            [Status] = RunWords.Of(run.Status),
            [AppId] = run.App.AppId,
            [Source] = run.Source,
        };
        SetUnlessNull(row, ErrorMessage, run.ErrorMessage);
        SetUnlessNull(row, StartedAt, run.StartedAt);
        SetUnlessNull(row, CompletedAt, run.CompletedAt);
        SetUnlessNull(row, DueAt, run.IsTerminal ? null : dueAt);
        PayloadColumns.Write(row, RunDocument.Encode(run));
        return row;
    }

    /// <summary>Reads a run.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static Run Read(TableEntity row) => RunDocument.Decode(row.PartitionKey, IdOf(row), PayloadColumns.Read(row));

    /// <summary>The run of a row, whatever columns were read.</summary>
    public static RunId IdOf(TableEntity row) => RunId.Parse(row.RowKey[Prefix.Length..]) ?? throw new FormatException($"The row {row.RowKey} is no run's.");

    /// <summary>The status of a row.</summary>
    public static RunStatus StatusOf(TableEntity row) =>
        RunWords.RunStatusOf(row.GetString(Status)!) ?? throw new FormatException($"No run is {row.GetString(Status)}.");

    /// <summary>Reads a summary.</summary>
    public static RunSummary ReadSummary(TableEntity row) => new(IdOf(row), row.GetString(AppId)!, StatusOf(row), row.GetString(Source)!)
    {
        ErrorMessage = row.GetString(ErrorMessage),
        StartedAt = row.GetDateTimeOffset(StartedAt),
        CompletedAt = row.GetDateTimeOffset(CompletedAt),
    };

    /// <summary>The filter for runs of a workspace.</summary>
    public static string Filter(string workspace, RunFilter filter)
    {
        var end = filter.Since is { } since ? Prefix + RunId.AfterAllSince(since) : EndOfRows;
        var conditions = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {Prefix} and RowKey lt {end}");
        if (filter.Status is { } status)
        {
            conditions += TableClient.CreateQueryFilter($" and Status eq {RunWords.Of(status)}");
        }

        return filter.AppId is { } app ? conditions + TableClient.CreateQueryFilter($" and AppId eq {app}") : conditions;
    }

    /// <summary>The filter for runs of all workspaces about which something was to be done before a time.</summary>
    public static string OverdueFilter(DateTimeOffset before) => TableClient.CreateQueryFilter($"RowKey ge {Prefix} and RowKey lt {EndOfRows} and DueAt lt {before}");

    private static void SetUnlessNull(TableEntity row, string column, object? value)
    {
        if (value is not null)
        {
            row[column] = value;
        }
    }
}

/// <summary>Which runs of a workspace are asked for; null for whatever.</summary>
/// <param name="Status">How far they are.</param>
/// <param name="AppId">Their app.</param>
/// <param name="Since">When they were accepted, at the earliest.</param>
internal sealed record RunFilter(RunStatus? Status, string? AppId, DateTimeOffset? Since);

/// <summary>What a list says of a run.</summary>
/// <param name="Id">The run.</param>
/// <param name="AppId">Its app.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Source">What started it.</param>
internal sealed record RunSummary(RunId Id, string AppId, RunStatus Status, string Source)
{
    /// <summary>Why it failed; null unless it did.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When it began; null before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it came to its end; null before that.</summary>
    public DateTimeOffset? CompletedAt { get; init; }
}
