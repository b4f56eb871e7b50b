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

    private readonly TableClient _table = tables.GetTableClient(TableNames.Runs);

    private RowsBesideRuns Rows => new(_table, Prefix);

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
        var prefix = Rows.PrefixOf(id);
        return unreadable.ReadAsync(TableNames.Runs, Rows.ReadAsync(workspace, id, cancellationToken), row => Read(row, row.RowKey[prefix.Length..].Split('-')));
    }

    /// <inheritdoc cref="RowsBesideRuns.RemoveAsync"/>
    internal Task RemoveAsync(string workspace, string from, RunId to, IReadOnlySet<RunId> kept, CancellationToken cancellationToken) =>
        Rows.RemoveAsync(workspace, from, to, kept, cancellationToken);

    private TableEntity Row(WebhookMessage message, Delivery delivery)
    {
        var repetition = delivery.Repetition == 1 ? "" : $"-{delivery.Repetition:D2}";
        var row = new TableEntity(message.Workspace, $"{Rows.PrefixOf(message.Id)}{delivery.Attempt:D2}{repetition}") { [nameof(Delivery.At)] = delivery.At };
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
}
