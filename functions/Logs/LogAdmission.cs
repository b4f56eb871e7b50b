using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Logs;

/// <summary>
/// Who may use LuminaLog, and how much: a token bucket for the key and one for its organization, and the organization's bytes of
/// the month. Every answer to a known key says what is left. Members of the organization may read with a session.
/// </summary>
public sealed class LogAdmission(AdmissionGate gate, WaitingRoom room, SessionAdmission sessions, Plans plans, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The key that a request's header carries; null when there is no such header.</summary>
    /// <exception cref="ApiException">401: what it carries is no key.</exception>
    public static ApiKey? FindKey(HttpRequest request)
    {
        var sent = request.Headers[LuminaLog.KeyHeader];
        return sent.Count == 0 ? null : ParseKey(sent.ToString());
    }

    /// <summary>Reads a key.</summary>
    /// <exception cref="ApiException">401: it is none.</exception>
    public static ApiKey ParseKey(string? text) => ApiKey.Parse(text, LuminaLog.KeyPrefix) ?? throw LuminaLog.InvalidApiKey();

    /// <summary>The turn of a request that brings entries. The vendor's clients drop a batch that is refused, and so it waits a little instead.</summary>
    public Turn Enter(HttpContext context) => room.Enter(context.RequestAborted);

    /// <summary>Refuses a request that has no chance, before its body is read. Spends nothing.</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">Its key.</param>
    /// <param name="turn">Waits for its turn; null for a request that is refused at once.</param>
    /// <returns>Who is calling, as far as this instance knows.</returns>
    /// <exception cref="ApiException">401 or 429.</exception>
    public async Task<Caller> LookAsync(HttpContext context, ApiKey key, Turn? turn = null) => Require(context, await gate.LookAsync(key, RequestCharges, turn)).Caller!;

    /// <summary>Admits a request, and books bytes of entries with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">Its key.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="turn">Waits for its turn; null for a request that is refused at once.</param>
    /// <param name="claim">What it claims; the bytes are booked once for it.</param>
    /// <returns>What was spent.</returns>
    /// <exception cref="ApiException">401 or 429; nothing was spent.</exception>
    public async Task<Admittance> AdmitAsync(HttpContext context, ApiKey key, long bytes = 0, Turn? turn = null, Claim? claim = null) =>
        Require(context, await gate.AdmitAsync(key, caller => bytes == 0 ? RequestCharges(caller) : [.. RequestCharges(caller), ByteCharge(caller, bytes)], turn, claim));

    /// <summary>Books bytes of a request that was admitted before.</summary>
    /// <returns>What was spent.</returns>
    /// <exception cref="ApiException">401 or 429; nothing was spent.</exception>
    public async Task<Admittance> BookAsync(HttpContext context, ApiKey key, long bytes) =>
        Require(context, await gate.AdmitAsync(key, caller => [ByteCharge(caller, bytes)]));

    /// <summary>Admits a request that reads, by the key in its header, or else by its session. What a session asks counts for nothing but the session.</summary>
    /// <returns>The organization that is calling.</returns>
    /// <exception cref="ApiException">401, 403 for a key that only sends, or 429.</exception>
    public async Task<string> AdmitReaderAsync(HttpContext context)
    {
        if (context.Request.Headers[LuminaLog.KeyHeader].Count == 0 && SessionCredential.Of(context.Request) is { } session)
        {
            Require(context, await sessions.AdmitAsync(session), "session");
            return session.Account;
        }

        var key = FindKey(context.Request) ?? throw LuminaLog.InvalidApiKey();
        var admittance = await AdmitAsync(context, key);
        return admittance.Caller!.Key.HasScope(LuminaLog.IngestScope) ? throw LuminaLog.WriteOnly() : key.Account;
    }

    /// <summary>Gives back what was spent on a batch that could not be stored.</summary>
    public Task RefundAsync(ApiKey key, Admittance spent, Claim? claim) => gate.RefundAsync(key, spent, claim);

    private IReadOnlyList<Charge> RequestCharges(Caller caller)
    {
        var plan = plans.LogPlanOf(caller.Account);
        return
        [
            new(ChargeTo.Credential, new TokenBucket("LogRequests", caller.Key.RequestsPerMinute ?? plan.RequestsPerMinute, Minute)),
            new(ChargeTo.Account, new TokenBucket("LogRequests", plan.RequestsPerMinute, Minute)),
            .. KeyUse.Charges,
        ];
    }

    private Charge ByteCharge(Caller caller, long bytes) =>
        new(ChargeTo.Account, new MonthlyQuota(QuotaColumns.LogBytes, plans.LogPlanOf(caller.Account).BytesPerMonth), bytes) { IsOfClaim = true };

    private Admittance Require(HttpContext context, Admittance admittance, string credential = "key")
    {
        RateLimitHeaders.Write(context.Response.Headers, admittance.Outcomes, credential, "organization");
        WriteHeaders(context.Response.Headers, admittance);
        return admittance.Status switch
        {
            AdmittanceStatus.Admitted => admittance,
            AdmittanceStatus.Denied => throw Denied(admittance.Denial!),
            AdmittanceStatus.Suspended => throw LuminaLog.Suspended(),
            _ => throw LuminaLog.InvalidApiKey(),
        };
    }

    private static ApiException Denied(ChargeOutcome denial) =>
        denial.Charge.Limit is MonthlyQuota
            ? LuminaLog.QuotaExhausted(denial.Decision.RetryAfter)
            : LuminaLog.RateLimited(denial.Decision.RetryAfter);

    // The tighter of the two buckets speaks for both.
    private void WriteHeaders(IHeaderDictionary headers, Admittance admittance)
    {
        var tightest = admittance.Outcomes.Where(outcome => outcome.Charge.Limit is TokenBucket).MinBy(outcome => outcome.Decision.Remaining);
        if (tightest is null)
        {
            return;
        }

        var resetAt = tightest.Decision.ResetAt < time.GetUtcNow() ? time.GetUtcNow() : tightest.Decision.ResetAt;
        headers["X-RateLimit-Limit"] = tightest.Charge.Limit.Permits.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = tightest.Decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = ((long)Math.Ceiling((resetAt - DateTimeOffset.UnixEpoch).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
