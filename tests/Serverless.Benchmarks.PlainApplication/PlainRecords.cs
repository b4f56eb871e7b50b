using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Azure.Storage.Queues;

namespace Serverless.Benchmarks.Plain;

/// <summary>What the plain design does with records of any kind: sends them through a queue and writes each as an entity.</summary>
internal static class PlainRecords
{
    /// <summary>The table and the queue of log entries.</summary>
    public const string Logs = "plainlogs";

    /// <summary>The table and the queue of LLM events.</summary>
    public const string Events = "plainevents";

    // base64 makes it the 64 KB that a queue takes.
    private const int MaxMessageBytes = 48 * 1024;
    private const int MaxEntities = 100;

    /// <summary>How its JSON is written.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The key of an entity: newest first, and unique.</summary>
    public static string RowKey(DateTimeOffset time, string id) => $"{DateTime.MaxValue.Ticks - time.UtcTicks:D19}-{id}";

    /// <summary>Sends records of one organization, up to 100 a message.</summary>
    public static Task SendAsync<T>(QueueClient queue, string organization, IReadOnlyList<T> records) =>
        Task.WhenAll(records.Chunk(MaxEntities).SelectMany(chunk => Messages(organization, chunk)).Select(message => queue.SendMessageAsync(message, timeToLive: TimeSpan.FromSeconds(-1))));

    /// <summary>Writes entities of one partition, 100 a transaction. The same ones again change nothing.</summary>
    public static async Task WriteAsync(TableClient table, IEnumerable<TableEntity> entities, CancellationToken cancellationToken)
    {
        foreach (var chunk in entities.Chunk(MaxEntities))
        {
            await table.SubmitTransactionAsync(
                chunk.Select(entity => new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity)), cancellationToken);
        }
    }

    private static IEnumerable<BinaryData> Messages<T>(string organization, T[] records)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(new PlainMessage<T>(organization, records), Json);
        return message.Length <= MaxMessageBytes || records.Length == 1
            ? [BinaryData.FromBytes(message)]
            : [.. Messages(organization, records[..(records.Length / 2)]), .. Messages(organization, records[(records.Length / 2)..])];
    }
}

/// <summary>A message of the plain design.</summary>
/// <param name="Organization">Whose records they are.</param>
/// <param name="Records">The records.</param>
internal sealed record PlainMessage<T>(string Organization, IReadOnlyList<T> Records);
