using Microsoft.AspNetCore.Http;

namespace Serverless.Live;

/// <summary>Server-sent events, which somebody looks for in turns until the stream has lived for long enough: clients reconnect by themselves.</summary>
/// <param name="lifetime">How long the stream lives.</param>
/// <param name="ping">What is sent after 15 seconds of silence.</param>
/// <param name="time">The clock.</param>
public sealed class EventStream(TimeSpan lifetime, string ping, TimeProvider time)
{
    /// <summary>What a stream is.</summary>
    public const string MediaType = "text/event-stream";

    /// <summary>How long a stream may be silent.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    // A client that has lost the stream comes back after a second.
    private const string Reconnect = "retry: 1000\n\n";

    /// <summary>Streams.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="writeNewsAsync">Waits for the next look, and writes what it brings; says whether there was anything to write.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task WriteAsync(HttpResponse response, Func<Task<bool>> writeNewsAsync, CancellationToken cancellationToken)
    {
        Begin(response);
        await WriteAsync(response, Reconnect, cancellationToken);
        var started = time.GetTimestamp();
        var lastWrite = started;
        do
        {
            if (await writeNewsAsync())
            {
                lastWrite = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(lastWrite) >= PingInterval)
            {
                await WriteAsync(response, ping, cancellationToken);
                lastWrite = time.GetTimestamp();
            }
        }
        while (time.GetElapsedTime(started) < lifetime);
    }

    /// <summary>Says that a response is a stream.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-cache";
    }

    /// <summary>Sends something at once.</summary>
    public static async Task WriteAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        if (text.Length > 0)
        {
            await response.WriteAsync(text, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }
}
