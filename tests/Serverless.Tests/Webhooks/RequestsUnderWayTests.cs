using Serverless.Tests.Hosting;
using Serverless.Webhooks.Sending;

namespace Serverless.Tests.Webhooks;

/// <summary>How many requests a receiver may have at once, and when the others come.</summary>
[Trait("Category", "Fast")]
public sealed class RequestsUnderWayTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly AdjustableTime _time = new(isStill: true);
    private readonly RequestsUnderWay _requests;

    public RequestsUnderWayTests() => _requests = new(_time);

    [Fact]
    public void An_endpoint_has_two_at_once_in_each_lane()
    {
        var first = _requests.TryEnter(WebhookLane.Fast, "a", "a.example");
        Assert.NotNull(first);
        Assert.NotNull(_requests.TryEnter(WebhookLane.Fast, "a", "other.example"));
        Assert.Null(_requests.TryEnter(WebhookLane.Fast, "a", "third.example"));
        Assert.NotNull(_requests.TryEnter(WebhookLane.Slow, "a", "a.example"));

        first.Dispose();

        Assert.NotNull(_requests.TryEnter(WebhookLane.Fast, "a", "third.example"));
    }

    [Fact]
    public void So_has_a_host_whatever_endpoints_lead_there()
    {
        Assert.NotNull(_requests.TryEnter(WebhookLane.Fast, "a", "a.example"));
        Assert.NotNull(_requests.TryEnter(WebhookLane.Fast, "b", "a.example"));
        Assert.Null(_requests.TryEnter(WebhookLane.Fast, "c", "a.example"));

        // Whoever was not let in has taken nothing.
        Assert.NotNull(_requests.TryEnter(WebhookLane.Fast, "c", "c.example"));
        Assert.NotNull(_requests.TryEnter(WebhookLane.Fast, "c", "d.example"));
    }

    [Fact]
    public void While_one_lingers_there_is_no_further_in_the_fast_lane()
    {
        var lingering = _requests.TryEnter(WebhookLane.Fast, "a", "a.example")!;
        Assert.True(lingering.TryLinger());
        Assert.Null(_requests.TryEnter(WebhookLane.Fast, "a", "b.example"));
        Assert.Null(_requests.TryEnter(WebhookLane.Fast, "b", "a.example"));
        Assert.True(_requests.TryEnter(WebhookLane.Slow, "a", "a.example")!.TryLinger());
        Assert.NotNull(_requests.TryEnter(WebhookLane.Slow, "a", "a.example"));

        lingering.Dispose();

        Assert.NotNull(_requests.TryEnter(WebhookLane.Fast, "a", "a.example"));
    }

    [Fact]
    public void What_is_over_does_not_linger()
    {
        var request = _requests.TryEnter(WebhookLane.Fast, "a", "a.example")!;
        request.Dispose();

        Assert.False(request.TryLinger());
        Assert.NotNull(_requests.TryEnter(WebhookLane.Fast, "a", "a.example"));
    }

    [Fact]
    public void So_many_linger_and_no_more()
    {
        var requests = Enumerable.Range(0, RequestsUnderWay.MaxLingering + 1).Select(number => _requests.TryEnter(WebhookLane.Fast, $"{number}", $"{number}.example")!).ToList();
        Assert.All(requests.SkipLast(1), request => Assert.True(request.TryLinger()));
        Assert.False(requests[^1].TryLinger());

        requests[0].Dispose();

        Assert.True(requests[^1].TryLinger());
    }

    [Fact]
    public async Task In_the_slow_lane_a_place_that_is_free_in_a_moment_is_waited_for()
    {
        var (first, _) = (EnterSlow("a"), EnterSlow("a"));

        var waiting = EnterAsync("a");
        Assert.False(waiting.IsCompleted);
        first.Dispose();

        Assert.NotNull(await waiting);

        // So is that of a host, and nobody waits longer than the moment.
        Assert.NotNull(_requests.TryEnter(WebhookLane.Slow, "b", "b.example"));
        Assert.NotNull(_requests.TryEnter(WebhookLane.Slow, "c", "b.example"));
        waiting = _requests.EnterAsync("d", "b.example", Moment, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _time.Advance(Moment);
        Assert.Null(await waiting);
    }

    [Fact]
    public async Task Nobody_waits_for_a_place_of_a_request_that_lingers()
    {
        var (first, _) = (EnterSlow("a"), EnterSlow("a"));
        Assert.True(first.TryLinger());

        Assert.Null(await EnterAsync("a"));
    }

    [Fact]
    public async Task Who_gives_up_waiting_for_a_place_has_none()
    {
        var (first, _) = (EnterSlow("a"), EnterSlow("a"));
        using var patience = new CancellationTokenSource();

        var waiting = _requests.EnterAsync("a", "a.example", Moment, patience.Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.Dispose();
        Assert.NotNull(_requests.TryEnter(WebhookLane.Slow, "a", "a.example"));
    }

    [Fact]
    public void Who_finds_no_place_comes_again_one_after_another_as_fast_as_requests_are_answered()
    {
        var (first, second) = (EnterSlow("a"), EnterSlow("a"));
        _time.Advance(TimeSpan.FromMilliseconds(300));
        first.Dispose();
        var third = EnterSlow("a");

        // Of two at once, that take 300 ms each, one is over every 150.
        Assert.Equal([150.0, 300, 450], [TurnOf("a"), TurnOf("a"), TurnOf("a")]);

        // Also when nobody was there meanwhile.
        third.Dispose();
        second.Dispose();
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.NotNull(EnterSlow("a"));
        Assert.NotNull(EnterSlow("a"));
        Assert.Equal([400.0, 550], [TurnOf("a"), TurnOf("a")]);

        // Others have turns of their own.
        Assert.Equal(0, TurnOf("b"));
    }

    [Fact]
    public void One_that_hangs_is_as_slow_as_it_has_been_so_far_and_turns_are_no_later_than_half_a_minute()
    {
        Assert.True(EnterSlow("a").TryLinger());
        Assert.True(EnterSlow("a").TryLinger());
        _time.Advance(TimeSpan.FromSeconds(12));

        Assert.Equal([6_000.0, 12_000, 18_000, 24_000, 30_000, null, null], Enumerable.Range(0, 7).Select(_ => TurnOf("a")));

        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Null(TurnOf("a"));
        _time.Advance(TimeSpan.FromSeconds(24));
        Assert.Equal(21_500, TurnOf("a"));
    }

    [Fact]
    public void A_turn_at_a_host_is_one_whatever_endpoints_lead_there()
    {
        Assert.NotNull(_requests.TryEnter(WebhookLane.Slow, "a", "a.example"));
        Assert.NotNull(_requests.TryEnter(WebhookLane.Slow, "b", "a.example"));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(
            [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)],
            ((string[])["a", "b", "c"]).Select(endpoint => _requests.TakeTurn(endpoint, "a.example")!.Value));
    }

    private RequestsUnderWay.Place EnterSlow(string endpoint) => _requests.TryEnter(WebhookLane.Slow, endpoint, $"{endpoint}.example")!;

    private Task<RequestsUnderWay.Place?> EnterAsync(string endpoint) => _requests.EnterAsync(endpoint, $"{endpoint}.example", Moment, CancellationToken.None);

    // In milliseconds.
    private double? TurnOf(string endpoint) => _requests.TakeTurn(endpoint, $"{endpoint}.example")?.TotalMilliseconds;
}
