using System.Security.Cryptography;
using Serverless.Diagnostics;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Admission;

/// <summary>
/// Proves a key, spends its limits and books its account's quota, all in one transaction: every row the decision rests on is part
/// of it, that of the project a key is bound to included, so that whatever another instance has changed meanwhile counts.
/// </summary>
public sealed class AdmissionGate(Ledgers ledgers, TimeProvider time)
{
    // The project of a key that has none.
    private const string Unbound = "";

    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    /// <summary>Admits a request and spends what it costs; or spends nothing.</summary>
    /// <param name="key">The key the caller sent.</param>
    /// <param name="charges">What the request costs, given who is calling. Pure.</param>
    /// <param name="turn">Waits for the request's turn where it is over a rate; null for a request that is refused at once.</param>
    /// <param name="claim">What it claims, in the same transaction; null for nothing.</param>
    /// <exception cref="OperationCanceledException">The caller left while it waited.</exception>
    public Task<Admittance> AdmitAsync(ApiKey key, Func<Caller, IReadOnlyList<Charge>> charges, Turn? turn = null, Claim? claim = null) =>
        ApplyAsync(key, charges, spends: true, turn, claim);

    /// <summary>
    /// Whether a request would be admitted, as far as this instance knows; spends nothing. A refusal is certain, an admission only
    /// when <see cref="AdmitAsync"/> repeats it.
    /// </summary>
    /// <inheritdoc cref="AdmitAsync"/>
    public Task<Admittance> LookAsync(ApiKey key, Func<Caller, IReadOnlyList<Charge>> charges, Turn? turn = null) =>
        ApplyAsync(key, charges, spends: false, turn, claim: null);

    /// <summary>Gives back what was spent on work that came to nothing before anything was stored. Its claim stays, not paid for any more.</summary>
    public Task RefundAsync(ApiKey key, Admittance admittance, Claim? claim = null) =>
        ledgers.Tenants.ApplyAsync(key.Account, [.. Rows(key, Unbound), .. RowsOf(claim)], view =>
        {
            ClaimRow.Refund(view, claim);
            foreach (var (charge, decision) in admittance.Outcomes)
            {
                var row = RowOf(charge, key);
                if (view.Exists(row) && charge.Limit.Refund(StateOf(view, charge, key), time.GetUtcNow(), charge.Cost, decision) is { } state)
                {
                    view.Set(row, charge.Limit.Column, state);
                }
            }

            return new Verdict<bool>(true);
        });

    // Of a request that waits only the end is told.
    private async Task<Admittance> ApplyAsync(ApiKey key, Func<Caller, IReadOnlyList<Charge>> charges, bool spends, Turn? turn, Claim? claim)
    {
        var admittance = await DecideAsync(key, charges, spends, claim);
        while (turn is not null && await turn.WaitAsync(admittance))
        {
            admittance = await DecideAsync(key, charges, spends, claim);
        }

        Tell(admittance, spends);
        return admittance;
    }

    private async Task<Admittance> DecideAsync(ApiKey key, Func<Caller, IReadOnlyList<Charge>> charges, bool spends, Claim? claim)
    {
        // A session of the version before is found under its former row: after its first request here it costs no more than others.
        var former = IsRemembered(key) ? null : key.Former;
        var admittance = former is not null && IsRemembered(former) ? new(AdmittanceStatus.UnknownCredential) : await FindAsync(key, charges, spends, claim);
        if (former is not null && admittance.Status == AdmittanceStatus.UnknownCredential && !IsRemembered(key))
        {
            admittance = await FindAsync(former, charges, spends, claim);
        }

        return admittance;
    }

    private async Task<Admittance> FindAsync(ApiKey key, Func<Caller, IReadOnlyList<Charge>> charges, bool spends, Claim? claim)
    {
        // Which project it is, and so which row to take along, stands in the key's row: an instance that has seen that knows it beforehand.
        var remembered = ledgers.Tenants.Recall(key.Account, key.Row);
        var project = (remembered is null ? null : KeyRecord.Read(remembered, key.Row)?.Project) ?? Unbound;
        while (true)
        {
            var (admittance, boundTo) = await ApplyAsync(key, project, charges, spends, claim);
            if (boundTo == project)
            {
                return admittance;
            }

            project = boundTo;
        }
    }

    private bool IsRemembered(ApiKey key) => ledgers.Tenants.Recall(key.Account, key.Row) is not null;

