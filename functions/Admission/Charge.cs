namespace Serverless.Admission;

/// <summary>Whose budget a charge is taken from.</summary>
public enum ChargeTo
{
    /// <summary>That of the key or session.</summary>
    Credential,

    /// <summary>That of the organization or agent, which all its keys share.</summary>
    Account,
}

/// <summary>What a request takes from one limit.</summary>
/// <param name="To">Whose limit it is.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Cost">The permits it takes.</param>
public sealed record Charge(ChargeTo To, Limit Limit, long Cost = 1)
{
    /// <summary>Whether a request that repeats one that has paid it is not charged again: one with the same <see cref="Claim"/>.</summary>
    public bool IsOfClaim { get; init; }
}

/// <summary>What a request claims, so that it takes effect once however often it is sent.</summary>
/// <param name="Name">What it is known by within its account.</param>
/// <param name="Id">The id under which its effect is stored, unless it was claimed before: storing it again under this id changes nothing.</param>
/// <param name="Lifetime">How long it is remembered.</param>
public sealed record Claim(string Name, string Id, TimeSpan Lifetime);

/// <summary>A charge, and what became of it.</summary>
/// <param name="Charge">The charge.</param>
/// <param name="Decision">The limit's decision.</param>
public sealed record ChargeOutcome(Charge Charge, Decision Decision);
