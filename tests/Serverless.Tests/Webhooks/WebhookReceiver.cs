using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Webhooks;

/// <summary>A webhook as it came.</summary>
/// <param name="Headers">Its headers, by name in lower case.</param>
/// <param name="Body">Its body.</param>
internal sealed record ReceivedWebhook(IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>Receives webhooks on a free port of this machine, and answers as a test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();
    private readonly SemaphoreSlim _arrived = new(0);

    private WebhookReceiver(Func<int, HttpResponse, Task> answer, string address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{address}:0");
        _server = builder.Build();
        _server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal);
            _received.Enqueue(new(headers, body.ToArray()));
            _arrived.Release();
            await answer(_received.Count, context.Response);
        });
    }

    /// <summary>Its address.</summary>
    public string Url => $"{_server.Urls.First()}/hook";

    /// <summary>What has come so far.</summary>
    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    /// <summary>Starts one.</summary>
    /// <param name="answer">The status it answers a webhook with, by its number from 1.</param>
    public static Task<WebhookReceiver> StartAsync(Func<int, int> answer) => StartAsync((number, response) =>
    {
        response.StatusCode = answer(number);
        response.Headers.Location = "http://127.0.0.1/elsewhere";
        return Task.CompletedTask;
    });

    /// <summary>Starts one.</summary>
    /// <param name="answer">Answers a webhook, by its number from 1.</param>
    /// <param name="address">Where it listens on this machine.</param>
    public static async Task<WebhookReceiver> StartAsync(Func<int, HttpResponse, Task> answer, string address = "127.0.0.1")
    {
        var receiver = new WebhookReceiver(answer, address);
        await receiver._server.StartAsync();
        return receiver;
    }

    /// <summary>Waits for the next webhook.</summary>
    public async Task NextAsync() => Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(60)), "No webhook came.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _arrived.Dispose();
    }
}
