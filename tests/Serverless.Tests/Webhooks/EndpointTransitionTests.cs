using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Endpoints;

namespace Serverless.Tests.Webhooks;

/// <summary>What becomes of endpoints by what their deliveries come to.</summary>
[Trait("Category", "Fast")]
public sealed class EndpointTransitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeliveryTry Taken = new(1, Now) { Duration = TimeSpan.FromSeconds(1), Status = 200 };
    private static readonly DeliveryTry Failed = Taken with { Status = 500, Error = "The receiver answered 500" };
    private static readonly DeliveryTry TimedOut = Taken with { Duration = TimeSpan.FromSeconds(15), Status = null, Error = "The receiver did not answer in time" };

    private static readonly WebhookEndpoint Endpoint = new()
    {
        Workspace = "aaaaaaaaaaaa",
        Id = "0123456789abcdef",
        Url = "https://example.com/",
        Events = ["run.completed"],
        CreatedAt = Now,
        SealedSecret = [1],
    };

    [Fact]
    public void Nothing_is_noted_unless_it_changes_something()
    {
        Assert.Same(Endpoint, EndpointTransition.Note(Endpoint, Taken, Now));

        var failing = EndpointTransition.Note(Endpoint, Failed, Now);
        Assert.Equal(Now, failing.FailingSince);
        Assert.Same(failing, EndpointTransition.Note(failing, Failed with { At = Now.AddDays(1) }, Now.AddDays(1)));
        Assert.Null(EndpointTransition.Note(failing, Taken, Now.AddDays(2)).FailingSince);
    }

    [Fact]
    public void Whoever_only_failed_for_five_days_is_switched_off_and_says_so()
    {
        var failing = EndpointTransition.Note(Endpoint, Failed, Now);

        Assert.True(EndpointTransition.Note(failing, Failed, Now.AddDays(5).AddSeconds(-1)).IsActive);
        var off = EndpointTransition.Note(failing, Failed, Now.AddDays(5));

        Assert.Equal((false, "Nothing but failures for 5 days, the last one: The receiver answered 500"), (off.IsActive, off.SwitchedOffReason));
        var on = EndpointTransition.Switch(off, isActive: true);
        Assert.Equal((true, null, null), (on.IsActive, on.SwitchedOffReason, on.FailingSince));
        Assert.Equal((false, null), (EndpointTransition.Switch(Endpoint, isActive: false).IsActive, EndpointTransition.Switch(Endpoint, isActive: false).SwitchedOffReason));
    }

    [Fact]
    public void Whoever_answers_410_is_switched_off_at_once()
    {
        var off = EndpointTransition.Note(Endpoint, Failed with { Status = 410, Error = "The receiver answered 410" }, Now);

        Assert.Equal((false, "The receiver answered 410: it wants nothing more"), (off.IsActive, off.SwitchedOffReason));
    }

    [Fact]
    public void Whoever_lets_others_wait_is_served_apart_for_ten_minutes()
    {
        var slow = EndpointTransition.Note(Endpoint, TimedOut, Now);
        Assert.Equal(Now.AddMinutes(10), slow.SlowUntil);
        Assert.Same(slow, EndpointTransition.Note(slow, TimedOut, Now.AddMinutes(4)));
        Assert.Equal(Now.AddMinutes(16), EndpointTransition.Note(slow, TimedOut, Now.AddMinutes(6)).SlowUntil);
        Assert.Equal(Now.AddMinutes(10), EndpointTransition.Note(Endpoint, Taken with { Duration = TimeSpan.FromSeconds(5) }, Now).SlowUntil);
    }

    [Fact]
    public void A_new_secret_is_good_beside_the_one_of_before_for_a_day()
    {
        var rotated = EndpointTransition.Rotate(Endpoint, [2], Now);

        Assert.Equal([2], rotated.SealedSecret);
        Assert.Equal([1], rotated.SealedPreviousSecret!);
        Assert.Equal(Now.AddHours(24), rotated.PreviousSecretUntil);
    }
}
