using System.Net;
using System.Net.Sockets;

namespace Serverless.Outbound;

/// <summary>Asks for the addresses of a name.</summary>
/// <exception cref="SocketException">It has none, or nobody could be asked.</exception>
public delegate Task<IPAddress[]> NameResolver(string name, CancellationToken cancellationToken);

/// <summary>
/// Keeps requests to addresses that users name away from what is not public. What is decisive is not the name but the address that
/// is connected to: names are resolved here and nowhere else, so what was judged is what is called.
/// </summary>
public sealed class OutboundGuard(AddressRules rules, NameResolver resolve, TimeProvider time)
{
    private const string NotPublic = "must lead to a public address";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Judges a URL when it is named. All addresses of its host have to be allowed. A host that has none at the moment is let
    /// pass: it is judged again when it is called.
    /// </summary>
    /// <returns>The URL.</returns>
    /// <exception cref="OutboundRefusedException">It may not be called.</exception>
    public async Task<Uri> AdmitAsync(string text, CancellationToken cancellationToken)
    {
        if (!OutboundUrl.TryParse(text, rules, out var url, out var refusal))
        {
            throw new OutboundRefusedException(refusal);
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var addresses = await AddressesOfAsync(url.IdnHost, either.Token);
            return Array.TrueForAll(addresses, rules.Allows) ? url : throw new OutboundRefusedException(NotPublic);
        }
        catch (Exception failure) when (failure is SocketException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return url;
        }
    }

    /// <summary>Judges a URL that is about to be called, as far as that can be done before its host is resolved.</summary>
    /// <exception cref="OutboundRefusedException">It may not be called.</exception>
    public void Require(Uri? url)
    {
        if (OutboundUrl.Refuse(url, rules) is { } refusal)
        {
            throw new OutboundRefusedException(refusal);
        }
    }

    /// <summary>Connects to a host, at those of its addresses that are allowed.</summary>
    /// <exception cref="OutboundRefusedException">None of its addresses is allowed.</exception>
    /// <exception cref="SocketException">It has no address, or cannot be reached.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await AddressesOfAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, rules.Allows);
        if (allowed.Length == 0)
        {
            throw new OutboundRefusedException(NotPublic);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> AddressesOfAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = await resolve(host, cancellationToken);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (ArgumentException)
        {
            // The resolver does not take it for a name: so it has no address.
            throw new SocketException((int)SocketError.HostNotFound);
        }
    }
}
