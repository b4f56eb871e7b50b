using Serverless.Webhooks.Deliveries;

namespace Serverless.Webhooks.Endpoints;

/// <summary>What becomes of endpoints, as pure functions.</summary>
internal static class EndpointTransition
{
    /// <summary>For how long one may do nothing but fail before it is switched off.</summary>
    public static readonly TimeSpan LongestFailing = TimeSpan.FromDays(5);

    /// <summary>How long the secret of before is good beside a new one.</summary>
    public static readonly TimeSpan SecretOverlap = TimeSpan.FromHours(24);

    /// <summary>How long an answer may take without its endpoint counting as slow: whoever takes longer holds a place that others wait for.</summary>
    public static readonly TimeSpan SlowFrom = TimeSpan.FromSeconds(5);

    /// <summary>For how long it counts as slow then.</summary>
    public static readonly TimeSpan SlowFor = TimeSpan.FromMinutes(10);

    private const string HasGone = "The receiver answered 410: it wants nothing more";

    /// <summary>What an endpoint is after a try. It is the same unless there is something to note, so that a try as a rule writes nothing.</summary>
    public static WebhookEndpoint Note(WebhookEndpoint endpoint, DeliveryTry made, DateTimeOffset now)
    {
        var noted = NoteSlowness(endpoint, made, now);
        if (made.Outcome == TryOutcome.Delivered)
        {
            return noted.FailingSince is null ? noted : noted with { FailingSince = null };
        }

        var since = noted.FailingSince ?? made.At;
        var reason = made.Status == TrySchedule.Gone ? HasGone
            : now - since >= LongestFailing ? $"Nothing but failures for {LongestFailing.TotalDays:0} days, the last one: {made.Error}"
            : null;
        return reason is not null && noted.IsActive
            ? noted with { IsActive = false, SwitchedOffReason = reason, FailingSince = since }
            : noted.FailingSince is null ? noted with { FailingSince = since } : noted;
    }

    /// <summary>Switches an endpoint on or off by its owner's will. What was before is forgotten by one that is switched on.</summary>
    public static WebhookEndpoint Switch(WebhookEndpoint endpoint, bool isActive) =>
        isActive == endpoint.IsActive ? endpoint
        : isActive ? endpoint with { IsActive = true, SwitchedOffReason = null, FailingSince = null }
        : endpoint with { IsActive = false };

    /// <summary>Gives an endpoint another secret; the one of before is good for a day beside it.</summary>
    public static WebhookEndpoint Rotate(WebhookEndpoint endpoint, byte[] sealedSecret, DateTimeOffset now) =>
        endpoint with { SealedSecret = sealedSecret, SealedPreviousSecret = endpoint.SealedSecret, PreviousSecretUntil = now + SecretOverlap };

    // It is noted anew when half of the time is over: not with every try.
    private static WebhookEndpoint NoteSlowness(WebhookEndpoint endpoint, DeliveryTry made, DateTimeOffset now) =>
        made.Duration >= SlowFrom && !(endpoint.SlowUntil - now > SlowFor / 2) ? endpoint with { SlowUntil = now + SlowFor } : endpoint;
}
