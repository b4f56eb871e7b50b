using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Serverless.Outbound;

/// <summary>
/// The one way out to addresses that users name. It goes to public addresses only, follows no redirect, and takes from the receiver
/// no more than it was asked to: whoever hangs, drips or never ends costs a timeout and a few kilobytes.
/// </summary>
public sealed class GuardedHttp : IDisposable
{
    private const int MaxHeaderKilobytes = 16;
    private const int ReadBytes = 4096;
    private static readonly ProductInfoHeaderValue Self = new("serverless", null);

    // How long a connection may outlive a change of the name it was made for.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // Whoever drips a body that does not matter costs no more than that.
    private static readonly TimeSpan PatienceWithRest = TimeSpan.FromSeconds(1);

    private readonly OutboundGuard _guard;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _client;

    /// <summary>A way out.</summary>
    /// <param name="guard">Says where it may lead.</param>
    /// <param name="time">Measures timeouts.</param>
    public GuardedHttp(OutboundGuard guard, TimeProvider time)
    {
        _guard = guard;
        _time = time;
        _client = new(new OutboundTelemetry(new SocketsHttpHandler
        {
            ConnectCallback = guard.ConnectAsync,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaxHeaderKilobytes,

            // What is left of a body is not read to save the connection.
            MaxResponseDrainSize = 0,

            // Strangers are not told the ids of our traces.
            ActivityHeadersPropagator = null,
        }));
    }

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request. It goes out as HTTP/1.1, with the host of its URL in <c>Host</c>.</param>
    /// <param name="timeout">How long all may take, from the name of the host to the end of the body.</param>
    /// <param name="maxResponseBytes">How much of the body is read, in bytes from 0.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="OutboundRefusedException">The request may not go there; nothing was sent.</exception>
    /// <exception cref="OutboundFailedException">There was no answer in time, or none that is HTTP.</exception>
    public Task<GuardedResponse> SendAsync(HttpRequestMessage request, TimeSpan timeout, int maxResponseBytes, CancellationToken cancellationToken) =>
        SendAsync(request, timeout, (content, untilExpiry) => ReadAsync(content, maxResponseBytes, new(), untilExpiry), cancellationToken);

    /// <summary>
    /// Sends a request whose answer is its status and its headers: once they are there it has been answered, whatever becomes of its body. What
    /// comes of that within a second is read.
    /// </summary>
    /// <inheritdoc cref="SendAsync(HttpRequestMessage, TimeSpan, int, CancellationToken)"/>
    public Task<GuardedResponse> SendForStatusAsync(HttpRequestMessage request, TimeSpan timeout, int maxResponseBytes, CancellationToken cancellationToken) =>
        SendAsync(request, timeout, (content, _) => ReadRestAsync(content, maxResponseBytes, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<GuardedResponse> SendAsync(
        HttpRequestMessage request,
        TimeSpan timeout,
        Func<HttpContent, CancellationToken, Task<(ReadOnlyMemory<byte> Body, bool IsWhole)>> read,
        CancellationToken cancellationToken)
    {
        _guard.Require(request.RequestUri);

        // Over HTTP/3 it would not be we who connect, and TLS would prove the name in this header instead of the URL's.
        (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        request.Headers.Host = null;
        if (request.Headers.UserAgent.Count == 0)
        {
            request.Headers.UserAgent.Add(Self);
        }

        using var expiry = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(request, either.Token);
            var (body, isWhole) = await read(response.Content, either.Token);
            return new(response.StatusCode, response.Headers, response.Content.Headers, body, isWhole);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundFailedException("did not answer in time", late);
        }
        catch (HttpRequestException failure) when (failure.InnerException is OutboundRefusedException refused)
        {
            throw new OutboundRefusedException(refused.Message);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new OutboundFailedException(Explain(failure), failure);
        }
    }

    private async Task<(ReadOnlyMemory<byte> Body, bool IsWhole)> ReadRestAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        using var expiry = new CancellationTokenSource(PatienceWithRest, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            return await ReadAsync(content, maxBytes, body, either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (body.WrittenMemory, false);
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, bool IsWhole)> ReadAsync(
        HttpContent content, int maxBytes, ArrayBufferWriter<byte> body, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        while (true)
        {
            // One byte more than is asked for tells whether there is more.
            var room = Math.Min(ReadBytes, maxBytes - body.WrittenCount) + 1;
            var count = await stream.ReadAsync(body.GetMemory(room)[..room], cancellationToken);
            if (count == 0)
            {
                return (body.WrittenMemory, true);
            }

            body.Advance(count);
            if (body.WrittenCount > maxBytes)
            {
                return (body.WrittenMemory[..maxBytes], false);
            }
        }
    }

    private static string Explain(Exception failure) => ((failure as HttpRequestException)?.HttpRequestError ?? (failure as HttpIOException)?.HttpRequestError) switch
    {
        HttpRequestError.NameResolutionError => "has no address",
        HttpRequestError.ConnectionError => "could not be connected to",
        HttpRequestError.SecureConnectionError => "could not be trusted: its certificate or its TLS is not valid",
        HttpRequestError.ConfigurationLimitExceeded => $"answered with more than {MaxHeaderKilobytes} KB of headers",
        HttpRequestError.InvalidResponse => "did not answer in HTTP",
        _ => "broke the connection off",
    };
}
