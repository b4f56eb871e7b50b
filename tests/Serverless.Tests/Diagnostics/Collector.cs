using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Diagnostics;

/// <summary>A collector of telemetry that speaks OTLP over HTTP.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentQueue<Series> _series = new();
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private TaskCompletionSource _changed = NewSignal();

    private Collector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(TakeAsync);
    }

    /// <summary>The spans so far.</summary>
    public IReadOnlyList<Span> Spans => [.. _spans];

    /// <summary>The series so far, the same one again with every export.</summary>
    public IReadOnlyList<Series> Series => [.. _series];

    /// <summary>The lines of the log so far.</summary>
    public IReadOnlyList<LogLine> Lines => [.. _lines];

    /// <summary>What an application has to be told to send everything here, and soon.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("OTEL_EXPORTER_OTLP_ENDPOINT", _server.Urls.Single()),
        new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        new("OTEL_BSP_SCHEDULE_DELAY", "50"),
        new("OTEL_BLRP_SCHEDULE_DELAY", "50"),
        new("OTEL_METRIC_EXPORT_INTERVAL", "100"),
    ];

    /// <summary>Starts a collector.</summary>
    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._server.StartAsync();
        return collector;
    }

    /// <summary>Waits until what has come in satisfies a condition.</summary>
    public async Task WaitUntilAsync(Func<Collector, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var changed = _changed.Task;
            if (condition(this))
            {
                return;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var export = new ProtocolBuffer(body.ToArray());
        switch (context.Request.Path.Value)
        {
            case "/v1/traces":
                Add(_spans, Span.In(export));
                break;
            case "/v1/metrics":
                Add(_series, Diagnostics.Series.In(export));
                break;
            case "/v1/logs":
                Add(_lines, LogLine.In(export));
                break;
        }

        context.Response.ContentType = "application/x-protobuf";
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }

    private static void Add<T>(ConcurrentQueue<T> all, IEnumerable<T> more)
    {
        foreach (var item in more)
        {
            all.Enqueue(item);
        }
    }
}
