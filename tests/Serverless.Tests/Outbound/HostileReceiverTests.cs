using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Serverless.Outbound;
using Serverless.Tests.Hosting;
using Serverless.Tests.Local;

namespace Serverless.Tests.Outbound;

/// <summary>Receivers that hang, drip, never end or break off: all they can take is the time that was set for them.</summary>
public sealed class HostileReceiverTests
{
    private const string Begun = "HTTP/1.1 200 OK\nContent-Length: 100\n\n";
    private const string LateMessage = "did not answer in time";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    // What the operating system may hold on to between two ends of a connection.
    private const long MaxBuffered = 32 * 1024 * 1024;

    private readonly ManualTime _time = new(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 20")]
    [InlineData("HTTP/1.1 200 OK\nContent-Le")]
    [InlineData("HTTP/1.1 100 Continue\n\n")]
    [InlineData(Begun)]
    [InlineData(Begun + "half of it")]
    [InlineData("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello")]
    public async Task Whoever_hangs_is_waited_for_until_the_time_is_over(string beginning)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = Hanging(beginning, reached);
        using var outgoing = new Outgoing(_time);

        var sending = outgoing.SendAsync(receiver.Url);
        await reached.Task.WaitAsync(Patience.Limit);
        Assert.Equal(Limit, await _time.AwaitedAsync());
        _time.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.False(sending.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await AssertFailsAsync(LateMessage, sending);
    }

    [Fact]
    public async Task Whoever_drips_gains_no_time_by_it()
    {
        using var drops = new SemaphoreSlim(0);
        using var dropped = new SemaphoreSlim(0);
        await using var receiver = Receiver.Start(async (_, connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, Begun, cancellationToken);
            while (true)
            {
                dropped.Release();
                await drops.WaitAsync(cancellationToken);
                await Receiver.SayAsync(connection, "x", cancellationToken);
            }
        });
        using var outgoing = new Outgoing(_time);

        var sending = outgoing.SendAsync(receiver.Url);
        for (var second = 0; second < 15; second++)
        {
            Assert.True(await dropped.WaitAsync(Patience.Limit));
            Assert.False(sending.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(1));
            drops.Release();
        }

        await AssertFailsAsync(LateMessage, sending);
    }

