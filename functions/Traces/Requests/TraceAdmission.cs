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
    /// <returns>Who is calling, as far as this instance knows.</returns>
    /// <exception cref="ApiException">401, 403 or 429.</exception>
    public async Task<Caller> LookAsync(HttpContext context, ApiKey key) => Require(context, await gate.LookAsync(key, caller => [RequestCharge(caller)])).Caller!;

    /// <summary>Admits a request, and books its events with it: all of them or none.</summary>
    /// <returns>What was spent, and by whom.</returns>
    /// <exception cref="ApiException">401, 403 or 429; nothing was spent.</exception>
    public async Task<Admittance> AdmitAsync(HttpContext context, ApiKey key, int events) =>
        Require(context, await gate.AdmitAsync(key, caller => [RequestCharge(caller), EventCharge(caller, events), .. KeyUse.Charges]));

    /// <summary>Gives back what was spent on a batch that could not be stored.</summary>
    public Task RefundAsync(ApiKey key, Admittance spent) => gate.RefundAsync(key, spent);

    private Charge RequestCharge(Caller caller) =>
        new(ChargeTo.Credential, new SlidingWindow("TraceIngest", caller.Key.RequestsPerMinute ?? plans.TraceIngestPerMinute, Minute));

    private Charge EventCharge(Caller caller, int events) =>
        new(ChargeTo.Account, new MonthlyQuota(QuotaColumns.TraceEvents, plans.TracePlanOf(caller.Account).EventsPerMonth), events);

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
