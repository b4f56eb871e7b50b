using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Configuration;

/// <summary>What the host's servers have in common: they are parts of it, and live as long as it says.</summary>
internal static class EmbeddedServer
{
    /// <summary>A builder of a server that has nothing but what it is given.</summary>
    /// <param name="logs">Makes its logs.</param>
    public static WebApplicationBuilder CreateBuilder(ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton(logs).AddSingleton<IHostLifetime, Lifetime>().AddRouting();
        return builder;
    }

    // The usual one listens for Ctrl-C itself, and says how to end it.
    private sealed class Lifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
