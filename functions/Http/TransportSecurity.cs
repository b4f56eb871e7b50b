using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Serverless.Http;

/// <summary>
/// HTTPS only. How the caller reached the front end or the host is passed on to the worker, whose server takes it for the scheme of the
/// request. Only a caller on this machine, in development, may use plain HTTP.
/// </summary>
public sealed class TransportSecurity(IHostEnvironment environment)
{
    private readonly bool _loopbackMayBePlain = environment.IsDevelopment();

    /// <summary>Whether the request may be served.</summary>
    public bool Accepts(HttpContext context) =>
        context.Request.IsHttps || (_loopbackMayBePlain && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address));
}
