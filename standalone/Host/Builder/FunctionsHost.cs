using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Serverless.Standalone.Host;

/// <summary>The running application; says in one line why it could not start when the user can put that right.</summary>
internal sealed class FunctionsHost(WebApplication application, StartupLogFilter startupLog) : IHost, IAsyncDisposable
{
    public IServiceProvider Services => application.Services;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        // Taken now: a server that cannot bind forgets them.
        string[] urls = [.. application.Urls];
        try
        {
            await application.StartAsync(cancellationToken);
            startupLog.HasStarted = true;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            var ports = urls.Select(url => BindingAddress.Parse(url).Port).ToArray();
            var which = ports is [var port] ? $"Port {port} is" : $"One of the ports {string.Join(", ", ports)} is";
            throw new HostAbortedException($"{which} already in use: choose another with --urls http://localhost:{ports.Max() + 1}.", failure);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressNotAvailable)
        {
            throw new HostAbortedException(
                $"Cannot listen on {string.Join(", ", urls)} ({failure.Message}): choose another address with --urls.", failure);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => application.StopAsync(cancellationToken);

    public void Dispose() => ((IDisposable)application).Dispose();

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
