using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace Serverless.Storage;

/// <summary>A row that could not be read.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Partition">Its partition key.</param>
/// <param name="Row">Its row key.</param>
/// <param name="Reason">What was wrong with it.</param>
/// <param name="Since">When that was found.</param>
/// <param name="IsAside">Whether it has been set aside by now.</param>
public sealed record UnreadableRow(string Table, string Partition, string Row, string Reason, DateTimeOffset Since, bool IsAside);

/// <summary>
/// Rows that were set aside because they cannot be read: out of everybody's way, whole, in a partition of their own of their table. The operator sees
/// them, and can put them back once there is a version that reads them.
/// </summary>
public sealed partial class RowsAside(TableServiceClient tables, ILogger<RowsAside> logger)
{
    /// <summary>The partition of every table that has them. It sorts before all others.</summary>
    public const string Partition = "-unreadable";

    private const string PartitionColumn = "UnreadablePartition";
    private const string RowColumn = "UnreadableRow";
    private const string ReasonColumn = "UnreadableReason";
    private const string SinceColumn = "UnreadableSince";
    private const string AsideColumn = "UnreadableAside";
    private static readonly string[] NoteColumns = [PartitionColumn, RowColumn, ReasonColumn, SinceColumn, AsideColumn];

    /// <summary>Sets aside what was noted of a table.</summary>
    /// <returns>How many rows there were.</returns>
    public async Task<int> SetAsideAsync(string name, CancellationToken cancellationToken)
    {
        var table = tables.GetTableClient(name);
        var count = 0;
        var noted = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and UnreadableAside eq {false}");
        await foreach (var note in table.QueryAsync<TableEntity>(noted, select: ["RowKey", .. NoteColumns], cancellationToken: cancellationToken))
        {
            var unreadable = Read(name, note);
            count += await TrySetAsideAsync(table, unreadable, cancellationToken) ? 1 : 0;
        }

        return count;
    }

    /// <summary>All rows that could not be read.</summary>
    public async Task<IReadOnlyList<UnreadableRow>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var found = new List<UnreadableRow>();
        foreach (var name in TableNames.All)
        {
            found.AddRange(await tables.GetTableClient(name)
                .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), select: ["RowKey", .. NoteColumns], cancellationToken: cancellationToken)
                .Select(note => Read(name, note))
                .Take(limit - found.Count)
                .ToListAsync(cancellationToken));
        }

        return found;
    }

    /// <summary>Puts all rows back that were set aside, those excepted in whose place there is another by now.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RestoreAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var table in TableNames.All.Select(tables.GetTableClient))
        {
            await foreach (var aside in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
            {
                if (aside.GetBoolean(AsideColumn) is true)
                {
                    count += await TryRestoreAsync(table, aside, cancellationToken) ? 1 : 0;
                }

                await table.DeleteEntityAsync(Partition, aside.RowKey, ETag.All, cancellationToken);
            }
        }

        return count;
    }

    /// <summary>Notes that a row cannot be read.</summary>
    internal static Task NoteAsync(TableClient table, UnreadableRow row) => table.UpsertEntityAsync(Mark(new TableEntity(), row), TableUpdateMode.Merge);

    private async Task<bool> TrySetAsideAsync(TableClient table, UnreadableRow row, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(row.Partition, row.Row, cancellationToken: cancellationToken);
        if (!found.HasValue)
        {
            await table.DeleteEntityAsync(Partition, KeyOf(row), ETag.All, cancellationToken);
            return false;
        }

        // The copy is there before the row goes: whatever is cut short here is done again by the next run.
        var version = found.Value!.ETag;
        await table.UpsertEntityAsync(Mark(Content(found.Value), row with { IsAside = true }), TableUpdateMode.Replace, cancellationToken);
        try
        {
            await table.DeleteEntityAsync(row.Partition, row.Row, version, cancellationToken);
        }
        catch (RequestFailedException failure) when (StorageRetry.IsConflict(failure))
        {
            // It has been written anew: perhaps it can be read now.
            await table.DeleteEntityAsync(Partition, KeyOf(row), ETag.All, cancellationToken);
            return false;
        }

        Log.SetAside(logger, row.Table, row.Partition, row.Row);
        return true;
    }

    private static async Task<bool> TryRestoreAsync(TableClient table, TableEntity aside, CancellationToken cancellationToken)
    {
        var row = Content(aside);
        (row.PartitionKey, row.RowKey) = (aside.GetString(PartitionColumn), aside.GetString(RowColumn));
        foreach (var column in NoteColumns)
        {
            row.Remove(column);
        }

        try
        {
            await table.AddEntityAsync(row, cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (StorageRetry.IsConflict(failure))
        {
            return false;
        }
    }

    private static TableEntity Content(TableEntity row) =>
        new(row.Where(column => column.Key is not ("odata.etag" or "Timestamp")).ToDictionary(column => column.Key, column => column.Value, StringComparer.Ordinal));

    private static TableEntity Mark(TableEntity content, UnreadableRow row)
    {
        (content.PartitionKey, content.RowKey) = (Partition, KeyOf(row));
        content[PartitionColumn] = row.Partition;
        content[RowColumn] = row.Row;
        content[ReasonColumn] = row.Reason;
        content[SinceColumn] = row.Since;
        content[AsideColumn] = row.IsAside;
        return content;
    }

    private static UnreadableRow Read(string table, TableEntity note) => new(
        table,
        note.GetString(PartitionColumn),
        note.GetString(RowColumn),
        note.GetString(ReasonColumn),
        note.GetDateTimeOffset(SinceColumn)!.Value,
        note.GetBoolean(AsideColumn) is true);

    private static string KeyOf(UnreadableRow row) => $"{row.Partition}~{row.Row}";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The row {Row} of {Table}/{Partition} is set aside: it cannot be read")]
        public static partial void SetAside(ILogger logger, string table, string partition, string row);
    }
}
