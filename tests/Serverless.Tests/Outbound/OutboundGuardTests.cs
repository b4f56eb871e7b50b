using System.Net;
using Microsoft.Extensions.Options;
using Serverless.Outbound;
using Serverless.Tests.Hosting;
using Serverless.Tests.Local;

namespace Serverless.Tests.Outbound;

/// <summary>What becomes of the names in URLs: when they are named, and when they are called.</summary>
public sealed class OutboundGuardTests
{
    private const string NotPublic = "must lead to a public address";
    private const string Ok = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";
    private const string OkAndClose = "HTTP/1.1 200 OK\nContent-Length: 2\nConnection: close\n\nok";

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:192.168.0.1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("8.8.8.8", "10.0.0.1")]
    [InlineData("2606:4700:4700::1111", "fe80::1")]
    public async Task A_name_that_leads_to_an_address_that_is_not_public_is_refused_when_it_is_named(params string[] addresses)
    {
        using var outgoing = new Outgoing(allowLoopback: false).With("hook.test", addresses);

        var refused = await Assert.ThrowsAsync<OutboundRefusedException>(() => outgoing.Guard.AdmitAsync("https://hook.test/", default));

        Assert.Equal(NotPublic, refused.Message);
    }

    [Fact]
    public async Task A_name_that_leads_to_public_addresses_is_admitted()
    {
        using var outgoing = new Outgoing(allowLoopback: false).With("hook.test", ["8.8.8.8", "2606:4700:4700::1111"]);

        Assert.Equal(new Uri("https://hook.test/x"), await outgoing.Guard.AdmitAsync("https://hook.test/x", default));
        Assert.Equal(["hook.test"], outgoing.Asked);
    }

    [Fact]
    public async Task What_is_wrong_with_the_text_itself_is_said_without_asking_for_any_name()
    {
        using var outgoing = new Outgoing();

        var refused = await Assert.ThrowsAsync<OutboundRefusedException>(() => outgoing.Guard.AdmitAsync("ftp://hook.test/", default));

        Assert.Equal("must be an absolute http or https URL", refused.Message);
        Assert.Empty(outgoing.Asked);
    }

    [Fact]
    public async Task A_name_without_an_address_is_admitted_and_cannot_be_called()
    {
        using var outgoing = new Outgoing();

        await outgoing.Guard.AdmitAsync("http://hook.test/", default);

        var failed = await Assert.ThrowsAsync<OutboundFailedException>(() => outgoing.SendAsync("http://hook.test/"));
        Assert.Equal("has no address", failed.Message);
        Assert.Equal(["hook.test", "hook.test"], outgoing.Asked);
    }

    [Fact]
    public async Task A_name_that_the_resolver_does_not_take_for_one_has_no_address()
    {
        using var outgoing = new Outgoing(resolve: (name, _) => throw new ArgumentOutOfRangeException(nameof(name)));

        await outgoing.Guard.AdmitAsync("http://hook.test/", default);

        var failed = await Assert.ThrowsAsync<OutboundFailedException>(() => outgoing.SendAsync("http://hook.test/"));
        Assert.Equal("has no address", failed.Message);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_in_time_is_admitted_unless_the_caller_gave_up()
    {
        var time = new ManualTime(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        using var outgoing = new Outgoing(time, resolve: async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        });
        using var caller = new CancellationTokenSource();

        var admitted = outgoing.Guard.AdmitAsync("http://hook.test/", default);
        Assert.Equal(TimeSpan.FromSeconds(5), await time.AwaitedAsync());
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new Uri("http://hook.test/"), await admitted.WaitAsync(Patience.Limit));

        var abandoned = outgoing.Guard.AdmitAsync("http://hook.test/", caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task The_address_that_was_judged_is_the_one_that_is_called()
    {
        await using var receiver = Receiver.Saying(Ok);
        using var outgoing = new Outgoing().With("hook.test", ["127.0.0.1"], ["10.0.0.1"]);

        // Whoever asked for the name a second time would get the other address.
        await outgoing.SendAsync($"http://hook.test:{receiver.Port}/");
        await outgoing.SendAsync($"http://hook.test:{receiver.Port}/");

        Assert.Equal(["hook.test"], outgoing.Asked);
        Assert.Equal(1, receiver.Connections);
        Assert.All(receiver.Requests, request => Assert.Contains($"\r\nHost: hook.test:{receiver.Port}\r\n", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_by_the_next_connection_is_judged_again()
    {
        await using var receiver = Receiver.Saying(OkAndClose);
        using var outgoing = new Outgoing().With("hook.test", ["127.0.0.1"], ["10.0.0.1"], ["127.0.0.1"]);
        var url = $"http://hook.test:{receiver.Port}/";

        await outgoing.SendAsync(url);
        var refused = await Assert.ThrowsAsync<OutboundRefusedException>(() => outgoing.SendAsync(url));
        Assert.Equal(NotPublic, refused.Message);
        Assert.Equal(1, receiver.Connections);
        await outgoing.SendAsync(url);

        Assert.Equal(["hook.test", "hook.test", "hook.test"], outgoing.Asked);
        Assert.Equal(2, receiver.Connections);
    }

    [Theory]
    [InlineData("10.0.0.1", "127.0.0.1")]
    [InlineData("169.254.169.254", "fe80::1", "::ffff:10.0.0.1", "127.0.0.1")]
    public async Task Only_those_addresses_of_a_name_are_called_that_are_allowed(params string[] addresses)
    {
        await using var receiver = Receiver.Saying(Ok);
        using var outgoing = new Outgoing().With("hook.test", addresses);

        var answer = await outgoing.SendAsync($"http://hook.test:{receiver.Port}/");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task When_one_address_cannot_be_reached_the_next_one_is_called()
    {
        await using var receiver = Receiver.Saying(Ok);
        using var outgoing = new Outgoing().With("hook.test", ["::1", "127.0.0.2", "127.0.0.1"]);

        var answer = await outgoing.SendAsync($"http://hook.test:{receiver.Port}/");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://127.1:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://hook.test:{0}/")]
    public async Task Without_the_setting_for_development_nothing_on_this_machine_is_called(string url)
    {
        await using var receiver = Receiver.Saying(Ok);
        using var outgoing = new Outgoing(allowLoopback: false).With("hook.test", ["127.0.0.1", "::1"]);

        await Assert.ThrowsAsync<OutboundRefusedException>(() => outgoing.SendAsync(string.Format(null, url, receiver.Port)));

        Assert.Equal(0, receiver.Connections);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:{0}/", "must be an absolute http or https URL")]
    [InlineData("http://user:password@127.0.0.1:{0}/", "must not contain credentials")]
    [InlineData("http://[::ffff:127.0.0.1%251]:{0}/", NotPublic)]
    public async Task A_URL_that_would_be_refused_when_it_is_named_is_refused_when_it_is_called(string url, string reason)
    {
        await using var receiver = Receiver.Saying(Ok);
        using var outgoing = new Outgoing();

        var refused = await Assert.ThrowsAsync<OutboundRefusedException>(() => outgoing.SendAsync(string.Format(null, url, receiver.Port)));

        Assert.Equal(reason, refused.Message);
        Assert.Equal(0, receiver.Connections);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public async Task The_setting_for_development_is_off_unless_it_is_set(string? setting, bool allowsLoopback)
    {
        await using var receiver = Receiver.Saying(Ok);
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Configuration["Outbound:AllowLoopback"] = setting);
        var http = (GuardedHttp)host.Services.GetService(typeof(GuardedHttp))!;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{receiver.Port}/");

        var sending = http.SendAsync(request, TimeSpan.FromSeconds(15), maxResponseBytes: 10, default);

        if (allowsLoopback)
        {
            Assert.Equal(HttpStatusCode.OK, (await sending).Status);
        }
        else
        {
            await Assert.ThrowsAsync<OutboundRefusedException>(() => sending);
        }
    }

    [Fact]
    public async Task A_setting_that_is_neither_true_nor_false_ends_the_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ServerlessHost.StartAsync(configure: builder => builder.Configuration["Outbound:AllowLoopback"] = "maybe"));

        Assert.Equal("Outbound__AllowLoopback: must be true or false, not \"maybe\".", failure.Message);
    }
}
