using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Diagnostics;

namespace Serverless.Storage;

/// <summary>
/// Rows that cannot be read: whoever meets one leaves it out and goes on. It is counted, its key is logged, and it is noted, so that upkeep sets it aside
/// (<see cref="RowsAside"/>). The note and the log are written once by each process.
/// </summary>
public sealed partial class UnreadableRows(TableServiceClient tables, TimeProvider time, ILogger<UnreadableRows> logger)
{
    private const int MaxRemembered = 10_000;
    private const int MaxReasonLength = 500;

    private static readonly Counter<long> Found = Instrumentation.Meter.CreateCounter<long>(
        "serverless.storage.unreadable", "{row}", "Rows that could not be read and were left out, each time that somebody met them");

    private readonly ConcurrentDictionary<(string Table, string Partition, string Row), bool> _noted = new();

    /// <summary>Whether a failure says that something stored makes no sense, rather than that it could not be reached.</summary>
    internal static bool IsUnreadable(Exception failure) => failure is FormatException or InvalidDataException or JsonException or InvalidOperationException
        or ArgumentException or KeyNotFoundException or InvalidCastException or OverflowException or IndexOutOfRangeException or NullReferenceException;

    /// <summary>Reads a row, or something of it, and says whether it could be read.</summary>
    internal async Task<bool> TryAsync(string table, string partition, string row, Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            await NoteAsync(table, partition, row, failure);
            return false;
        }
    }

    /// <summary>What a row says; null when it cannot be read, or says nothing.</summary>
    internal async Task<T?> TryAsync<T>(string table, TableEntity row, Func<TableEntity, T?> read)
        where T : class
    {
        T? result = null;
        await TryAsync(table, row.PartitionKey, row.RowKey, () => result = read(row));
        return result;
    }

    /// <summary>What rows say, those left out that cannot be read. They need their keys.</summary>
    internal IAsyncEnumerable<T> ReadAsync<T>(string table, IAsyncEnumerable<TableEntity> rows, Func<TableEntity, T> read)
        where T : class => rows
        .Select(async (TableEntity row, CancellationToken _) => await TryAsync(table, row, read))
        .Where(result => result is not null)
        .Select(result => result!);

    // A note that cannot be written is written by whoever meets the row next.
    private async Task NoteAsync(string table, string partition, string row, Exception failure)
    {
        Found.Add(1, new KeyValuePair<string, object?>("table", table));
        if (_noted.Count >= MaxRemembered)
        {
            _noted.Clear();
        }

        if (!_noted.TryAdd((table, partition, row), true))
        {
            return;
        }

        Log.LeftOut(logger, failure, table, partition, row);
        try
        {
            var reason = failure.Message.Length > MaxReasonLength ? failure.Message[..MaxReasonLength] : failure.Message;
            await RowsAside.NoteAsync(tables.GetTableClient(table), new(table, partition, row, reason, time.GetUtcNow(), IsAside: false));
        }
        catch (Exception outage) when (StorageRetry.MayHaveLanded(outage))
        {
            _noted.TryRemove((table, partition, row), out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The row {Row} of {Table}/{Partition} cannot be read: it is left out")]
        public static partial void LeftOut(ILogger logger, Exception failure, string table, string partition, string row);
    }
}
