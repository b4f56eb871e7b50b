using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>A row as the ledger last saw it.</summary>
/// <param name="Key">Its row key.</param>
/// <param name="Columns">Its columns; null when there is no such row.</param>
/// <param name="ETag">Its version; empty when there is no such row.</param>
/// <param name="SeenAt">When that was, as a timestamp of the <see cref="TimeProvider"/>.</param>
internal sealed record LedgerRow(string Key, IReadOnlyDictionary<string, object?>? Columns, ETag ETag, long SeenAt)
{
    public static LedgerRow Of(TableEntity entity, long seenAt) =>
        new(entity.RowKey, entity.ToDictionary(column => column.Key, column => (object?)column.Value, StringComparer.Ordinal), entity.ETag, seenAt);

    public static LedgerRow Absent(string key, long seenAt) => new(key, null, default, seenAt);
}
