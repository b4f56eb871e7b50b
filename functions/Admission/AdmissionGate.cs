using System.Security.Cryptography;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Admission;

/// <summary>
/// Proves a key, spends its limits and books its account's quota, all in one transaction: every row the decision rests on is part
/// of it, so that whatever another instance has changed meanwhile counts.
/// </summary>
public sealed class AdmissionGate(Ledgers ledgers, TimeProvider time)
{
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    /// <summary>Admits a request and spends what it costs; or spends nothing.</summary>
    /// <param name="key">The key the caller sent.</param>
    /// <param name="charges">What the request costs, given who is calling. Pure.</param>
    public Task<Admittance> AdmitAsync(ApiKey key, Func<Caller, IReadOnlyList<Charge>> charges) =>
        ApplyAsync(key, view =>
        {
            var admittance = Judge(view, key, charges, time.GetUtcNow());
            if (admittance.IsAdmitted)
            {
                view.Require(TenantRows.Account);
                view.Require(TenantRows.Key(key.Id));
                Spend(view, key, admittance.Outcomes);
            }

            return new Verdict<Admittance>(admittance);
        });

    /// <summary>
    /// Whether a request would be admitted, as far as this instance knows; spends nothing. A refusal is certain, an admission only
    /// when <see cref="AdmitAsync"/> repeats it.
    /// </summary>
    public Task<Admittance> LookAsync(ApiKey key, Func<Caller, IReadOnlyList<Charge>> charges) =>
        ApplyAsync(key, view =>
        {
            var admittance = Judge(view, key, charges, time.GetUtcNow());
            return new Verdict<Admittance>(admittance, IsProvisional: admittance.IsAdmitted);
        });

    /// <summary>Gives back what was spent on work that came to nothing before anything was stored.</summary>
    public Task RefundAsync(ApiKey key, Admittance admittance) =>
        ApplyAsync(key, view =>
        {
            foreach (var (charge, _) in admittance.Outcomes)
            {
                var row = RowOf(charge, key);
                if (view.Exists(row) && charge.Limit.Refund(view.Get(row, charge.Limit.Column), time.GetUtcNow(), charge.Cost) is { } state)
                {
                    view.Set(row, charge.Limit.Column, state);
                }
            }

            return new Verdict<bool>(true);
        });

    private Task<T> ApplyAsync<T>(ApiKey key, Func<LedgerView, Verdict<T>> decide) =>
        ledgers.Tenants.ApplyAsync(key.Account, [TenantRows.Account, TenantRows.Key(key.Id)], decide);

    private static Admittance Judge(LedgerView view, ApiKey key, Func<Caller, IReadOnlyList<Charge>> charges, DateTimeOffset now)
    {
        // An unknown key takes the same comparison as a wrong one.
        var hash = view.Get<byte[]>(TenantRows.Key(key.Id), TenantColumns.Hash);
        var isProven = CryptographicOperations.FixedTimeEquals(hash ?? NoHash, key.Hash()) & hash is not null;
        if (!isProven
            || KeyRecord.Read(view, key.Id) is not { } record
            || !record.IsValidAt(now)
            || Account.Read(view) is not { } account)
        {
            return new(AdmittanceStatus.UnknownCredential);
        }

        var caller = new Caller(account, record);
        ChargeOutcome[] outcomes =
        [
            .. charges(caller).Select(charge => new ChargeOutcome(
                charge, charge.Limit.Decide(view.Get(RowOf(charge, key), charge.Limit.Column), now, charge.Cost))),
        ];
        var status = !account.IsActive ? AdmittanceStatus.Suspended
            : Array.TrueForAll(outcomes, outcome => outcome.Decision.IsAdmitted) ? AdmittanceStatus.Admitted
            : AdmittanceStatus.Denied;
        return new(status) { Caller = caller, Outcomes = outcomes };
    }

    private static void Spend(LedgerView view, ApiKey key, IReadOnlyList<ChargeOutcome> outcomes)
    {
        foreach (var (charge, decision) in outcomes)
        {
            if (decision.State is { } state)
            {
                view.Set(RowOf(charge, key), charge.Limit.Column, state);
            }
        }
    }

    private static string RowOf(Charge charge, ApiKey key) => charge.To == ChargeTo.Account ? TenantRows.Account : TenantRows.Key(key.Id);
}
