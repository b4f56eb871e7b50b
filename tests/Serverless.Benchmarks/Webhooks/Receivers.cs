using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Serverless.Benchmarks.Webhooks;

/// <summary>Receivers of webhooks, each under an address of its own. Those that hang take a message, and never answer.</summary>
internal sealed class Receivers : IAsyncDisposable
{
    private const string Hanging = "/hanging";

    private readonly WebApplication _server;

    // When each message arrived, by its id.
    private readonly ConcurrentDictionary<string, Channel<long>> _arrivals = new(StringComparer.Ordinal);

    private Receivers()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://0.0.0.0:0");
        _server = builder.Build();
        _server.Run(ReceiveAsync);
    }

    /// <summary>Begins to receive.</summary>
    public static async Task<Receivers> StartAsync()
    {
        var receivers = new Receivers();
        await receivers._server.StartAsync();
        return receivers;
    }

    /// <summary>The address of a receiver.</summary>
    /// <param name="number">Which one, from 0.</param>
    /// <param name="hangs">Whether it hangs.</param>
    public string AddressOf(int number, bool hangs) => $"http://127.0.{1 + (number / 250)}.{1 + (number % 250)}:{new Uri(_server.Urls.Single()).Port}{(hangs ? Hanging : "/")}";

    /// <summary>Waits until all that do not hang have a message, each once.</summary>
    /// <param name="id">The id of the run that it tells of.</param>
    /// <param name="since">When the run was submitted.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>After how many milliseconds each of them had it.</returns>
    public async Task<IReadOnlyList<double>> WaitAsync(string id, long since, int count)
    {
        var times = await ArrivalsOf(id).Reader.ReadAllAsync().Take(count).ToListAsync();
        return [.. times.Select(time => Stopwatch.GetElapsedTime(since, time).TotalMilliseconds)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        if (context.Request.Path == Hanging)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await ArrivalsOf(context.Request.Headers["X-Lamina-Webhook-Request-Id"].ToString()).Writer.WriteAsync(Stopwatch.GetTimestamp());
    }

    private Channel<long> ArrivalsOf(string id) => _arrivals.GetOrAdd(id, _ => Channel.CreateUnbounded<long>());
}
