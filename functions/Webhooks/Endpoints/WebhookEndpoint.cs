using System.Security.Cryptography;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Messages;

namespace Serverless.Webhooks.Endpoints;

/// <summary>An address of a workspace that is told of what happens there. What deliveries come to changes it only by what <see cref="EndpointTransition"/> makes of it.</summary>
internal sealed record WebhookEndpoint
{
    private const int IdBytes = 8;

    /// <summary>Whose it is.</summary>
    public required string Workspace { get; init; }

    /// <summary>Its id within the workspace.</summary>
    public required string Id { get; init; }

    /// <summary>The address.</summary>
    public required string Url { get; init; }

    /// <summary>What it is told of: some of <see cref="WebhookEvents"/>.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>What it is for, for people; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it is told at all.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Why it was switched off by itself; null where it was not.</summary>
    public string? SwitchedOffReason { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The secret that it knows messages by, as <see cref="Secrets.SecretBox"/> has sealed it.</summary>
    public required byte[] SealedSecret { get; init; }

    /// <summary>The secret of before, sealed; null for none.</summary>
    public byte[]? SealedPreviousSecret { get; init; }

    /// <summary>Until when messages are signed with the secret of before, too.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; init; }

    /// <summary>Since when it has only failed; null when it has not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Until when it is served where it delays nobody else; null where it never was slow.</summary>
    public DateTimeOffset? SlowUntil { get; init; }

    /// <summary>Where its secrets are kept: sealed for another place, they do not open.</summary>
    public string SecretPlace => $"{Workspace}/{DeliveryKey.Endpoint}{Id}";

    /// <summary>A new id.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>Whether something looks like an id.</summary>
    public static bool IsId(string text) => text.Length == 2 * IdBytes && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether it is told of something.</summary>
    public bool AsksFor(string type) => IsActive && Events.Contains(type, StringComparer.Ordinal);
}
