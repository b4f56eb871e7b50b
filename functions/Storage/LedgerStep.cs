using System.Runtime.ExceptionServices;

namespace Serverless.Storage;

/// <summary>A step of the ledger on its way.</summary>
/// <param name="Rows">All rows it may look at or change.</param>
/// <param name="NewRows">Those of them that are taken to be new: they are looked at only once storage knows better.</param>
/// <param name="Decide">What it does.</param>
internal sealed record LedgerStep(IReadOnlyList<string> Rows, IReadOnlyList<string> NewRows, Func<LedgerView, Verdict<object?>> Decide);

/// <summary>What became of a step.</summary>
/// <param name="Verdict">What it came to.</param>
/// <param name="Failure">Why it came to nothing; null when it was carried out.</param>
internal readonly record struct LedgerOutcome(Verdict<object?> Verdict, ExceptionDispatchInfo? Failure = null);

/// <summary>What a step of the ledger came to.</summary>
/// <param name="Result">The result.</param>
/// <param name="IsProvisional">
/// Whether it may rest on what was seen a while ago: true for a first look that a later step confirms, false for a refusal, which has
/// to be right.
/// </param>
/// <param name="NeedsLook">Whether it must rest on a look at storage, however recently this instance saw the rows.</param>
public readonly record struct Verdict<T>(T Result, bool IsProvisional = false, bool NeedsLook = false);
