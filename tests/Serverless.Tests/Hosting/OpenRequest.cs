using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Tests.Hosting;

/// <summary>A request whose body is sent bit by bit, and that need not end before the answer comes.</summary>
internal sealed partial class OpenRequest : IAsyncDisposable
{
    private readonly TcpClient _connection;
    private readonly NetworkStream _stream;

    private OpenRequest(TcpClient connection)
    {
        _connection = connection;
        _stream = connection.GetStream();
    }

    /// <summary>Begins a request.</summary>
    /// <param name="address">The server.</param>
    /// <param name="start">The request line.</param>
    /// <param name="headers">The headers, beside those of the connection and the body's length.</param>
    public static async Task<OpenRequest> BeginAsync(Uri address, string start, params IEnumerable<string> headers)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        var request = new OpenRequest(connection);
        string[] lines = [start, $"Host: {address.Authority}", "Connection: close", "Transfer-Encoding: chunked", .. headers, "", ""];
        await request.SendAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)));
        return request;
    }

    /// <summary>Sends more of the body.</summary>
    public async Task SendBodyAsync(ReadOnlyMemory<byte> bytes)
    {
        await SendAsync(Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
        await SendAsync(bytes);
        await SendAsync("\r\n"u8.ToArray());
    }

    /// <summary>Says that the body is whole.</summary>
    public Task EndBodyAsync() => SendAsync("0\r\n\r\n"u8.ToArray());

    /// <summary>Waits for the answer, as it is on the wire. The connection may stay open after it, or break.</summary>
    public async Task<string> ReadAnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        var answer = "";
        var buffer = new byte[4096];
        while (!IsWhole(answer))
        {
            var count = await _stream.ReadAsync(buffer, patience.Token);
            Assert.True(count > 0, $"The connection ended after: {answer}");
            answer += Encoding.UTF8.GetString(buffer, 0, count);
        }

        return answer;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _connection.Dispose();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        await _stream.WriteAsync(bytes, patience.Token);
    }

    private static bool IsWhole(string answer) =>
        answer.Split("\r\n\r\n", 2) is [var headers, var body]
        && Length().Match(headers) is { Success: true } length
        && body.Length >= int.Parse(length.Groups["bytes"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^Content-Length: (?<bytes>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Length();
}
