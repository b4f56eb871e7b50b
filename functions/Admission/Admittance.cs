using Serverless.Redaction;
using Serverless.Tenancy;

namespace Serverless.Admission;

/// <summary>Whether a request may go on.</summary>
public enum AdmittanceStatus
{
    /// <summary>It may; what it costs has been spent.</summary>
    Admitted,

    /// <summary>There is no such credential, or it is not valid any more.</summary>
    UnknownCredential,

    /// <summary>The account is suspended, or the project the key is bound to.</summary>
    Suspended,

    /// <summary>A limit is used up.</summary>
    Denied,
}

/// <summary>Who is calling.</summary>
/// <param name="Account">The organization or agent.</param>
/// <param name="Key">The key.</param>
/// <param name="Project">The project the key is bound to; null when it is bound to none.</param>
public sealed record Caller(Account Account, KeyRecord Key, Project? Project)
{
    /// <summary>Whether its requests are served.</summary>
    public bool IsActive => Account.IsActive && Project is not { IsActive: false };

    /// <summary>What is taken out of its records before they are stored: by the organization, and by the project.</summary>
    public RedactionRules Redaction => Project is null ? Account.Redaction : Account.Redaction.With(Project.Redaction);
}

/// <summary>The answer to whether a request may go on.</summary>
/// <param name="Status">The answer.</param>
public sealed record Admittance(AdmittanceStatus Status)
{
    /// <summary>Who is calling; null when the credential is unknown.</summary>
    public Caller? Caller { get; init; }

    /// <summary>Every charge with its decision, in the order they were asked for; none when the credential is unknown.</summary>
    public IReadOnlyList<ChargeOutcome> Outcomes { get; init; } = [];

    /// <summary>The id of the request's claim: its own, or the one it was claimed under before; null when it has none.</summary>
    public string? ClaimedId { get; init; }

    /// <summary>Whether the request may go on.</summary>
    public bool IsAdmitted => Status == AdmittanceStatus.Admitted;

    /// <summary>The first charge that was denied; null when none was.</summary>
    public ChargeOutcome? Denial => Outcomes.FirstOrDefault(outcome => !outcome.Decision.IsAdmitted);
}