    // A look that finds nothing wrong decides nothing.
    private static void Tell(Admittance admittance, bool spends)
    {
        if (spends || !admittance.IsAdmitted)
        {
            AdmissionMetrics.Count(admittance);
        }

        if (admittance.Caller is { } caller)
        {
            WorkScope.BelongsTo(caller.Account.Id);
        }
    }

    // The answer, and the project the key is bound to: the answer counts only if that is the project whose row was at hand.
    private Task<(Admittance Admittance, string Project)> ApplyAsync(
        ApiKey key, string project, Func<Caller, IReadOnlyList<Charge>> charges, bool spends, Claim? claim)
    {
        var (rows, claimed) = (Rows(key, project), RowsOf(claim));
        return ledgers.Tenants.ApplyAsync(key.Account, claim is null ? rows : [.. rows, .. claimed], claimed, view =>
        {
            var now = time.GetUtcNow();
            var record = Prove(view, key, now);
            if (record is not null && record.Project != project)
            {
                return new Verdict<(Admittance, string)>((new(AdmittanceStatus.UnknownCredential), record.Project), IsProvisional: true);
            }

            var admittance = Judge(view, key, record, charges, ClaimRow.IsPaid(view, claim, now), now);
            if (admittance.IsAdmitted && spends)
            {
                foreach (var row in rows)
                {
                    view.Require(row);
                }

                Spend(view, key, admittance.Outcomes);
                return new((admittance with { ClaimedId = ClaimRow.Pay(view, claim, now) }, project));
            }

            // A wrong secret of a known key takes the same look at storage as a key that does not exist.
            return new(
                (WithoutSpending(view, key, admittance, now), project),
                IsProvisional: admittance.IsAdmitted,
                NeedsLook: admittance.Status == AdmittanceStatus.UnknownCredential);
        });
    }

    private static KeyRecord? Prove(LedgerView view, ApiKey key, DateTimeOffset now)
    {
        // An unknown key takes the same comparison as a wrong one.
        var hash = view.Get<byte[]>(key.Row, TenantColumns.Hash);
        var isProven = CryptographicOperations.FixedTimeEquals(hash ?? NoHash, key.Hash()) & hash is not null;
        return isProven && KeyRecord.Read(view, key.Row) is { } record && record.IsValidAt(now) ? record : null;
    }

    private static Admittance Judge(
        LedgerView view, ApiKey key, KeyRecord? record, Func<Caller, IReadOnlyList<Charge>> charges, bool isClaimPaid, DateTimeOffset now)
    {
        if (record is null || Account.Read(view) is not { } account)
        {
            return new(AdmittanceStatus.UnknownCredential);
        }

        var project = record.Project == Unbound ? null : Project.Read(view, record.Project);
        if (project is null && record.Project != Unbound)
        {
            return new(AdmittanceStatus.UnknownCredential);
        }

        var caller = new Caller(account, record, project);
        ChargeOutcome[] outcomes =
        [
            .. charges(caller).Where(charge => !(isClaimPaid && charge.IsOfClaim)).Select(charge => new ChargeOutcome(charge, charge.Limit.Decide(StateOf(view, charge, key), now, charge.Cost))),
        ];
        var status = !caller.IsActive ? AdmittanceStatus.Suspended
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

    // What one limit would have granted is still there when another refuses.
    private static Admittance WithoutSpending(LedgerView view, ApiKey key, Admittance admittance, DateTimeOffset now) => admittance with
    {
        Outcomes =
        [
            .. admittance.Outcomes.Select(outcome => outcome.Decision.IsAdmitted
                ? outcome with { Decision = outcome.Charge.Limit.Decide(StateOf(view, outcome.Charge, key), now, cost: 0) }
                : outcome),
        ],
    };

    private static string[] Rows(ApiKey key, string project) =>
        project == Unbound ? [TenantRows.Account, key.Row] : [TenantRows.Account, key.Row, TenantRows.Project(project)];

    private static string[] RowsOf(Claim? claim) => claim is null ? [] : [ClaimRow.Of(claim)];

    private static string RowOf(Charge charge, ApiKey key) => charge.To == ChargeTo.Account ? TenantRows.Account : key.Row;

    private static object? StateOf(LedgerView view, Charge charge, ApiKey key) => view.Get(RowOf(charge, key), charge.Limit.Column);
}
