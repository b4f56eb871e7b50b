using System.Net;
using System.Net.Sockets;

namespace Serverless.Tests.Hosting;

/// <summary>A port of this machine that is ours as long as this lives.</summary>
internal sealed class TakenPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private TakenPort(bool listens)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (listens)
        {
            _socket.Listen();
        }
    }

    /// <summary>The port.</summary>
    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>A port where connections are made, and then nobody says anything.</summary>
    public static TakenPort Silent() => new(listens: true);

    /// <summary>A port where connections are refused.</summary>
    public static TakenPort Closed() => new(listens: false);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
