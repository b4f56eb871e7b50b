using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Http;

namespace Serverless.Tests.Hosting;

/// <summary>What a handler answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
public sealed record DirectAnswer(int Status, IHeaderDictionary Headers, string Body);

/// <summary>A request that goes straight to a handler, through what every surface shares, without a server.</summary>
/// <param name="surface">The surface it is for.</param>
public sealed class DirectRequest(Surface surface)
{
    // Reading the endpoints takes a moment, and tests of properties send many requests.
    private static readonly RouteTable Routes = new();

    private readonly SurfaceEndpoint _endpoint = new(
        new TransportSecurity(new Production()),
        new SurfaceMap([surface]),
        new CrossOrigin(Options.Create(new CrossOriginOptions()), Routes, new SurfaceMap([surface])),
        NullLogger<SurfaceEndpoint>.Instance);

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Its media type.</summary>
    public string? ContentType { get; init; } = "application/json";

    /// <summary>How it is compressed.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>Sends the request.</summary>
    public async Task<DirectAnswer> SendAsync(RequestHandler handler)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = HttpMethods.Post;
        context.Request.IsHttps = true;
        context.Request.Body = new MemoryStream(Body.ToArray());
        context.Request.ContentType = ContentType;
        context.Request.Headers.ContentEncoding = ContentEncoding;
        using var answer = new MemoryStream();
        context.Response.Body = answer;

        await _endpoint.ServeAsync(context.Request, surface, handler);

        return new(context.Response.StatusCode, context.Response.Headers, Encoding.UTF8.GetString(answer.ToArray()));
    }

    private sealed class Production : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Production;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
