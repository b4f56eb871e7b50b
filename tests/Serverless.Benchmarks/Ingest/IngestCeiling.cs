using System.Diagnostics;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Serverless.Benchmarks.Core;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Logs.Entries;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Ingest;

/// <summary>
/// The ceiling: the storage operations that the product was counted to do, as many and as large, with ready-made rows and messages and
/// nothing around them. No HTTP, no JSON, no compression, no decision; whatever may be done side by side is.
/// </summary>
/// <param name="account">An account of its own.</param>
internal sealed class IngestCeiling(StorageAccount account)
{
    private const string Admissions = "admissions";
    private const string Chunks = "chunks";
    private const int MessagesAtOnce = 16;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private readonly TableServiceClient _tables = StorageClients.Tables(new StorageOptions { ConnectionString = account.ConnectionString });
    private readonly QueueClient _queue = StorageClients.Queues(new StorageOptions { ConnectionString = account.ConnectionString }).GetQueueClient(Chunks);

    /// <summary>Creates what it writes to.</summary>
    public async Task CreateAsync()
    {
        await _tables.CreateTableIfNotExistsAsync(Admissions);
        await _tables.CreateTableIfNotExistsAsync(Chunks);
        await _queue.CreateIfNotExistsAsync();
    }

    /// <summary>Does the work of one pass.</summary>
    /// <param name="shape">What the product was sent.</param>
    /// <param name="work">What it did.</param>
    public async Task<IngestPass> PassAsync(IngestShape shape, StorageWork work)
    {
        var bodies = IngestBodies.Make(shape);
        var partition = Guid.NewGuid().ToString("N");
        var chunk = Chunk(bodies, work.Messages);
        var message = ChunkMessage.Encode(chunk);
        var rows = Enumerable.Range(0, work.Rows).Select(number => Row(chunk, partition, number)).ToArray();
        var admission = Admission(partition);

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Callers.RunAsync(IngestShape.Callers, work.Admissions, _ => _tables.GetTableClient(Admissions).SubmitTransactionAsync(admission)),
            Callers.RunAsync(IngestShape.Callers, work.Messages, _ => _queue.SendMessageAsync(message, timeToLive: TimeSpan.FromSeconds(-1))),
            ReceiveAsync(work.Messages, rows));
        var elapsed = Stopwatch.GetElapsedTime(started);

        var written = await _tables.GetTableClient(Chunks)
            .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), select: ["RowKey"])
            .LongCountAsync();
        WrongResultException.ThrowUnlessEqual($"ceiling of {shape}: rows written", work.Rows, written);
        return new(shape.Records, bodies.Sum(body => (long)body.Length), elapsed, TimeSpan.Zero, TimeSpan.Zero);
    }

    // What a message carries on average.
    private static Chunk Chunk(IReadOnlyList<byte[]> bodies, int messages)
    {
        using var lines = new LineWriter();
        foreach (var body in bodies.Take(Math.Max(1, bodies.Count / messages)))
        {
            lines.Write(body);
        }

        var header = new ChunkHeader
        {
            Partition = "000000000000",
            Batch = BatchId.New(DateTimeOffset.UtcNow),
            Count = 1,
            Min = 0,
            Max = 0,
            Kinds = [0, 0, 0, 0, 0, 0],
            Labels = ["", ""],
        };
        var payload = lines.Take();
        return new(header, payload[..Math.Min(payload.Length, ChunkMessage.MaxBytes - 1024)]);
    }

    private static TableEntity Row(Chunk chunk, string partition, int number)
    {
        var row = ChunkRow.Write(LogChunks.Schema, chunk);
        (row.PartitionKey, row.RowKey) = (partition, $"{number:D8}");
        return row;
    }

    private static TableTransactionAction[] Admission(string partition) =>
    [
        .. ((string[])["account", "key"]).Select(row => new TableTransactionAction(
            TableTransactionActionType.UpsertMerge, new TableEntity(partition, row) { ["State"] = 1L, ["Commits"] = new byte[8] })),
    ];

    private async Task ReceiveAsync(int messages, TableEntity[] rows)
    {
        var table = _tables.GetTableClient(Chunks);
        var underWay = new List<Task>();
        var next = -1;
        while (underWay.Count < messages)
        {
            var received = await _queue.ReceiveMessagesAsync(MessagesAtOnce, Lease);
            underWay.AddRange(received.Value.Select(PersistAsync));
            var waiting = underWay.Where(task => !task.IsCompleted).ToArray();
            if (waiting.Length > MessagesAtOnce / 2)
            {
                await Task.WhenAny(waiting);
            }
        }

        await Task.WhenAll(underWay);

        async Task PersistAsync(QueueMessage message)
        {
            // There may be more rows than messages, when chunks were staged in parts.
            var number = Interlocked.Increment(ref next);
            for (var row = number; row < rows.Length; row += messages)
            {
                await table.UpsertEntityAsync(rows[row], TableUpdateMode.Replace);
            }

            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }
    }
}
