using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Webhooks.Deliveries;

/// <summary>A message that endpoints were, or could have been, told.</summary>
/// <param name="Source">The name of the source that knows what it says.</param>
/// <param name="SourceId">What the source knows it by.</param>
/// <param name="Id">Its id.</param>
/// <param name="Type">What has happened.</param>
/// <param name="HappenedAt">When that was.</param>
/// <param name="Receivers">The endpoints that were told; and <see cref="Delivery.OneMessage"/> where an address wanted this one message.</param>
internal sealed record LoggedMessage(string Source, string SourceId, string Id, string Type, DateTimeOffset HappenedAt, IReadOnlyList<string> Receivers)
{
    /// <summary>The id of its delivery to a receiver.</summary>
    public string DeliveryTo(string receiver) => DeliveryKey.IdOf(receiver, HappenedAt, Id);
}

/// <summary>Keeps which messages there were and who was told, a row each in their workspace's partition, the newest first.</summary>
public sealed class MessageLog(TableServiceClient tables, UnreadableRows unreadable)
{
    private const char Separator = ' ';

    private readonly TableClient _table = tables.GetTableClient(TableNames.Webhooks);

    /// <summary>Notes a message.</summary>
    /// <returns>Whether it is new: false when it was noted before, whoever was told then.</returns>
    internal async Task<bool> TryAddAsync(string workspace, LoggedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(Write(workspace, message), cancellationToken);
            return true;
        }
        catch (RequestFailedException taken) when (taken.Status == 409)
        {
            return false;
        }
    }

    /// <summary>A message; null when there is none, or none that can be read.</summary>
    internal async Task<LoggedMessage?> FindAsync(string workspace, DateTimeOffset happenedAt, string id, CancellationToken cancellationToken) =>
        await _table.GetEntityIfExistsAsync<TableEntity>(workspace, DeliveryKey.OfMessage(happenedAt, id), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row }
            ? await unreadable.TryAsync(TableNames.Webhooks, row, Read)
            : null;

    /// <summary>The messages about what happened at a time or later, the newest first.</summary>
    internal IAsyncEnumerable<LoggedMessage> ReadSinceAsync(string workspace, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var last = $"{DeliveryKey.Message}{DeliveryKey.InvertedTime(since)}~";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey gt {DeliveryKey.Message} and RowKey lt {last}");
        return unreadable.ReadAsync(TableNames.Webhooks, _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken), Read);
    }

    /// <summary>Notes that another endpoint is told of a message, if the message is still there.</summary>
    internal async Task AddReceiverAsync(string workspace, LoggedMessage message, string endpoint, CancellationToken cancellationToken)
    {
        while (await _table.GetEntityIfExistsAsync<TableEntity>(workspace, KeyOf(message), cancellationToken: cancellationToken) is { HasValue: true, Value: { } row })
        {
            var receivers = Read(row).Receivers;
            if (receivers.Contains(endpoint, StringComparer.Ordinal)
                || await _table.TrySubmitAsync(
                    [new(TableTransactionActionType.UpdateReplace, Write(workspace, message with { Receivers = [.. receivers, endpoint] }), row.ETag)], cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Removes a message with its deliveries.</summary>
    internal async Task RemoveAsync(string workspace, DateTimeOffset happenedAt, string id, CancellationToken cancellationToken)
    {
        var (message, alone) = (DeliveryKey.OfMessage(happenedAt, id), DeliveryKey.Delivery + DeliveryKey.IdOf(Delivery.OneMessage, happenedAt, id));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and (RowKey eq {message} or RowKey eq {alone})");
        var found = await _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        var receivers = found.Find(row => row.RowKey == message) is { } row ? ReceiversOf(row) : [];
        var rows = receivers
            .Select(receiver => DeliveryKey.Delivery + DeliveryKey.IdOf(receiver, happenedAt, id))
            .Concat(found.Select(each => each.RowKey))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(key => new TableEntity(workspace, key));
        await _table.DeleteAsync(rows.ToAsyncEnumerable(), cancellationToken);
    }

    private static string KeyOf(LoggedMessage message) => DeliveryKey.OfMessage(message.HappenedAt, message.Id);

    private static TableEntity Write(string workspace, LoggedMessage message) => new(workspace, KeyOf(message))
    {
        [nameof(LoggedMessage.Source)] = message.Source,
        [nameof(LoggedMessage.SourceId)] = message.SourceId,
        [nameof(LoggedMessage.Id)] = message.Id,
        [nameof(LoggedMessage.Type)] = message.Type,
        [nameof(LoggedMessage.HappenedAt)] = message.HappenedAt,
        [nameof(LoggedMessage.Receivers)] = string.Join(Separator, message.Receivers),
    };

    private static LoggedMessage Read(TableEntity row) => new(
        TextOf(row, nameof(LoggedMessage.Source)),
        TextOf(row, nameof(LoggedMessage.SourceId)),
        TextOf(row, nameof(LoggedMessage.Id)),
        TextOf(row, nameof(LoggedMessage.Type)),
        row.GetDateTimeOffset(nameof(LoggedMessage.HappenedAt))!.Value,
        ReceiversOf(row));

    private static string[] ReceiversOf(TableEntity row) =>
        row.GetString(nameof(LoggedMessage.Receivers))?.Split(Separator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string TextOf(TableEntity row, string column) => row.GetString(column) ?? throw new FormatException($"The message has no {column}.");
}
