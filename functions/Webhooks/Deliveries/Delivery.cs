using System.Collections.Immutable;

namespace Serverless.Webhooks.Deliveries;

/// <summary>How far a delivery is.</summary>
internal enum DeliveryState
{
    /// <summary>There is a try to come, or one under way.</summary>
    Pending,

    /// <summary>The receiver has taken it.</summary>
    Delivered,

    /// <summary>There is no try to come.</summary>
    Failed,
}

/// <summary>A message on its way to one receiver. It changes only by what <see cref="DeliveryTransition"/> makes of it.</summary>
/// <param name="Workspace">Whose it is.</param>
/// <param name="Endpoint">The id of the endpoint; <see cref="OneMessage"/> for an address that wants this one message.</param>
/// <param name="Source">The name of the source that knows what it says.</param>
/// <param name="SourceId">What the source knows it by.</param>
/// <param name="MessageId">The id of the message.</param>
/// <param name="Type">What has happened.</param>
/// <param name="HappenedAt">When that was.</param>
internal sealed record Delivery(string Workspace, string Endpoint, string Source, string SourceId, string MessageId, string Type, DateTimeOffset HappenedAt)
{
    /// <summary>In place of the id of an endpoint: an address that wants one message.</summary>
    public const string OneMessage = "url";

    /// <summary>The most tries it may have had for somebody to ask for one more: all of them are in one row.</summary>
    public const int MaxTries = 100;

    /// <summary>The tries, the first one first.</summary>
    public ImmutableList<DeliveryTry> Tries { get; init; } = [];

    /// <summary>Why there are no more tries, where that is not because they have all been made; else null.</summary>
    public string? EndReason { get; init; }

    /// <summary>Its id within the workspace.</summary>
    public string Id => DeliveryKey.IdOf(Endpoint, HappenedAt, MessageId);

    /// <summary>Whether its receiver has taken it at some time.</summary>
    public bool IsDelivered => Tries.Exists(each => each.Outcome == TryOutcome.Delivered);

    /// <summary>How far it is.</summary>
    public DeliveryState State =>
        IsDelivered ? DeliveryState.Delivered
        : EndReason is not null || Tries is [.., { Outcome: TryOutcome.Failed, NextAt: null }] ? DeliveryState.Failed
        : DeliveryState.Pending;

    /// <summary>When the next try is due; null when none is, or that is not known.</summary>
    public DateTimeOffset? NextAt => State == DeliveryState.Pending && Tries is [.., var last] ? last.NextAt : null;
}
