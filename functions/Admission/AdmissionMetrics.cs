using System.Diagnostics.Metrics;
using Serverless.Diagnostics;

namespace Serverless.Admission;

/// <summary>Counts who was let in, and what stopped the others.</summary>
internal static class AdmissionMetrics
{
    private static readonly Counter<long> Decisions = Instrumentation.Meter.CreateCounter<long>(
        "serverless.admissions", "{decision}", "Decisions whether a request may go on, by outcome, and of denied ones by limit");

    /// <summary>Counts a decision about a key.</summary>
    public static void Count(Admittance admittance) => Count(Word(admittance.Status), admittance.Denial?.Charge.Limit.Column);

    /// <summary>Counts a decision about a client.</summary>
    public static void Count(Limit limit, Decision decision) =>
        Count(Word(decision.IsAdmitted ? AdmittanceStatus.Admitted : AdmittanceStatus.Denied), decision.IsAdmitted ? null : limit.Column);

    private static void Count(string outcome, string? limit) => Decisions.Add(1, new("outcome", outcome), new("limit", limit));

    private static string Word(AdmittanceStatus status) => status switch
    {
        AdmittanceStatus.Admitted => "admitted",
        AdmittanceStatus.Denied => "denied",
        AdmittanceStatus.Suspended => "suspended",
        _ => "unknown",
    };
}
