using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// How far upkeep has come in a table: a row of the table itself, in a partition that sorts before all others. The process that runs upkeep is gone
/// between two runs, as a rule.
/// </summary>
/// <param name="table">The table.</param>
internal sealed class UpkeepCursor(TableClient table)
{
    /// <summary>The partition of the row: all that upkeep looks after come later.</summary>
    public const string Partition = "-upkeep";

    private const string Row = "cursor";
    private const string Last = "Last";

    private string _stored = "";

    /// <summary>Reads it.</summary>
    /// <returns>The last partition that was looked after; <see cref="Partition"/> to begin with the first.</returns>
    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken);
        return _stored = row.HasValue ? row.Value!.GetString(Last)! : Partition;
    }

    /// <summary>Moves it, unless it is there already.</summary>
    /// <param name="last">The last partition that was looked after; <see cref="Partition"/> to begin with the first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task MoveAsync(string last, CancellationToken cancellationToken)
    {
        if (last != _stored)
        {
            await table.UpsertEntityAsync(new TableEntity(Partition, Row) { [Last] = last }, TableUpdateMode.Replace, cancellationToken);
            _stored = last;
        }
    }
}
