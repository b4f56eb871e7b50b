using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Serverless.Http;

/// <summary>
/// The address of a client. Azure's front end says it in a header of its own, which it sets anew on every request; what the host makes of
/// <c>X-Forwarded-For</c> is the address of that front end. Where no front end stands before the host, the host's own word counts.
/// </summary>
/// <param name="options">How many proxies there are.</param>
public sealed class ClientAddress(IOptions<HttpOptions> options)
{
    private const string FrontEndHeader = "X-Client-IP";

    // Whoever has an IPv6 address has the 64 bits after its network prefix to choose from.
    private const int NetworkPrefixBytes = 8;

    private readonly bool _isBehindFrontEnd = options.Value.ProxyCount > 0;

    /// <summary>The client of a request, in a form to count by: an IPv4 address, or the network of an IPv6 address.</summary>
    public string Of(HttpContext context)
    {
        var address = _isBehindFrontEnd && IPAddress.TryParse(context.Request.Headers[FrontEndHeader], out var client)
            ? client
            : context.Connection.RemoteIpAddress;
        return Normalize(address ?? IPAddress.None);
    }

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
