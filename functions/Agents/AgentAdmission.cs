using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>
/// Who may use Lithtrix, and how much: requests in any minute by agent, and its searches, which are counted for good and by day. The
/// key is proven, the limit spent and the search counted in one transaction.
/// </summary>
public sealed class AgentAdmission(AdmissionGate gate, Plans plans, TimeProvider time)
{
    private const string Scheme = "Bearer ";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly DailyCounts Days = new("LithtrixDays");

    /// <summary>Admits a request that is no search.</summary>
    /// <exception cref="ApiException">401, 403 or 429; nothing was spent.</exception>
    public Task<AdmittedAgent> AdmitAsync(HttpRequest request) => AdmitAsync(request, searches: 0);

    /// <summary>Admits a search, and counts it.</summary>
    /// <exception cref="ApiException">401, 403 or 429; nothing was spent.</exception>
    public Task<AdmittedAgent> AdmitSearchAsync(HttpRequest request) => AdmitAsync(request, searches: 1);

    /// <summary>Takes back that a search was counted: it came to nothing. As a request it still counts.</summary>
    public Task RefundAsync(AdmittedAgent agent) =>
        gate.RefundAsync(agent.Key, agent.Admittance with { Outcomes = [.. agent.Admittance.Outcomes.Where(outcome => outcome.Charge.Limit is not SlidingWindow)] });

    private async Task<AdmittedAgent> AdmitAsync(HttpRequest request, long searches)
    {
        var key = FindKey(request) ?? throw Lithtrix.InvalidApiKey();
        var admittance = await gate.AdmitAsync(key, caller => Charges(plans.TierOf(caller.Account), searches));
        RateLimitHeaders.Write(request.HttpContext.Response.Headers, admittance.Outcomes, "key", "agent");
        return admittance.Status switch
        {
            AdmittanceStatus.Admitted => ToAgent(key, admittance),
            AdmittanceStatus.Denied => throw Lithtrix.RateLimited(admittance.Denial!.Decision.RetryAfter),
            AdmittanceStatus.Suspended => throw Lithtrix.Suspended(),
            _ => throw Lithtrix.InvalidApiKey(),
        };
    }

    private static ApiKey? FindKey(HttpRequest request) =>
        request.Headers.Authorization is [{ } sent] && sent.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? ApiKey.Parse(sent[Scheme.Length..].Trim(), KeyPrefix.Lithtrix)
            : null;

    private static Charge[] Charges(AgentTier tier, long searches) =>
    [
        new(ChargeTo.Account, new SlidingWindow("LithtrixRequests", tier.RequestsPerMinute, Minute)),
        new(ChargeTo.Account, new LifetimeCap("LithtrixCalls", tier.Cap ?? long.MaxValue, IsSoft: true), searches),
        new(ChargeTo.Account, Days, searches),
    ];

    private AdmittedAgent ToAgent(ApiKey key, Admittance admittance)
    {
        var account = admittance.Caller!.Account;
        var calls = LifetimeCap.Used(admittance.Outcomes.Single(outcome => outcome.Charge.Limit is LifetimeCap).Decision.State);
        var days = DailyCounts.Of(admittance.Outcomes.Single(outcome => outcome.Charge.Limit is DailyCounts).Decision.State, time.GetUtcNow());
        return new(key, admittance, account, new(plans.TierNameOf(account), plans.TierOf(account), calls, days));
    }
}

/// <summary>An agent whose request was admitted.</summary>
/// <param name="Key">The key it came with.</param>
/// <param name="Admittance">What was spent.</param>
/// <param name="Account">The agent.</param>
/// <param name="Usage">What it has used, this request included.</param>
public sealed record AdmittedAgent(ApiKey Key, Admittance Admittance, Account Account, AgentUsage Usage);
