using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Serverless.Outbound;

/// <summary>Which addresses requests may go to when users say where to: those that anybody on the Internet could reach as well.</summary>
/// <param name="options">Whether loopback is among them.</param>
public sealed class AddressRules(IOptions<OutboundOptions> options)
{
    private const int IPv4Bytes = 4;

    // What IANA has given out to hosts. All else in IPv6 is reserved, local, or no address of a host.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // A gateway makes the IPv4 address at its end of it (NAT64).
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8",          // this network
            "10.0.0.0/8",         // private
            "100.64.0.0/10",      // between a provider and its customers
            "127.0.0.0/8",        // loopback
            "168.63.129.16/32",   // Azure's own services for a virtual machine
            "169.254.0.0/16",     // link-local; where clouds give credentials out
            "172.16.0.0/12",      // private
            "192.0.0.0/24",       // protocol assignments
            "192.0.2.0/24",       // documentation
            "192.88.99.0/24",     // relays of 6to4
            "192.168.0.0/16",     // private
            "198.18.0.0/15",      // benchmarks
            "198.51.100.0/24",    // documentation
            "203.0.113.0/24",     // documentation
            "224.0.0.0/4",        // multicast
            "240.0.0.0/4",        // reserved, and broadcast
            "2001::/23",          // protocol assignments, among them Teredo, which hides an IPv4 address
            "2001:db8::/32",      // documentation
            "2002::/16",          // 6to4, which holds an IPv4 address
            "3fff::/20",          // documentation
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private readonly bool _allowsLoopback = options.Value.IsLoopbackAllowed;

    /// <summary>Whether a request may go there.</summary>
    public bool Allows(IPAddress address) => IsPublic(address) || (_allowsLoopback && IPAddress.IsLoopback(address));

    /// <summary>Whether an address is one of the public Internet. An IPv4 address within an IPv6 address has to be one too.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !IsListed(address);
        }

        if (address.IsIPv4MappedToIPv6 || Translated.Contains(address))
        {
            return IsPublic(EmbeddedIn(address));
        }

        return GlobalUnicast.Contains(address) && !IsListed(address) && (!IsTunnel(address) || IsPublic(EmbeddedIn(address)));
    }

    private static bool IsListed(IPAddress address) => Array.Exists(NotPublic, network => network.Contains(address));

    // ISATAP: in any network, a host part that says so, and then the IPv4 address.
    private static bool IsTunnel(IPAddress address) => address.GetAddressBytes() is [_, _, _, _, _, _, _, _, 0 or 2, 0, 0x5E, 0xFE, ..];

    private static IPAddress EmbeddedIn(IPAddress address) => new(address.GetAddressBytes().AsSpan()[^IPv4Bytes..]);
}
