using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// How far upkeep has come in a table that it goes through once a day: a row of the table itself, in a partition that sorts before all others. The process
/// that runs upkeep is gone between two runs, as a rule. Of two that go through it at once each does some of the work twice, and none is left out.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="time">The clock.</param>
internal sealed class UpkeepRound(TableClient table, TimeProvider time)
{
    /// <summary>The partition of the row: all that upkeep looks after come later.</summary>
    public const string Partition = UpkeepCursor.Partition;

    private const string Row = "round";
    private const string Place = "Place";
    private const string IsUnderWay = "IsUnderWay";
    private const string EndedAt = "EndedAt";

    // A little less than a day: runs are not on the minute.
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromHours(20);

    /// <summary>How far it has come.</summary>
    /// <returns>The place of the round that is under way, empty at its beginning, null when none is due; and whether any has come to its end yet.</returns>
    public async Task<(string? Place, bool HasEnded)> ReadAsync(CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken);
        if (!found.HasValue)
        {
            return ("", false);
        }

        var row = found.Value!;
        var endedAt = row.GetDateTimeOffset(EndedAt);
        var place = row.GetBoolean(IsUnderWay) is true ? row.GetString(Place) ?? "" : endedAt + BetweenRounds > time.GetUtcNow() ? null : "";
        return (place, endedAt is not null);
    }

    /// <summary>Says how far it has come.</summary>
    public Task MoveAsync(string place, CancellationToken cancellationToken) =>
        WriteAsync(new TableEntity(Partition, Row) { [Place] = place, [IsUnderWay] = true }, cancellationToken);

    /// <summary>Ends a round. The next one begins in a day.</summary>
    public Task EndAsync(CancellationToken cancellationToken) =>
        WriteAsync(new TableEntity(Partition, Row) { [Place] = "", [IsUnderWay] = false, [EndedAt] = time.GetUtcNow() }, cancellationToken);

    private async Task WriteAsync(TableEntity row, CancellationToken cancellationToken) =>
        await table.UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);
}
