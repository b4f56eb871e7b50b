using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Local.Configuration;
using Serverless.Local.Workers.Protocol;
using Yarp.ReverseProxy.Forwarder;

namespace Serverless.Local.Http;

/// <summary>
/// Takes requests and passes them on to the workers, as the Functions host does: the worker is told of the invocation in the protocol, and gets the
/// request itself over HTTP. Requests that come before the functions are known wait until they are.
/// </summary>
internal sealed class FrontEnd : IAsyncDisposable
{
    private const string InvocationHeader = "x-ms-invocation-id";

    // As of the Functions host.
    private const long MaxBodyBytes = 104_857_600;
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly WebApplication _server;
    private readonly IHttpForwarder _forwarder;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,

        // Nobody is shown what this host does: a caller's trace goes on in the worker.
        ActivityHeadersPropagator = null,
    });

    private readonly TaskCompletionSource<HttpRoutes> _routes = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FrontEnd(WebApplication server)
    {
        _server = server;
        _forwarder = server.Services.GetRequiredService<IHttpForwarder>();

        // Not a fallback route: that would pass over paths that look like the name of a file.
        server.Map("{**path}", ServeAsync);
    }

    /// <summary>Where it listens, once it does.</summary>
    public Uri Address => new(_server.Urls.First());

    /// <summary>Starts to listen.</summary>
    /// <param name="settings">The host's settings.</param>
    /// <param name="grace">How long requests under way may take when it is stopped.</param>
    /// <param name="logs">Makes the logs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HostAbortedException">It cannot listen there; the message says why.</exception>
    public static async Task<FrontEnd> StartAsync(IConfiguration settings, TimeSpan grace, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var builder = EmbeddedServer.CreateBuilder(logs);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Configure(settings.GetSection("Kestrel"));
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddHttpForwarder();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = grace);
        var server = builder.Build();
        server.Urls.AddHostUrls(settings);
        var frontEnd = new FrontEnd(server);
        try
        {
            await frontEnd.ListenAsync(cancellationToken);
            return frontEnd;
        }
        catch
        {
            await frontEnd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says which functions there are; requests are answered from now on.</summary>
    public void Open(HttpRoutes routes) => _routes.TrySetResult(routes);

    /// <summary>Takes no more requests, and waits for those under way.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _routes.TrySetCanceled();
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        // Taken now: a server that cannot bind forgets them.
        string[] urls = [.. _server.Urls];
        try
        {
            await _server.StartAsync(cancellationToken);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            var ports = urls.Select(url => BindingAddress.Parse(url).Port).ToArray();
            var which = ports is [var port] ? $"Port {port} is" : $"One of the ports {string.Join(", ", ports)} is";
            throw new HostAbortedException($"{which} already in use: choose another with --urls http://localhost:{ports.Max() + 1}.", failure);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressNotAvailable)
        {
            throw new HostAbortedException($"Cannot listen on {string.Join(", ", urls)} ({failure.Message}): choose another address with --urls.", failure);
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var routes = await _routes.Task.WaitAsync(context.RequestAborted);
        if (routes.Find(context.Request.Method, context.Request.Path) is not { } match)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var worker = await match.Invoker.GetWorkerAsync(context.RequestAborted);
        var invocation = match.Invoker.NewInvocation(new TypedData { Http = new() });
        invocation.TraceContext = new() { TraceParent = context.Request.Headers.TraceParent.ToString(), TraceState = context.Request.Headers.TraceState.ToString() };
        foreach (var (name, value) in match.Values)
        {
            if (value is not null)
            {
                invocation.TriggerMetadata[name] = new() { String = value.ToString() };
            }
        }

        context.Request.Headers[InvocationHeader] = invocation.InvocationId;
        var invoking = match.Invoker.TryInvokeAsync(worker, invocation, context.RequestAborted);
        await _forwarder.SendAsync(context, worker.HttpAddress.AbsoluteUri, _client, Forwarding);
        await invoking;
    }
}
