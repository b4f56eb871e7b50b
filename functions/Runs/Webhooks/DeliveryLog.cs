using Azure.Data.Tables;
using Serverless.Runs.Engine;
using Serverless.Storage;

namespace Serverless.Runs.Webhooks;

/// <summary>Keeps every try to deliver a webhook, a row each beside the run's.</summary>
public sealed class DeliveryLog(TableServiceClient tables)
{
    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Notes a try. The same one noted again is the same row.</summary>
    internal Task AddAsync(WebhookMessage message, Delivery delivery, CancellationToken cancellationToken)
    {
        var row = new TableEntity(message.Workspace, $"{PrefixOf(message.Id)}{delivery.Attempt:D2}")
        {
            [nameof(Delivery.At)] = delivery.At,
            [nameof(Delivery.Duration)] = (long)delivery.Duration.TotalMilliseconds,
        };
        Set(nameof(Delivery.Status), delivery.Status);
        Set(nameof(Delivery.Error), delivery.Error);
        Set(nameof(Delivery.NextAt), delivery.NextAt);
        return _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);

        void Set(string column, object? value)
        {
            if (value is not null)
            {
                row[column] = value;
            }
        }
    }

    /// <summary>The tries of a run's webhook, the first one first.</summary>
    internal IAsyncEnumerable<Delivery> ReadAsync(string workspace, RunId id, CancellationToken cancellationToken)
    {
        var prefix = PrefixOf(id);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {prefix} and RowKey lt {prefix + "~"}");
        return _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).Select(row => new Delivery(
            int.Parse(row.RowKey.AsSpan(prefix.Length), provider: null),
            row.GetDateTimeOffset(nameof(Delivery.At))!.Value,
            TimeSpan.FromMilliseconds(row.GetInt64(nameof(Delivery.Duration))!.Value),
            row.GetInt32(nameof(Delivery.Status)),
            row.GetString(nameof(Delivery.Error)),
            row.GetDateTimeOffset(nameof(Delivery.NextAt))));
    }

    private static string PrefixOf(RunId id) => $"delivery-{id.Text}-";
}
