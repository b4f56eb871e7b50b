using System.Diagnostics;
using System.Net;
using System.Text;

namespace Serverless.Tests.Outbound;

/// <summary>Requests to receivers that behave.</summary>
public sealed class GuardedHttpTests
{
    private const string Ok = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

    [Fact]
    public async Task A_request_goes_out_as_it_was_made_and_the_answer_comes_back()
    {
        await using var receiver = Receiver.Saying("HTTP/1.1 418 Teapot\nX-Tea: green\nContent-Type: text/tea; charset=utf-8\nContent-Length: 5\n\nshort");
        using var outgoing = new Outgoing().With("hook.test", ["127.0.0.1"]);

        var answer = await outgoing.SendAsync($"http://hook.test:{receiver.Port}/a/b?c=d#e", method: HttpMethod.Post, body: "stout");

        Assert.Equal(
            $"POST /a/b?c=d HTTP/1.1\r\nHost: hook.test:{receiver.Port}\r\nUser-Agent: serverless\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nstout",
            Assert.Single(receiver.Requests));
        Assert.Equal((HttpStatusCode)418, answer.Status);
        Assert.False(answer.IsSuccess);
        Assert.Equal("green", Assert.Single(answer.Headers.GetValues("X-Tea")));
        Assert.Equal("text/tea", answer.ContentHeaders.ContentType!.MediaType);
        Assert.Equal("short", Encoding.UTF8.GetString(answer.Body.Span));
        Assert.True(answer.IsWhole);
    }

    [Theory]
    [InlineData(0, 1, 0, false)]
    [InlineData(0, 0, 0, true)]
    [InlineData(10, 9, 9, true)]
    [InlineData(10, 10, 10, true)]
    [InlineData(10, 11, 10, false)]
    [InlineData(10_000, 10_000, 10_000, true)]
    [InlineData(10_000, 10_001, 10_000, false)]
    public async Task Of_a_body_no_more_is_taken_than_was_asked_for(int max, int sent, int taken, bool isWhole)
    {
        var body = new string('x', sent);
        await using var receiver = Receiver.Saying($"HTTP/1.1 200 OK\nContent-Length: {sent}\n\n{body}");
        using var outgoing = new Outgoing();

        var answer = await outgoing.SendAsync(receiver.Url, max);

        Assert.Equal(body[..taken], Encoding.UTF8.GetString(answer.Body.Span));
        Assert.Equal(isWhole, answer.IsWhole);
        Assert.True(answer.IsSuccess);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_an_answer_and_not_followed(int status)
    {
        await using var other = Receiver.Saying(Ok);
        await using var receiver = Receiver.Saying($"HTTP/1.1 {status} Elsewhere\nLocation: {other.Url}\nContent-Length: 0\n\n");
        using var outgoing = new Outgoing();

        var answer = await outgoing.SendAsync(receiver.Url);

        Assert.Equal((HttpStatusCode)status, answer.Status);
        Assert.False(answer.IsSuccess);
        Assert.Equal(new Uri(other.Url), answer.Headers.Location);
        Assert.Equal(0, other.Connections);
        Assert.Equal(1, receiver.Connections);
    }

    [Fact]
    public async Task Nothing_is_remembered_of_a_receiver_and_nothing_is_told_about_us()
    {
        await using var receiver = Receiver.Saying("HTTP/1.1 401 No\nSet-Cookie: a=b\nWWW-Authenticate: Basic realm=\"x\"\nAlt-Svc: h3=\":443\"\nContent-Length: 0\n\n");
        using var outgoing = new Outgoing();
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).AddBaggage("secret", "s").Start();

        await outgoing.SendAsync(receiver.Url);
        await outgoing.SendAsync(receiver.Url);

        Assert.Equal(
            Enumerable.Repeat($"GET / HTTP/1.1\r\nHost: 127.0.0.1:{receiver.Port}\r\nUser-Agent: serverless\r\n\r\n", 2),
            receiver.Requests);
    }

    [Fact]
    public async Task Neither_the_host_nor_the_protocol_can_be_another()
    {
        await using var receiver = Receiver.Saying(Ok);
        using var outgoing = new Outgoing();
        using var request = new HttpRequestMessage(HttpMethod.Get, receiver.Url)
        {
            Version = HttpVersion.Version30,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
            Headers = { { "Host", "elsewhere.test" }, { "User-Agent", "mine/1.0" } },
        };

        await outgoing.SendAsync(request);

        Assert.Equal($"GET / HTTP/1.1\r\nHost: 127.0.0.1:{receiver.Port}\r\nUser-Agent: mine/1.0\r\n\r\n", Assert.Single(receiver.Requests));
    }

    [Fact]
    public async Task Compressed_bodies_stay_as_they_are()
    {
        await using var receiver = Receiver.Saying("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 3\n\n\x1f\u008b\b");
        using var outgoing = new Outgoing();

        var answer = await outgoing.SendAsync(receiver.Url);

        Assert.Equal([0x1f, 0x8b, 0x08], answer.Body.ToArray());
    }
}
