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
    /// <summary>The name of its table and its queue.</summary>
    public const string Name = "plainevents";

    private readonly TableClient _table = tables.GetTableClient(Name);
    private readonly QueueClient _queue = queues.GetQueueClient(Name);

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
    public Task PersistAsync([QueueTrigger(Name)] BinaryData message, CancellationToken cancellationToken)
    {
        var (project, records) = message.ToObjectFromJson<PlainMessage<PlainEvent>>(PlainRecords.Json)!;
        return PlainRecords.WriteAsync(_table, records.Select(record => record.ToEntity(project)), cancellationToken);
    }
}
