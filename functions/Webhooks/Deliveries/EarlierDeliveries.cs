using System.Globalization;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Webhooks.Deliveries;

/// <summary>The tries that the version before has made to report the ends of runs: it kept a row for each beside the run's.</summary>
public sealed class EarlierDeliveries(TableServiceClient tables, UnreadableRows unreadable)
{
    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>What the keys of these rows begin with, before the id of the run.</summary>
    internal const string Prefix = "delivery-";

    /// <summary>The tries to report the end of a run, the first one first.</summary>
    internal IAsyncEnumerable<DeliveryTry> ReadAsync(string workspace, string run, CancellationToken cancellationToken)
    {
        var keys = RowKeyRange.StartingWith($"{Prefix}{run}-");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        return unreadable.ReadAsync(
            TableNames.Runs, _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken), row => Read(row, row.RowKey[keys.From.Length..].Split('-')));
    }

    private static DeliveryTry Read(TableEntity row, string[] numbers) =>
        new(int.Parse(numbers[0], CultureInfo.InvariantCulture), row.GetDateTimeOffset(nameof(DeliveryTry.At))!.Value)
        {
            Repetition = numbers is [_, var repetition] ? int.Parse(repetition, CultureInfo.InvariantCulture) : 1,
            MessageId = row.GetString(nameof(DeliveryTry.MessageId)),
            Duration = row.GetInt64(nameof(DeliveryTry.Duration)) is { } duration ? TimeSpan.FromMilliseconds(duration) : null,
            Status = row.GetInt32(nameof(DeliveryTry.Status)),
            Error = row.GetString(nameof(DeliveryTry.Error)),
            NextAt = row.GetDateTimeOffset(nameof(DeliveryTry.NextAt)),
        };
}
