using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Traces.Requests;

/// <summary>
/// Who may send events, and how many: keys of a project, so many requests in any minute each, and the organization's events of the
/// month. A key of no project, or of one that does not exist, is no key; an organization or project that is suspended is a 403.
/// </summary>
public sealed class TraceAdmission(AdmissionGate gate, Plans plans)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The key that a request carries.</summary>
    /// <exception cref="ApiException">401: it carries none.</exception>
    public static ApiKey FindKey(HttpRequest request) =>
        ApiKey.Parse(request.Headers[LumiqTrace.KeyHeader].ToString(), KeyPrefix.LumiqTrace) ?? throw LumiqTrace.InvalidApiKey();

    /// <summary>Refuses a request that has no chance, before its body is read. Spends nothing.</summary>
    /// <returns>Who sends it, as far as this instance knows: for which project, and what models cost it.</returns>
    /// <exception cref="ApiException">401, 403 or 429.</exception>
    public async Task<Caller> LookAsync(HttpContext context, ApiKey key) => Require(context, await gate.LookAsync(key, caller => [RequestCharge(caller)])).Caller!;

    /// <summary>Admits a request, and books its events with it: all of them or none.</summary>
    /// <returns>What was spent, and by whom.</returns>
    /// <exception cref="ApiException">401, 403 or 429; nothing was spent.</exception>
    public async Task<Admittance> AdmitAsync(HttpContext context, ApiKey key, int events) => Require(context, await gate.AdmitAsync(key, caller => Charges(caller, events)));

    /// <summary>Admits a request with events and steps. Where there are too many steps for what is left of the month, it is admitted without them.</summary>
    /// <returns>What was spent, and by whom; and whether the steps are admitted.</returns>
    /// <exception cref="ApiException">401, 403 or 429; nothing was spent.</exception>
    public async Task<(Admittance Admittance, bool TakesSteps)> AdmitAsync(HttpContext context, ApiKey key, int events, int steps)
    {
        var admittance = steps == 0 ? null : await gate.AdmitAsync(key, caller => [.. Charges(caller, events), StepCharge(caller, steps)]);
        return admittance is null or { Denial.Charge.Limit.Column: QuotaColumns.TraceSteps }
            ? (await AdmitAsync(context, key, events), false)
            : (Require(context, admittance), true);
    }

    /// <summary>Gives back what was spent on a batch that could not be stored.</summary>
    public Task RefundAsync(ApiKey key, Admittance spent) => gate.RefundAsync(key, spent);

    private IReadOnlyList<Charge> Charges(Caller caller, int events) => [RequestCharge(caller), EventCharge(caller, events), .. KeyUse.Charges];

    private Charge RequestCharge(Caller caller) =>
        new(ChargeTo.Credential, new SlidingWindow("TraceIngest", caller.Key.RequestsPerMinute ?? plans.TraceIngestPerMinute, Minute));

    private Charge EventCharge(Caller caller, int events) =>
        new(ChargeTo.Account, new MonthlyQuota(QuotaColumns.TraceEvents, plans.TracePlanOf(caller.Account).EventsPerMonth), events);

    private Charge StepCharge(Caller caller, int steps) =>
        new(ChargeTo.Account, new MonthlyQuota(QuotaColumns.TraceSteps, plans.TracePlanOf(caller.Account).StepsPerMonth), steps);

    private static Admittance Require(HttpContext context, Admittance admittance)
    {
        RateLimitHeaders.Write(context.Response.Headers, admittance.Outcomes, "key", "organization");
        return admittance switch
        {
            { Status: AdmittanceStatus.Admitted, Caller.Project: not null } => admittance,
            { Status: AdmittanceStatus.Denied, Denial: { Charge.Limit: MonthlyQuota } denial } => throw LumiqTrace.QuotaExceeded(denial.Decision.RetryAfter),
            { Status: AdmittanceStatus.Denied, Denial: { } denial } => throw LumiqTrace.RateLimited(denial.Decision.RetryAfter),
            { Status: AdmittanceStatus.Suspended, Caller.Account.IsActive: false } => throw LumiqTrace.Suspended(),
            { Status: AdmittanceStatus.Suspended } => throw LumiqTrace.ProjectSuspended(),
            _ => throw LumiqTrace.InvalidApiKey(),
        };
    }
}
