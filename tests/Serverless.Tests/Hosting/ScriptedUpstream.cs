using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Serverless.Tests.Hosting;

/// <summary>A request that the upstream got.</summary>
/// <param name="Target">Path and query, as they came.</param>
/// <param name="Query">What it was to search for.</param>
/// <param name="Headers">Its headers.</param>
public sealed record UpstreamRequest(string Target, string Query, IReadOnlyDictionary<string, string> Headers);

/// <summary>A search provider that does what a test tells it to, on a real socket. At first it knows one page for every query.</summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<UpstreamRequest> _requests = new();
    private TaskCompletionSource _changed = NewSignal();

    private ScriptedUpstream(string address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(address);
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_server.Urls.First());

    /// <summary>What it does with a request.</summary>
    public Func<HttpContext, Task> Script { get; set; } = Finds;

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<UpstreamRequest> Requests => [.. _requests];

    /// <summary>Starts one.</summary>
    /// <param name="address">Where it is to listen; a free port of this machine unless it was there before.</param>
    public static async Task<ScriptedUpstream> StartAsync(string address = "http://127.0.0.1:0")
    {
        var upstream = new ScriptedUpstream(address);
        await upstream._server.StartAsync();
        return upstream;
    }

    /// <summary>Knows one page for every query.</summary>
    public static Task Finds(HttpContext context) =>
        AnswersWith(context, Page($"https://example.org/{Uri.EscapeDataString(context.Request.Query["q"].ToString())}", "Found", "A page"));

    /// <summary>Fails.</summary>
    public static Task Fails(HttpContext context) => Says(context, StatusCodes.Status500InternalServerError, "text/plain", "down");

    /// <summary>Never answers.</summary>
    public static Task Hangs(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Answers anything.</summary>
    public static Task Says(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body);
    }

    /// <summary>Answers as a SearXNG instance does.</summary>
    public static Task AnswersWith(HttpContext context, params JsonNode[] pages) => Says(
        context,
        StatusCodes.Status200OK,
        "application/json",
        new JsonObject { ["query"] = context.Request.Query["q"].ToString(), ["results"] = new JsonArray(pages), ["unresponsive_engines"] = new JsonArray() }.ToJsonString());

    /// <summary>A page, as a SearXNG instance reports it.</summary>
    public static JsonObject Page(string? url, string? title, string? content, string? published = null) =>
        new() { ["url"] = url, ["title"] = title, ["content"] = content, ["publishedDate"] = published, ["engine"] = "test" };

    /// <summary>Waits until it has got so many requests.</summary>
    public async Task WaitForAsync(int requests)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var changed = _changed.Task;
            if (_requests.Count >= requests)
            {
                return;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task AnswerAsync(HttpContext context)
    {
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _requests.Enqueue(new(context.Request.GetEncodedPathAndQuery(), context.Request.Query["q"].ToString(), headers));
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
        return Script(context);
    }
}
