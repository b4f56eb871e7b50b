using System.Net.Sockets;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults.Fuzzing;

/// <summary>
/// What is hardly HTTP, byte by byte: it is refused and stores nothing, and the next request is served. What the server itself cannot make
/// sense of it refuses before any surface is asked, without a body.
/// </summary>
[Trait("Category", "Faults")]
public sealed class BrokenHttpTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    private const string Body = """{"logs":[{"timestamp":"2026-11-21T14:30:00Z","level":"info","message":"Hello"}]}""";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>How the head ends, and what comes after it.</summary>
    public static TheoryData<string, string, string> Requests
    {
        get
        {
            var length = Body.Length;
            return new()
            {
                { "two lengths", $"Content-Length: {length}\r\nContent-Length: {length - 1}", Body },
                { "a length and chunks", $"Content-Length: {length}\r\nTransfer-Encoding: chunked", $"{length:x}\r\n{Body}\r\n0\r\n\r\n" },
                { "a negative length", "Content-Length: -1", Body },
                { "a length that is no number", "Content-Length: many", Body },
                { "a length that is too large for a number", "Content-Length: 99999999999999999999999", Body },
                { "a length beyond what is taken", "Content-Length: 200000000", Body },
                { "a body shorter than its length", $"Content-Length: {length + 100}", Body },
                { "a body that ends in the middle", $"Content-Length: {length}", Body[..20] },
                { "a body that is cut by its length", $"Content-Length: {length - 10}", Body },
                { "a chunk without a size", "Transfer-Encoding: chunked", $"\r\n{Body}\r\n0\r\n\r\n" },
                { "a chunk with a size that is none", "Transfer-Encoding: chunked", $"xyz\r\n{Body}\r\n0\r\n\r\n" },
                { "a chunk that is too short", "Transfer-Encoding: chunked", $"{length + 50:x}\r\n{Body}" },
                { "chunks without an end", "Transfer-Encoding: chunked", $"{length:x}\r\n{Body[..^1]}" },
                { "an unknown transfer encoding", "Transfer-Encoding: x", Body },
                { "a header line of 100 KB", $"X-Large: {new string('x', 100_000)}\r\nContent-Length: {length}", Body },
                { "ten thousand headers", string.Join("\r\n", Enumerable.Range(0, 10_000).Select(number => $"X-{number}: 1")), Body },
                { "a zero in a header", $"X-Zero: a\0b\r\nContent-Length: {length}", Body },
                { "a header without a name", $": x\r\nContent-Length: {length}", Body },
                { "a header without a colon", $"nothing\r\nContent-Length: {length}", Body },
                { "half a character in a header", $"x-request-id: \u00c3\r\nContent-Length: {length}", Body },
            };
        }
    }

    public static TheoryData<string> Lines =>
    [
        "POST /v1/logs HTTP/9.9", "POST /v1/logs", "POST", "", "\0\0\0\0", "GET /v1/%00/logs HTTP/1.1", "GET /v1/logs\0 HTTP/1.1", "GET http:// HTTP/1.1", "G\u00c9T / HTTP/1.1",
        "GET /v1/logs/%2e%2e/%2e%2e/health%00 HTTP/1.1", "CONNECT example.com:443 HTTP/1.1", "TRACE / HTTP/1.1", "OPTIONS * HTTP/1.1",
    ];

    /// <summary>20 broken bodies and heads.</summary>
    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_broken_request_is_refused_and_stores_nothing(string what, string head, string body)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        var answer = await SendAsync($"POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: {logs.Key}\r\nContent-Type: application/json\r\n{head}\r\n\r\n{body}");

        ExpectRefusal(what, answer);
        Assert.Equal(0, await logs.CountPersistedAsync());
        await logs.AcceptAsync(LogEntries.Simple());
    }

    /// <summary>13 broken first lines.</summary>
    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_broken_request_line_is_refused(string line)
    {
        ExpectRefusal(line, await SendAsync($"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n"));

        Assert.Equal("""{"status":"ok"}""", await fixture.Host.Client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task Whoever_stops_sending_is_answered_all_the_same()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        var answer = await SendAsync(
            $"POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: {logs.Key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{Body}", isLeftOpen: true);

        ExpectRefusal("no more", answer);
        Assert.Equal(0, await logs.CountPersistedAsync());
    }

    // 4xx: in the envelope, or the server's own, which has no body. Whoever breaks the connection off need not be answered.
    private static void ExpectRefusal(string what, string answer)
    {
        if (answer.Length == 0)
        {
            return;
        }

        Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{what}: {answer}");
        var (head, body) = answer.Split("\r\n\r\n", 2) is [var first, var rest] ? (first, rest) : (answer, "");
        Assert.True(body.Length == 0 || body.Contains("\"error\":", StringComparison.Ordinal), $"{what}: {head}\n{body}");
    }

    private async Task<string> SendAsync(string request, bool isLeftOpen = false)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var connection = new TcpClient();
        var address = fixture.Host.Client.BaseAddress!;
        await connection.ConnectAsync(address.Host, address.Port, deadline.Token);
        await using var stream = connection.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
            if (!isLeftOpen)
            {
                connection.Client.Shutdown(SocketShutdown.Send);
            }

            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(deadline.Token);
        }
        catch (Exception end) when (end is IOException or SocketException)
        {
            return "";
        }
    }
}
