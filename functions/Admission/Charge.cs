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
public sealed record Charge(ChargeTo To, Limit Limit, long Cost = 1);

/// <summary>A charge, and what became of it.</summary>
/// <param name="Charge">The charge.</param>
/// <param name="Decision">The limit's decision.</param>
public sealed record ChargeOutcome(Charge Charge, Decision Decision);
