using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Benchmarks.Core;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Runs;

/// <summary>The product, carrying out runs of its smallest app: one step, a text.</summary>
internal sealed class RunClient : IAsyncDisposable
{
    private readonly Application _application;
    private readonly StorageAccount _account;

    private RunClient(Application application, StorageAccount account) => (_application, _account) = (application, account);

    /// <summary>Starts the product.</summary>
    public static async Task<RunClient> StartAsync(StorageAccount account) => new(await Application.StartAsync(Built.Product, account), account);

    /// <summary>Makes a key of somebody new.</summary>
    /// <param name="scopes">What it may do beside what all may.</param>
    public Task<ApiKey> CreateKeyAsync(string scopes = "") => Tenants.CreateKeyAsync(_account, KeyPrefix.Lamina, scopes);

    /// <summary>Has runs carried out for somebody new, each waited for by whoever submitted it, and makes sure that all have completed.</summary>
    /// <param name="callers">How many at a time.</param>
    /// <param name="count">How many in all.</param>
    public async Task<RunPass> PassAsync(int callers, int count)
    {
        var key = await CreateKeyAsync();
        await RunAsync(key);
        var latencies = new ConcurrentBag<double>();
        var processorTime = _application.Workers.ProcessorTime;
        var started = Stopwatch.GetTimestamp();
        await Callers.RunAsync(callers, count, async _ =>
        {
            var submitted = Stopwatch.GetTimestamp();
            await RunAsync(key);
            latencies.Add(Stopwatch.GetElapsedTime(submitted).TotalMilliseconds);
        });
        var elapsed = Stopwatch.GetElapsedTime(started);
        processorTime = _application.Workers.ProcessorTime - processorTime;
        WrongResultException.ThrowUnlessEqual("completed runs", count + 1, await CountCompletedAsync(key.Account));
        return new(elapsed, [.. latencies]) { ProcessorTime = processorTime };
    }

    /// <summary>Has runs carried out that nobody waits for.</summary>
    public async Task SubmitAsync(int callers, int count)
    {
        var key = await CreateKeyAsync();
        await Callers.RunAsync(callers, count, _ => SubmitAsync(key));
        await Queues.WaitUntilEmptyAsync(_account, QueueNames.Runs);
        WrongResultException.ThrowUnlessEqual("completed runs", count, await CountCompletedAsync(key.Account));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task RunAsync(ApiKey key)
    {
        var run = await SubmitAsync(key);
        using var answer = await SendAsync(HttpMethod.Get, $"/v1/runs/{run}/wait", content: null, key);
        if (answer.RootElement.GetProperty("data").GetProperty("status").GetString() != "completed")
        {
            throw new WrongResultException($"Run {run}: {answer.RootElement.GetRawText()}");
        }
    }

    /// <summary>Submits a run.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> SubmitAsync(ApiKey key)
    {
        using var content = new ByteArrayContent("""{"inputs":{"Text":"Hello"}}"""u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await SendAsync(HttpMethod.Post, "/v1/apps/echo/runs", content, key);
        return answer.RootElement.GetProperty("data").GetProperty("runId").GetString()!;
    }

    /// <summary>Sends a request.</summary>
    /// <returns>What was answered: it was a success.</returns>
    public async Task<JsonDocument> SendAsync(HttpMethod method, string path, HttpContent? content, ApiKey key)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("x-api-key", key.Reveal());
        using var response = await _application.Client.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode && answer.Length > 0
            ? JsonDocument.Parse(answer)
            : throw new WrongResultException($"{method} {path}: {(int)response.StatusCode}\n{await _application.LastWordsAsync()}");
    }

    private async Task<long> CountCompletedAsync(string workspace) => await new TableServiceClient(_account.Direct.ConnectionString)
        .GetTableClient(TableNames.Runs)
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {workspace} and RowKey ge {"run-"} and RowKey lt {"run."} and Status eq {"completed"}"), select: ["RowKey"])
        .LongCountAsync();
}
