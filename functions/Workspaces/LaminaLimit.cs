using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Workspaces;

/// <summary>
/// What every request to Lamina counts for, before anything else is looked at: for its session, if that is valid, or else for the address of its client.
/// </summary>
public sealed class LaminaLimit(SessionAdmission sessions, ClientGate gate, ClientAddress address, Plans plans)
{
    /// <summary>What became of the session that a request came with; null when there is none, or it is not valid.</summary>
    public static Admittance? SessionOf(HttpContext context) => context.Features.Get<ProvenSession>()?.Admittance;

    /// <summary>Counts a request, and says on its answer what is left.</summary>
    /// <exception cref="ApiException">429; or 500 when storage keeps silent about the session.</exception>
    public async Task SpendAsync(HttpContext context)
    {
        var (whose, limit, decision) = await SpendSessionAsync(context) ?? await SpendAddressAsync(context);
        var headers = context.Response.Headers;
        RateLimitHeaders.Write(headers, (whose, limit, decision));
        var left = decision.IsAdmitted ? decision.ResetAt - decision.At : decision.RetryAfter;
        headers["RateLimit-Limit"] = limit.Permits.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = ((long)Math.Ceiling(left.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (!decision.IsAdmitted)
        {
            throw Lamina.RateLimited(decision.RetryAfter);
        }
    }

    // What an invented token, or one of a suspended organization, spends is the address's: of a session it spends nothing.
    private async Task<(string Whose, Limit Limit, Decision Decision)?> SpendSessionAsync(HttpContext context)
    {
        if (FindSession(context.Request) is not { } token
            || await LaminaAdmission.ProveAsync(() => sessions.AdmitAsync(token)) is not { Caller: not null } admittance)
        {
            return null;
        }

        context.Features.Set(new ProvenSession(admittance));
        return admittance.Status == AdmittanceStatus.Suspended ? null : ("session", admittance.Outcomes[0].Charge.Limit, admittance.Outcomes[0].Decision);
    }

    private async Task<(string Whose, Limit Limit, Decision Decision)> SpendAddressAsync(HttpContext context)
    {
        var limit = new SlidingWindow("LaminaRequests", plans.LaminaRequestsPerMinute, TimeSpan.FromMinutes(1));
        return ("address", limit, await gate.AdmitAsync(address.Of(context), limit));
    }

    // A key goes before a session.
    private static ApiKey? FindSession(HttpRequest request) =>
        request.Headers[LaminaAdmission.KeyHeader].ToString().Length > 0 ? null : SessionCredential.Find(request);

    private sealed record ProvenSession(Admittance Admittance);
}
