using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Serverless.Outbound;
using Serverless.Tests.Settings;

namespace Serverless.Tests.Hosting;

/// <summary>What a chat model was sent.</summary>
/// <param name="Authorization">The header that carries the key.</param>
/// <param name="ContentType">The media type of the body.</param>
/// <param name="Body">The body.</param>
public sealed record ChatModelRequest(string Authorization, string ContentType, JsonNode Body)
{
    /// <summary>What was said, without who said it.</summary>
    public IReadOnlyList<string> Messages => [.. Body["messages"]!.AsArray().Select(message => (string)message!["content"]!)];
}

/// <summary>Plays a chat model on a free port: <c>POST /v1/chat/completions</c> answers what a test says, and everything else is a 404.</summary>
public sealed class ChatModelServer : IAsyncDisposable
{
    /// <summary>The key it is configured with.</summary>
    public const string ApiKey = "sk-a-key-that-nobody-may-see";

    /// <summary>The model it is configured with.</summary>
    public const string Model = "test-model";

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<ChatModelRequest> _requests = new();

    private ChatModelServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(ServeAsync);
    }

    /// <summary>Answers a request; by default with the text <c>Hello</c>.</summary>
    public Func<HttpContext, Task> Respond { get; set; } = static context => AnswerAsync(context, 200, Completion("Hello"));

    /// <summary>What it was sent so far.</summary>
    public IReadOnlyList<ChatModelRequest> Requests => [.. _requests];

    /// <summary>The base address of its API.</summary>
    public string Endpoint => $"{_server.Urls.First()}/v1";

    /// <summary>The settings that make an application ask it.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Ai:Endpoint"] = Endpoint,
        ["Ai:ApiKey"] = ApiKey,
        ["Ai:Model"] = Model,
    };

    /// <summary>Starts it.</summary>
    public static async Task<ChatModelServer> StartAsync()
    {
        var model = new ChatModelServer();
        await model._server.StartAsync();
        return model;
    }

    /// <summary>A completion with one choice, as a body.</summary>
    public static string Completion(string text, string model = Model) => new JsonObject
    {
        ["id"] = "chatcmpl-1",
        ["model"] = model,
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text },
            ["finish_reason"] = "stop",
        }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = 21, ["completion_tokens"] = 4, ["total_tokens"] = 25 },
    }.ToJsonString();

    /// <summary>Answers with a status and a body.</summary>
    public static async Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    /// <summary>A client of it.</summary>
    /// <param name="time">The clock it waits by.</param>
    public ChatModel Connect(TimeProvider? time = null) => Connect(Settings, time);

    /// <summary>A client with settings of one's own.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="time">The clock it waits by.</param>
    public static ChatModel Connect(IReadOnlyDictionary<string, string?> settings, TimeProvider? time = null)
    {
        var options = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().Read<ChatModelOptions>();
        return new(Options.Create(options), time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.Path != "/v1/chat/completions")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = JsonNode.Parse(await reader.ReadToEndAsync())!;
        _requests.Enqueue(new(context.Request.Headers.Authorization.ToString(), context.Request.ContentType ?? "", body));
        await Respond(context);
    }
}
