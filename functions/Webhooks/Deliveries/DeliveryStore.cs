using Azure;
using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Webhooks.Deliveries;

/// <summary>A delivery as it is stored.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="ETag">The version of its row; null when there is no row yet.</param>
internal sealed record StoredDelivery(Delivery Delivery, ETag? ETag);

/// <summary>
/// Keeps deliveries, a row each in their workspace's partition, those of an endpoint together and the newest first. A row is only ever replaced by somebody who knows its
/// last version, so that of two who change a delivery at once one has to look again.
/// </summary>
public sealed class DeliveryStore(TableServiceClient tables, UnreadableRows unreadable)
{
    private const string State = "State";
    private const string DurationMs = "DurationMs";
    private const string LastAttempt = "LastAttempt";
    private static readonly string[] FigureColumns = ["PartitionKey", "RowKey", State, DurationMs, LastAttempt];

    private readonly TableClient _table = tables.GetTableClient(TableNames.Webhooks);

    /// <summary>A delivery as it is at this moment; null when there is none, or none that can be read.</summary>
    internal async Task<StoredDelivery?> FindAsync(string workspace, string id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, DeliveryKey.Delivery + id, cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
            ? await unreadable.TryAsync(TableNames.Webhooks, row, static found => new StoredDelivery(Read(found), found.ETag))
            : null;

    /// <summary>Stores what has become of a delivery.</summary>
    /// <param name="delivery">What it has become.</param>
    /// <param name="expected">The version it is based on; null when there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The delivery; null when somebody else has changed it meanwhile, or removed it.</returns>
    internal async Task<StoredDelivery?> TryPutAsync(Delivery delivery, ETag? expected, CancellationToken cancellationToken)
    {
        try
        {
            var written = await (expected is { } version
                ? _table.UpdateEntityAsync(Write(delivery), version, TableUpdateMode.Replace, cancellationToken)
                : _table.AddEntityAsync(Write(delivery), cancellationToken));
            return new(delivery, written.Headers.ETag!.Value);
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    /// <summary>A page of the deliveries to an endpoint, the newest first.</summary>
    /// <param name="workspace">Whose they are.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="state">How far they are; null for all.</param>
    /// <param name="after">The id of the last one before the page; null for the first page.</param>
    /// <param name="limit">The most on the page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task<TenantPage<Delivery>> ListAsync(
        string workspace, string endpoint, DeliveryState? state, string? after, int limit, CancellationToken cancellationToken)
    {
        var filter = FilterOf(workspace, endpoint, after is null ? null : DeliveryKey.Delivery + after);
        if (state is not null)
        {
            filter += $" and {TableClient.CreateQueryFilter($"State eq {state.ToString()}")}";
        }

        var rows = _table.QueryAsync<TableEntity>(filter, limit + 1, cancellationToken: cancellationToken);
        return TenantPage<Delivery>.TakeAsync(unreadable.ReadAsync(TableNames.Webhooks, rows, Read), limit, delivery => delivery.Id, cancellationToken);
    }

    /// <summary>What became of the newest deliveries to an endpoint.</summary>
    /// <param name="workspace">Whose they are.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="count">The most of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal ValueTask<List<DeliveryFigure>> ReadFiguresAsync(string workspace, string endpoint, int count, CancellationToken cancellationToken) =>
        ReadFigures(FilterOf(workspace, endpoint), count, cancellationToken).Take(count).ToListAsync(cancellationToken);

    /// <summary>The same of those about what happened at a time or later, by the ids of their messages.</summary>
    internal async Task<IReadOnlyDictionary<string, DeliveryFigure>> ReadFiguresSinceAsync(string workspace, string endpoint, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var last = $"{DeliveryKey.Delivery}{endpoint}-{DeliveryKey.InvertedTime(since)}~";
        var filter = $"{FilterOf(workspace, endpoint)} and {TableClient.CreateQueryFilter($"RowKey lt {last}")}";
        return await ReadFigures(filter, maxPerPage: null, cancellationToken).ToDictionaryAsync(figure => figure.MessageId, StringComparer.Ordinal, cancellationToken);
    }

    private IAsyncEnumerable<DeliveryFigure> ReadFigures(string filter, int? maxPerPage, CancellationToken cancellationToken) => unreadable.ReadAsync(
        TableNames.Webhooks,
        _table.QueryAsync<TableEntity>(filter, maxPerPage, FigureColumns, cancellationToken),
        static row => new DeliveryFigure(
            row.RowKey.Split('-', 4)[3], Enum.Parse<DeliveryState>(row.GetString(State)), row.GetInt32(LastAttempt) ?? 0, row.GetInt64(DurationMs)));

    private static string FilterOf(string workspace, string endpoint, string? after = null)
    {
        var prefix = $"{DeliveryKey.Delivery}{endpoint}-";
        return TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {after ?? prefix} and RowKey lt {RowKeyRange.After(prefix)}");
    }

    private static TableEntity Write(Delivery delivery)
    {
        var row = new TableEntity(delivery.Workspace, DeliveryKey.Delivery + delivery.Id) { [State] = delivery.State.ToString() };
        if (delivery.Tries is [.., var last])
        {
            row[LastAttempt] = last.Attempt;
        }

        if (delivery.Tries.FindLast(each => each.Duration is not null) is { Duration: { } duration })
        {
            row[DurationMs] = (long)duration.TotalMilliseconds;
        }

        PayloadColumns.Write(row, DeliveryDocument.Encode(delivery));
        return row;
    }

    private static Delivery Read(TableEntity row) =>
        DeliveryDocument.Decode(row.PartitionKey, row.RowKey[DeliveryKey.Delivery.Length..].Split('-', 2)[0], PayloadColumns.Read(row).Span);
}

/// <summary>What became of a delivery, in figures.</summary>
/// <param name="MessageId">The id of its message.</param>
/// <param name="State">How far it is.</param>
/// <param name="LastAttempt">Which try was the last one; 0 when there was none.</param>
/// <param name="DurationMs">How long its last try took; null when none has come to its end.</param>
internal sealed record DeliveryFigure(string MessageId, DeliveryState State, int LastAttempt, long? DurationMs);
