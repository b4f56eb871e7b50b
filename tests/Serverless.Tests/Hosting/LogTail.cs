using System.Net;
using System.Text.Json.Nodes;

namespace Serverless.Tests.Hosting;

/// <summary>A stream of <c>GET /v1/logs/tail</c> that is being read.</summary>
public sealed class LogTail : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private LogTail(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _lines = new StreamReader(body);
    }

    /// <summary>Opens a stream, and waits until it says when to reconnect: the application is watching by then.</summary>
    /// <param name="http">Sends the request.</param>
    /// <param name="logs">Whose entries.</param>
    /// <param name="query">What follows <c>/v1/logs/tail</c>.</param>
    /// <param name="lastEventId">The last event of an earlier stream.</param>
    public static async Task<LogTail> OpenAsync(HttpClient http, LogClient logs, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/logs/tail" + query);
        request.Headers.Add("x-api-key", logs.Key);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        var tail = new LogTail(response, await response.Content.ReadAsStreamAsync());
        Assert.Equal(["retry: 1000"], await tail.BlockAsync());
        return tail;
    }

    /// <summary>The next event: its id, and the entry.</summary>
    public async Task<(string Id, JsonNode Entry)> EventAsync()
    {
        var block = await BlockAsync();
        Assert.NotNull(block);
        Assert.Equal(3, block.Count);
        Assert.StartsWith("id: ", block[0], StringComparison.Ordinal);
        Assert.Equal("event: log", block[1]);
        Assert.StartsWith("data: ", block[2], StringComparison.Ordinal);
        return (block[0]["id: ".Length..], JsonNode.Parse(block[2]["data: ".Length..])!);
    }

    /// <summary>The messages of the next events.</summary>
    public async Task<IReadOnlyList<string>> MessagesAsync(int count)
    {
        var messages = new List<string>();
        while (messages.Count < count)
        {
            messages.Add((await EventAsync()).Entry["message"]!.GetValue<string>());
        }

        return messages;
    }

    /// <summary>The lines up to the next empty one; null at the end of the stream.</summary>
    public async Task<IReadOnlyList<string>?> BlockAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        var block = new List<string>();
        while (await _lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
            {
                return block;
            }

            block.Add(line);
        }

        Assert.Empty(block);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
