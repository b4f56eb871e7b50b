using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Benchmarks.Plain;

/// <summary>LLM events in the plain design: it keeps them, and knows no figures beside.</summary>
/// <param name="tables">The tables.</param>
/// <param name="queues">The queues.</param>
public sealed class PlainEvents(TableServiceClient tables, QueueServiceClient queues)
{
    private readonly TableClient _table = tables.GetTableClient(PlainRecords.Events);
    private readonly QueueClient _queue = queues.GetQueueClient(PlainRecords.Events);

    /// <summary>A batch in, an event a line.</summary>
    [Function("PlainIngestEvents")]
    public async Task IngestAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/ingest")] HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var events = new List<PlainEvent>();
        while (await reader.ReadLineAsync(request.HttpContext.RequestAborted) is { } line)
        {
            events.Add(JsonSerializer.Deserialize<PlainEvent>(line, PlainRecords.Json)!);
        }

        if (!events.TrueForAll(added => added.IsValid()))
        {
            request.HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await PlainRecords.SendAsync(_queue, request.Headers["x-api-key"].ToString(), events);
        request.HttpContext.Response.StatusCode = StatusCodes.Status202Accepted;
        await request.HttpContext.Response.WriteAsJsonAsync(new { accepted = events.Count });
    }

    /// <summary>From the queue into the table.</summary>
    [Function("PlainPersistEvents")]
    public Task PersistAsync([QueueTrigger(PlainRecords.Events)] byte[] message, CancellationToken cancellationToken)
    {
        var (project, records) = JsonSerializer.Deserialize<PlainMessage<PlainEvent>>(message, PlainRecords.Json)!;
        return PlainRecords.WriteAsync(_table, records.Select(record => record.ToEntity(project)), cancellationToken);
    }
}
