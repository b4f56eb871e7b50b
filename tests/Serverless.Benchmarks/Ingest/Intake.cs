using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Serverless.Benchmarks.Core;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Ingest;

/// <summary>An application that takes batches in, and whose passes can be measured.</summary>
/// <param name="application">The application.</param>
/// <param name="account">Its storage.</param>
internal abstract class Intake(Application application, StorageAccount account) : IAsyncDisposable
{
    /// <summary>Its storage.</summary>
    protected StorageAccount Account { get; } = account;

    /// <summary>Sends all of a shape for somebody new, waits until it is persisted, and makes sure that it is.</summary>
    public async Task<IngestPass> PassAsync(IngestShape shape)
    {
        var bodies = IngestBodies.Make(shape);
        var sender = await NewSenderAsync(shape.Kind);
        await OpenConnectionsAsync();

        var (workers, host) = (application.Workers.ProcessorTime, application.Host.ProcessorTime);
        var started = Stopwatch.GetTimestamp();
        await Callers.RunAsync(IngestShape.Callers, bodies.Count, number => SendAsync(shape, bodies[number], sender.Key));
        await Queues.WaitUntilEmptyAsync(Account, QueueOf(shape.Kind));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var pass = new IngestPass(
            shape.Records,
            bodies.Sum(body => (long)body.Length),
            elapsed,
            application.Workers.ProcessorTime - workers,
            application.Host.ProcessorTime - host);

        WrongResultException.ThrowUnlessEqual($"{shape}: records persisted", shape.Records, await CountAsync(shape.Kind, sender.Partition));
        return pass;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => application.DisposeAsync();

    /// <summary>A key that nothing was sent with, and the partition of what will be.</summary>
    protected abstract Task<(string Key, string Partition)> NewSenderAsync(RecordKind kind);

    /// <summary>The queue that batches go through.</summary>
    protected abstract string QueueOf(RecordKind kind);

    /// <summary>How many records are persisted.</summary>
    protected abstract Task<long> CountAsync(RecordKind kind, string partition);

    private Task OpenConnectionsAsync() => Task.WhenAll(Enumerable.Range(0, IngestShape.Callers).Select(async _ =>
    {
        using var response = await application.Client.GetAsync(new Uri("/", UriKind.Relative));
    }));

    private async Task SendAsync(IngestShape shape, byte[] body, string key)
    {
        var (path, type, count) = shape.Kind switch
        {
            RecordKind.Logs or RecordKind.Exported => ("/v1/logs", "application/json", "processed"),
            RecordKind.Exports => ("/v1/otel/v1/logs", "application/x-protobuf", null),
            _ => ("/v1/ingest", "application/x-ndjson", "accepted"),
        };
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("x-api-key", key);
        using var response = await application.Client.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode || (answer.Length == 0) != (count is null))
        {
            throw new WrongResultException($"{shape}: {(int)response.StatusCode} {answer}\n{await application.LastWordsAsync()}");
        }

        // An answer to an export is empty when all of it was taken.
        if (count is null)
        {
            return;
        }

        using var json = JsonDocument.Parse(answer);
        WrongResultException.ThrowUnlessEqual($"{shape}: records accepted", shape.BatchSize, json.RootElement.GetProperty(count).GetInt64());
    }
}
