using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Watching;

/// <summary>A stream of <c>GET /v1/runs/live</c> that is being read.</summary>
internal sealed class LiveRuns : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private LiveRuns(HttpResponseMessage response, Stream body) => (_response, _lines) = (response, new StreamReader(body));

    /// <summary>Opens a stream, and waits until it is ready.</summary>
    /// <param name="http">Sends the request.</param>
    /// <param name="credential">Who asks.</param>
    /// <param name="query">What follows the path.</param>
    public static async Task<LiveRuns> OpenAsync(HttpClient http, (string Name, string Value) credential, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/runs/live" + query);
        request.Headers.Add(credential.Name, credential.Value);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        var live = new LiveRuns(response, await response.Content.ReadAsStreamAsync());
        Assert.Equal("retry: 1000", await live.BlockAsync());
        Assert.Equal("event: ready\ndata: {}", await live.BlockAsync());
        return live;
    }

    /// <summary>The run of the next event, in JSON.</summary>
    public async Task<string> RunAsync()
    {
        const string Begin = "event: run\ndata: ";
        var block = await BlockAsync();
        Assert.StartsWith(Begin, block, StringComparison.Ordinal);
        return block![Begin.Length..];
    }

    /// <summary>The lines up to the next empty one; null at the end of the stream.</summary>
    public async Task<string?> BlockAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        var block = new List<string>();
        while (await _lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
            {
                return string.Join('\n', block);
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
