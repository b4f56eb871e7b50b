using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Serverless.Runs.Engine;
using Serverless.Storage;

namespace Serverless.Runs.Webhooks;

/// <summary>Keeps every try to report the end of a run, a row each beside the run's.</summary>
public sealed class DeliveryLog(TableServiceClient tables, UnreadableRows unreadable)
{
    private const string Prefix = "delivery-";
    private const int MaxPerTransaction = 100;

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    /// <summary>Writes a try down that is about to begin.</summary>
    /// <returns>Whether it may: false when it is there already.</returns>
    internal async Task<bool> TryBeginAsync(WebhookMessage message, Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(Row(message, delivery), cancellationToken);
            return true;
        }
        catch (RequestFailedException taken) when (taken.Status == StatusCodes.Status409Conflict)
        {
            return false;
        }
    }

    /// <summary>Writes down what came of a try.</summary>
    internal Task EndAsync(WebhookMessage message, Delivery delivery) => _table.UpsertEntityAsync(Row(message, delivery), TableUpdateMode.Replace);

    /// <summary>The tries to report the end of a run, the first one first.</summary>
    internal IAsyncEnumerable<Delivery> ReadAsync(string workspace, RunId id, CancellationToken cancellationToken)
    {
        var prefix = PrefixOf(id);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {prefix} and RowKey lt {prefix + "~"}");
        var rows = _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken);
        return unreadable.ReadAsync(TableNames.Runs, rows, row => Read(row, row.RowKey[prefix.Length..].Split('-')));
    }

    /// <summary>The keys of the tries to report the end of a run.</summary>
    internal static RowKeyRange KeysOf(RunId id) => KeysBetween(id.Text, id);

    /// <summary>The keys of the tries to report the ends of runs.</summary>
    /// <param name="from">What the ids of the runs sort after, or the first of them.</param>
    /// <param name="to">The last run.</param>
    internal static RowKeyRange KeysBetween(string from, RunId to) => new(Prefix + from, $"{PrefixOf(to)}~");

    /// <summary>Removes tries, a hundred to a transaction.</summary>
    /// <param name="workspace">Whose runs they are about.</param>
    /// <param name="keys">Which.</param>
    /// <param name="kept">The runs whose tries stay.</param>
    /// <param name="cancellationToken">Ends the work between two transactions.</param>
    internal async Task RemoveAsync(string workspace, RowKeyRange keys, IReadOnlySet<RunId> kept, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {keys.From} and RowKey lt {keys.To}");
        var rows = _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken)
            .Where(row => !kept.Any(run => row.RowKey.StartsWith(PrefixOf(run), StringComparison.Ordinal)))
            .Chunk(MaxPerTransaction);
        await foreach (var chunk in rows.WithCancellation(cancellationToken))
        {
            await _table.TrySubmitAsync(chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)), cancellationToken);
        }
    }

    private static TableEntity Row(WebhookMessage message, Delivery delivery)
    {
        var repetition = delivery.Repetition == 1 ? "" : $"-{delivery.Repetition:D2}";
        var row = new TableEntity(message.Workspace, $"{PrefixOf(message.Id)}{delivery.Attempt:D2}{repetition}") { [nameof(Delivery.At)] = delivery.At };
        Set(nameof(Delivery.MessageId), delivery.MessageId);
        Set(nameof(Delivery.Duration), (long?)delivery.Duration?.TotalMilliseconds);
        Set(nameof(Delivery.Status), delivery.Status);
        Set(nameof(Delivery.Error), delivery.Error);
        Set(nameof(Delivery.NextAt), delivery.NextAt);
        return row;

        void Set(string column, object? value)
        {
            if (value is not null)
            {
                row[column] = value;
            }
        }
    }

    private static Delivery Read(TableEntity row, string[] numbers) =>
        new(int.Parse(numbers[0], CultureInfo.InvariantCulture), row.GetDateTimeOffset(nameof(Delivery.At))!.Value)
        {
            Repetition = numbers is [_, var repetition] ? int.Parse(repetition, CultureInfo.InvariantCulture) : 1,
            MessageId = row.GetString(nameof(Delivery.MessageId)),
            Duration = row.GetInt64(nameof(Delivery.Duration)) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            Status = row.GetInt32(nameof(Delivery.Status)),
            Error = row.GetString(nameof(Delivery.Error)),
            NextAt = row.GetDateTimeOffset(nameof(Delivery.NextAt)),
        };

    private static string PrefixOf(RunId id) => $"{Prefix}{id.Text}-";
}
