using Serverless.Webhooks.Sending;

namespace Serverless.Tests.Webhooks;

/// <summary>How many requests a receiver may have at once.</summary>
[Trait("Category", "Fast")]
public sealed class RequestsUnderWayTests
{
    private readonly RequestsUnderWay _requests = new();

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
}
