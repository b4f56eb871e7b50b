using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Serverless.Http;

/// <summary>
/// HTTPS only. In Azure the front end ends TLS and says so in <c>X-Forwarded-Proto</c>; without that header the connection
/// itself counts, and only a caller on this machine, in development, may use plain HTTP.
/// </summary>
public sealed class TransportSecurity(IHostEnvironment environment)
{
    private readonly bool _loopbackMayBePlain = environment.IsDevelopment();

    /// <summary>Whether the request may be served.</summary>
    public bool Accepts(HttpContext context)
    {
        var forwarded = context.Request.Headers["X-Forwarded-Proto"].ToString();
        if (forwarded.Length > 0)
        {
            // Each hop appends: the last word is that of the hop next to us.
            return forwarded.AsSpan(forwarded.LastIndexOf(',') + 1).Trim().Equals("https", StringComparison.OrdinalIgnoreCase);
        }

        return context.Request.IsHttps
            || (_loopbackMayBePlain && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address));
    }
}
