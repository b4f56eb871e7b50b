using System.Security.Cryptography;
using System.Text;
using Serverless.Times;

namespace Serverless.Runs.Triggers;

/// <summary>A named way to start runs of one app: whoever knows its secret fires it, or a schedule does.</summary>
internal sealed record Trigger
{
    private const int SecretDigits = 48;

    /// <summary>Whose it is.</summary>
    public required string Workspace { get; init; }

    /// <summary>Its id within the workspace: 1 to 64 of <c>[a-z0-9-]</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The app it starts.</summary>
    public required string AppId { get; init; }

    /// <summary>The inputs it starts it with, as a JSON object; those given when it is fired go before.</summary>
    public required string Inputs { get; init; }

    /// <summary>Which inputs come from the body of a request that fires it, as <see cref="InputPointers"/> reads them; null for none.</summary>
    public string? Pointers { get; init; }

    /// <summary>When it fires by itself, as <see cref="TriggerSchedule"/> reads it; null for never.</summary>
    public string? Schedule { get; init; }

    /// <summary>The IANA time zone of the schedule; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Where the ends of its runs are reported to; null for nowhere.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>Whether it fires.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>The SHA-256 of its secret; where senders sign, of one that nobody was told.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>How its senders sign; null when they send its secret.</summary>
    public SignatureScheme? Signature { get; init; }

    /// <summary>The secret that they sign with, as <see cref="Secrets.SecretBox"/> has sealed it; null when they send its secret.</summary>
    public byte[]? SealedSecret { get; init; }

    /// <summary>The header in which senders say which delivery it is; null for none.</summary>
    public string? DeliveryIdHeader { get; init; }

    /// <summary>When it fires by itself next; null for never.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>The run it started last; null for none.</summary>
    public string? LastRunId { get; init; }

    /// <summary>Why it last could not start one; null when it could.</summary>
    public string? LastError { get; init; }

    /// <summary>How inbound requests name it, the workspace included.</summary>
    public string FireId => $"{Workspace}-{Id}";

    /// <summary>Where the secret of its senders is kept.</summary>
    public string SecretPlace => $"triggers/{Workspace}/{Id}";

    /// <summary>Whether it fires at the same times as it did before: then the next of them stays, even if it has passed and is yet to be dealt with.</summary>
    /// <param name="earlier">What it was before; null when it was not there.</param>
    public bool IsDueAsBefore(Trigger? earlier) => earlier is { IsActive: true, NextAt: not null } && IsActive && (Schedule, TimeZone) == (earlier.Schedule, earlier.TimeZone);

    /// <summary>When it is due next after a time, whatever it is waiting for; null for never.</summary>
    /// <exception cref="TimeZoneNotFoundException">This system does not know its time zone.</exception>
    public DateTimeOffset? DueAfter(DateTimeOffset time) => IsActive && Schedule is not null ? TriggerSchedule.Parse(Schedule, Zone)?.After(time) : null;

    private TimeZoneInfo Zone => TimeZone is null ? TimeZoneInfo.Utc : TimeZones.Find(TimeZone) ?? throw new TimeZoneNotFoundException($"This system does not know {TimeZone}.");

    /// <summary>A new secret, to be shown once.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetHexString(SecretDigits, lowercase: true);

    /// <summary>What is kept of a secret.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether a secret is the trigger's, in a time that does not depend on how much of it is right.</summary>
    public bool HasSecret(string secret) => CryptographicOperations.FixedTimeEquals(Hash(secret), SecretHash);
}
