using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Http;

/// <summary>A web page at an origin of its own, which knows nothing of the application but its address.</summary>
public sealed class WebPage : IAsyncDisposable
{
    private readonly WebApplication _server;

    private WebPage(WebApplication server) => _server = server;

    /// <summary>Where it is: its origin.</summary>
    public string Origin => _server.Urls.First();

    /// <summary>Publishes a page.</summary>
    /// <param name="html">The document.</param>
    public static async Task<WebPage> StartAsync(string html)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(html);
        });
        await server.StartAsync();
        return new(server);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
