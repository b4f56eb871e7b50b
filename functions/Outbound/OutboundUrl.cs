using System.Diagnostics.CodeAnalysis;
using System.Net;
using Serverless.Texts;

namespace Serverless.Outbound;

/// <summary>
/// Judges the URLs that users name, as far as that can be done without asking anybody. Every spelling of a literal address is
/// either brought into the usual one and judged, or refused: none is left for a resolver to make something of.
/// </summary>
public static class OutboundUrl
{
    /// <summary>The longest URL, in characters.</summary>
    public const int MaxLength = 2048;

    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;

    /// <summary>Reads a URL.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="rules">Which addresses are allowed.</param>
    /// <param name="url">The URL, when it may be called.</param>
    /// <param name="refusal">Otherwise what is wrong with it, as the end of a sentence that begins with what it is for.</param>
    public static bool TryParse(
        string text, AddressRules rules, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? refusal)
    {
        _ = Uri.TryCreate(text, UriKind.Absolute, out url);
        refusal = Refuse(url, rules);
        return refusal is null;
    }

    /// <summary>What is wrong with a URL; null when it may be called.</summary>
    internal static string? Refuse(Uri? url, AddressRules rules)
    {
        if (url is not { IsAbsoluteUri: true } || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            return "must be an absolute http or https URL";
        }

        if (Characters.Exceed(url.OriginalString, MaxLength))
        {
            return $"must not be longer than {MaxLength} characters";
        }

        if (url.OriginalString.Any(character => char.IsControl(character) || char.IsWhiteSpace(character)))
        {
            return "must not contain white space";
        }

        if (url.UserInfo.Length > 0)
        {
            return "must not contain credentials";
        }

        return url.Port is < IPEndPoint.MinPort + 1 or > IPEndPoint.MaxPort ? "must have a port from 1 to 65535" : RefuseHost(url, rules);
    }

    private static string? RefuseHost(Uri url, AddressRules rules)
    {
        var host = url.DnsSafeHost;
        if (url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            // A zone only has a meaning on this machine.
            return !host.Contains('%') && rules.Allows(IPAddress.Parse(host)) ? null : "must lead to a public address";
        }

        if (!host.All(char.IsAscii))
        {
            // What other letters become depends on tables that are not there when the application runs without a culture.
            return "must have a host in ASCII: an international name begins with xn--";
        }

        // No top-level domain begins with a digit, but every misspelled address ends with a part that does.
        return url.HostNameType == UriHostNameType.Dns && IsName(host) && char.IsAsciiLetter(host.TrimEnd('.').Split('.')[^1][0])
            ? null
            : "must have the name of a host, or its address in the usual form";
    }

    // RFC 1035, 2.3.4. A resolver is not asked for what no name can be: it would not say that there is none, but throw.
    private static bool IsName(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        return name.Length <= MaxNameLength && Array.TrueForAll(name.Split('.'), label => label.Length is > 0 and <= MaxLabelLength);
    }
}