    [Theory]
    [InlineData(Begun)]
    [InlineData(Begun + "half of it")]
    [InlineData("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello")]
    public async Task Whose_answer_is_a_status_has_answered_whatever_becomes_of_the_body(string beginning)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = Hanging(beginning, reached);
        using var outgoing = new Outgoing(_time);
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url);

        var sending = outgoing.Http.SendForStatusAsync(request, Limit, maxResponseBytes: 1024, CancellationToken.None);
        await reached.Task.WaitAsync(Patience.Limit);
        await Eventually.TrueAsync(() =>
        {
            // Not before the headers are in does the wait for the body begin.
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(sending.IsCompleted);
        });

        var answer = await sending;
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.IsWhole));
    }

    [Fact]
    public async Task Whose_answer_is_a_status_may_break_off_after_it()
    {
        await using var receiver = Receiver.Start(async (_, connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, Begun + "half of it", cancellationToken);
            await connection.DisposeAsync();
        });
        using var outgoing = new Outgoing(_time);
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url);

        var answer = await outgoing.Http.SendForStatusAsync(request, Limit, maxResponseBytes: 1024, CancellationToken.None).WaitAsync(Patience.Limit);

        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.IsWhole));
    }

    [Fact]
    public async Task A_name_that_is_never_resolved_takes_no_longer_either()
    {
        using var outgoing = new Outgoing(_time, resolve: async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        });

        var sending = outgoing.SendAsync("http://hook.test/");
        await _time.AwaitedAsync();
        _time.Advance(Limit);

        await AssertFailsAsync(LateMessage, sending);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_told_of_a_failure()
    {
        using var caller = new CancellationTokenSource();
        await using var receiver = Receiver.Start((_, _, cancellationToken) =>
        {
            caller.Cancel();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        });
        using var outgoing = new Outgoing(_time);

        var sending = outgoing.SendAsync(receiver.Url, cancellationToken: caller.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Patience.Limit));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 4294967296\n\n", false)]
    [InlineData("HTTP/1.1 200 OK\nConnection: close\n\n", false)]
    [InlineData("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", true)]
    public async Task Of_a_body_without_end_only_the_beginning_is_taken(string head, bool isChunked)
    {
        var piece = Encoding.ASCII.GetBytes(isChunked ? "10000\r\n" + new string('x', 0x10000) + "\r\n" : new string('x', 0x10000));
        var flood = new Flood(head, piece);
        await using var receiver = Receiver.Start((_, connection, cancellationToken) => flood.SendAsync(connection, cancellationToken));
        using var outgoing = new Outgoing(_time);

        var answer = await outgoing.SendAsync(receiver.Url, maxResponseBytes: 100_000).WaitAsync(Patience.Limit);

        Assert.Equal(100_000, answer.Body.Length);
        Assert.False(answer.IsWhole);
        Assert.InRange(await flood.Sent.WaitAsync(Patience.Limit), 100_000, MaxBuffered);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\n", "X-Header: 0123456789012345678901234567890123456789\r\n")]
    [InlineData("HTTP/1.1 200 OK\nX-Header: ", "0123456789012345678901234567890123456789")]
    [InlineData("", "HTTP/1.1 102 Processing\r\nX-Header: 0123456789012345678901234567890123456789\r\n\r\n")]
    public async Task Headers_without_end_are_not_waited_for(string head, string piece)
    {
        var flood = new Flood(head, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 1000))));
        await using var receiver = Receiver.Start((_, connection, cancellationToken) => flood.SendAsync(connection, cancellationToken));
        using var outgoing = new Outgoing(_time);

        await AssertFailsAsync("answered with more than 16 KB of headers", outgoing.SendAsync(receiver.Url));

        Assert.InRange(await flood.Sent.WaitAsync(Patience.Limit), 16_384, MaxBuffered);
    }

    [Theory]
    [InlineData("", "broke the connection off")]
    [InlineData("HTTP/1.1 200 OK\nContent-Le", "broke the connection off")]
    [InlineData(Begun + "half of it", "broke the connection off")]
    [InlineData("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhel", "broke the connection off")]
    [InlineData("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nfive\nhello\n0\n\n", "did not answer in HTTP")]
    [InlineData("SSH-2.0-OpenSSH_9.6\n", "did not answer in HTTP")]
    public async Task Whoever_breaks_off_or_speaks_something_else_has_failed(string answer, string reason)
    {
        await using var receiver = Receiver.Start(async (_, connection, cancellationToken) =>
        {
            await Receiver.SayAsync(connection, answer, cancellationToken);
            await connection.DisposeAsync();
        });
        using var outgoing = new Outgoing(_time);

        await AssertFailsAsync(reason, outgoing.SendAsync(receiver.Url));
    }

    [Fact]
    public async Task Where_nobody_listens_nobody_answers()
    {
        using var port = TakenPort.Closed();
        using var outgoing = new Outgoing(_time);

        await AssertFailsAsync("could not be connected to", outgoing.SendAsync($"http://127.0.0.1:{port.Number}/"));
    }

    [Fact]
    public async Task Over_TLS_the_host_of_the_URL_has_to_prove_itself()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hook.test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var outgoing = new Outgoing(_time).With("hook.test", ["127.0.0.1"]);

        using var message = new HttpRequestMessage(HttpMethod.Get, $"https://hook.test:{((IPEndPoint)listener.LocalEndpoint).Port}/") { Headers = { { "Host", "other.test" } } };
        var sending = outgoing.SendAsync(message);
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        var handshake = tls.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                asked.SetResult(hello.ServerName);
                return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = certificate });
            },
            state: null);

        Assert.Equal("hook.test", await asked.Task.WaitAsync(Patience.Limit));
        await AssertFailsAsync("could not be trusted: its certificate or its TLS is not valid", sending);
        await Record.ExceptionAsync(() => handshake.WaitAsync(Patience.Limit));
    }

    // Begins an answer, says that it has, and goes no further.
    private static Receiver Hanging(string beginning, TaskCompletionSource reached) => Receiver.Start(async (_, connection, cancellationToken) =>
    {
        await Receiver.SayAsync(connection, beginning, cancellationToken);
        reached.SetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
    });

    private static async Task AssertFailsAsync(string reason, Task<GuardedResponse> sending) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<OutboundFailedException>(() => sending.WaitAsync(Patience.Limit))).Message);

    /// <summary>Sends as fast as the other end takes it, until that has had enough.</summary>
    private sealed class Flood(string head, byte[] piece)
    {
        private readonly TaskCompletionSource<long> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> Sent => _sent.Task;

        public async Task SendAsync(Stream connection, CancellationToken cancellationToken)
        {
            var sent = 0L;
            try
            {
                await Receiver.SayAsync(connection, head, cancellationToken);
                while (true)
                {
                    await connection.WriteAsync(piece, cancellationToken);
                    sent += piece.Length;
                }
            }
            finally
            {
                _sent.SetResult(sent);
            }
        }
    }
}
