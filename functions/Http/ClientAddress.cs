using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Serverless.Http;

/// <summary>
/// The address of a client, as the trusted hops before us saw it. Each proxy appends to <c>X-Forwarded-For</c> the address it was
/// called from, so only the last entries, as many as there are trusted proxies, cannot be made up by the client.
/// </summary>
/// <param name="options">How many proxies there are.</param>
public sealed class ClientAddress(IOptions<HttpOptions> options)
{
    // Whoever has an IPv6 address has the 64 bits after its network prefix to choose from.
    private const int NetworkPrefixBytes = 8;

    private readonly int _proxies = options.Value.ProxyCount;

    /// <summary>The client of a request, in a form to count by: an IPv4 address, or the network of an IPv6 address.</summary>
    public string Of(HttpContext context)
    {
        var hops = context.Request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isForwarded = _proxies > 0 && hops.Length >= _proxies;
        return isForwarded && Parse(hops[^_proxies]) is { } forwarded
            ? Normalize(forwarded)
            : Normalize(context.Connection.RemoteIpAddress ?? IPAddress.None);
    }

    // Azure's front end writes the port behind the address.
    private static IPAddress? Parse(string hop) => IPEndPoint.TryParse(hop, out var endpoint) ? endpoint.Address : null;

    private static string Normalize(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkPrefixBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
