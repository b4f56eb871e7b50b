using Serverless.Outbound;
using Serverless.Tests.Hosting;
using Serverless.Tests.Local;

namespace Serverless.Tests.Outbound;

/// <summary>URLs that are to lead to an image, a film or a document.</summary>
public sealed class MediaProbeTests
{
    private const string Png = "HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 5000000\n\n";
    private const string Range = "\r\nRange: bytes=0-0\r\n";

    [Theory]
    [InlineData("image/png", "image/png", "image/*")]
    [InlineData("IMAGE/PNG", "image/png", "image/*")]
    [InlineData("image/png", "image/png", "IMAGE/PNG")]
    [InlineData("video/mp4; codecs=\"avc1\"", "video/mp4", "image/*", "video/*")]
    [InlineData("application/pdf", "application/pdf", "audio/*", "application/pdf")]
    [InlineData("text/plain", "text/plain")]
    public async Task A_medium_of_a_type_that_will_do_is_accepted_by_its_headers_alone(string sent, string type, params string[] accepted)
    {
        await using var receiver = Receiver.Saying($"HTTP/1.1 200 OK\nContent-Type: {sent}\nContent-Length: 5000000\n\n");
        using var outgoing = new Outgoing();

        Assert.Equal(new ProbedMedia(type, null), await outgoing.Probe.ProbeAsync(receiver.Url, accepted, default));
        Assert.StartsWith("HEAD / HTTP/1.1\r\n", Assert.Single(receiver.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "is text/html, and must be image/* or application/pdf", "image/*", "application/pdf")]
    [InlineData("images/png", "is images/png, and must be image/*", "image/*")]
    [InlineData("application/pdfx", "is application/pdfx, and must be application/pdf", "application/pdf")]
    public async Task A_medium_of_another_type_is_named_with_those_that_would_do(string sent, string problem, params string[] accepted)
    {
        await using var receiver = Receiver.Saying($"HTTP/1.1 200 OK\nContent-Type: {sent}\nContent-Length: 0\n\n");
        using var outgoing = new Outgoing();

        Assert.Equal(new ProbedMedia(null, problem), await outgoing.Probe.ProbeAsync(receiver.Url, accepted, default));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 No\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 404 No\nContent-Type: image/gif\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 302 Found\nLocation: http://10.0.0.1/\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 500 No\nContent-Length: 0\n\n")]
    [InlineData("no HTTP\n\n")]
    [InlineData("HTTP/1.1 405 No\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 501 No\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 403 No\nContent-Length: 0\nContent-Type: application/xml\n\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 5000000\n\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Type: nonsense\n\n")]
    public async Task Where_the_headers_are_not_given_the_first_byte_is_asked_for(string head)
    {
        await using var receiver = Receiver.Start((request, connection, cancellationToken) => Receiver.SayAsync(
            connection,
            request.StartsWith("HEAD", StringComparison.Ordinal) ? head : "HTTP/1.1 206 Partial\nContent-Type: image/png\nContent-Range: bytes 0-0/5\nContent-Length: 1\n\nx",
            cancellationToken));
        using var outgoing = new Outgoing();

        Assert.Equal(new ProbedMedia("image/png", null), await outgoing.Probe.ProbeAsync(receiver.Url, ["image/*"], default));
        Assert.Equal(2, receiver.Requests.Count);
        Assert.StartsWith("GET / HTTP/1.1\r\n", receiver.Requests[1], StringComparison.Ordinal);
        Assert.Contains(Range, receiver.Requests[1], StringComparison.Ordinal);
        Assert.DoesNotContain(Range, receiver.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_does_not_make_us_fetch_the_whole()
    {
        await using var receiver = Receiver.Start(async (request, connection, cancellationToken) =>
        {
            if (request.StartsWith("HEAD", StringComparison.Ordinal))
            {
                await Receiver.SayAsync(connection, "HTTP/1.1 405 No\nContent-Length: 0\n\n", cancellationToken);
                return;
            }

            await Receiver.SayAsync(connection, Png + "xx", cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        using var outgoing = new Outgoing();

        var probing = outgoing.Probe.ProbeAsync(receiver.Url, ["image/*"], default);

        Assert.Equal(new ProbedMedia("image/png", null), await probing.WaitAsync(Patience.Limit));
    }

    [Theory]
    [InlineData("HTTP/1.1 404 No\nContent-Type: image/png\nContent-Length: 0\n\n", "answered with status 404")]
    [InlineData("HTTP/1.1 500 No\nContent-Length: 0\n\n", "answered with status 500")]
    [InlineData("HTTP/1.1 405 No\nContent-Length: 0\n\n", "answered with status 405")]
    [InlineData("HTTP/1.1 302 Found\nLocation: http://10.0.0.1/\nContent-Type: image/png\nContent-Length: 0\n\n", "answered with a redirect (302), and redirects are not followed")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n", "does not say what media type it is")]
    public async Task What_is_no_medium_is_told_from_the_answer(string answer, string problem)
    {
        await using var receiver = Receiver.Saying(answer);
        using var outgoing = new Outgoing();

        Assert.Equal(new ProbedMedia(null, problem), await outgoing.Probe.ProbeAsync(receiver.Url, ["image/*"], default));
    }

    [Theory]
    [InlineData("picture", "must be an absolute http or https URL")]
    [InlineData("http://10.0.0.1/", "must lead to a public address")]
    [InlineData("http://private.test/", "must lead to a public address")]
    [InlineData("http://unknown.test/", "has no address")]
    public async Task What_may_not_or_cannot_be_called_says_so(string url, string problem)
    {
        using var outgoing = new Outgoing().With("private.test", ["10.0.0.1"]);

        Assert.Equal(new ProbedMedia(null, problem), await outgoing.Probe.ProbeAsync(url, [], default));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_to_HEAD_is_asked_for_the_first_byte_while_there_is_time()
    {
        var time = new ManualTime(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = Receiver.Start(async (request, connection, cancellationToken) =>
        {
            if (request.StartsWith("HEAD", StringComparison.Ordinal))
            {
                reached.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            await Receiver.SayAsync(connection, Png + "x", cancellationToken);
        });
        using var outgoing = new Outgoing(time);

        var probing = outgoing.Probe.ProbeAsync(receiver.Url, ["image/*"], default);
        await reached.Task.WaitAsync(Patience.Limit);
        Assert.Equal(TimeSpan.FromSeconds(2), await time.AwaitedAsync());
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new ProbedMedia("image/png", null), await probing.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Five_seconds_are_all_there_is_for_both_requests()
    {
        const string HangsAt = "GET";
        const int SecondsLeft = 2;
        var time = new ManualTime(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = Receiver.Start(async (request, connection, cancellationToken) =>
        {
            if (!request.StartsWith(HangsAt, StringComparison.Ordinal))
            {
                time.Advance(TimeSpan.FromSeconds(3));
                await Receiver.SayAsync(connection, "HTTP/1.1 405 No\nContent-Length: 0\n\n", cancellationToken);
                return;
            }

            reached.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        using var outgoing = new Outgoing(time);

        var probing = outgoing.Probe.ProbeAsync(receiver.Url, [], default);
        await reached.Task.WaitAsync(Patience.Limit);
        Assert.Equal(TimeSpan.FromSeconds(SecondsLeft), await time.AwaitedAsync());
        time.Advance(TimeSpan.FromSeconds(SecondsLeft));

        Assert.Equal(new ProbedMedia(null, "did not answer in time"), await probing.WaitAsync(Patience.Limit));
    }
}
