using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Benchmarks.Plain;

/// <summary>Log entries in the plain design.</summary>
/// <param name="tables">The tables.</param>
/// <param name="queues">The queues.</param>
public sealed class PlainLogs(TableServiceClient tables, QueueServiceClient queues)
{
    private readonly TableClient _table = tables.GetTableClient(PlainRecords.Logs);
    private readonly QueueClient _queue = queues.GetQueueClient(PlainRecords.Logs);

    /// <summary>A batch in.</summary>
    [Function("PlainIngest")]
    public async Task IngestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/logs")] HttpRequest request)
    {
        var batch = await JsonSerializer.DeserializeAsync<PlainLogBatch>(request.Body, PlainRecords.Json, request.HttpContext.RequestAborted);
        var valid = batch!.Logs.Where(log => log.IsValid()).Select(log => log with { Id = Guid.CreateVersion7().ToString("N") }).ToList();
        await PlainRecords.SendAsync(_queue, request.Headers["x-api-key"].ToString(), valid);
        await request.HttpContext.Response.WriteAsJsonAsync(new { processed = valid.Count });
    }

    /// <summary>From the queue into the table.</summary>
    [Function("PlainPersist")]
    public Task PersistAsync([QueueTrigger(PlainRecords.Logs)] byte[] message, CancellationToken cancellationToken)
    {
        var (organization, records) = JsonSerializer.Deserialize<PlainMessage<PlainLog>>(message, PlainRecords.Json)!;
        return PlainRecords.WriteAsync(_table, records.Select(record => record.ToEntity(organization)), cancellationToken);
    }
}
