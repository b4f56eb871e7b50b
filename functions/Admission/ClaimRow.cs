using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Admission;

/// <summary>The row of a claim: beside the account's own, so that one transaction pays and claims. It is removed a day after it has served its time.</summary>
internal static class ClaimRow
{
    private const string Id = "Request";
    private const string Paid = "IsPaid";

    /// <summary>Its key.</summary>
    public static string Of(Claim claim) => TenantRows.Idempotency(claim.Name);

    /// <summary>Whether somebody has paid for it.</summary>
    public static bool IsPaid(LedgerView view, Claim? claim, DateTimeOffset now) => claim is not null && IsValid(view, claim, now) && view.Get<bool>(Of(claim), Paid);

    /// <summary>Claims what nobody has claimed, and notes that it is paid for.</summary>
    /// <returns>The id it is claimed under; null for no claim.</returns>
    public static string? Pay(LedgerView view, Claim? claim, DateTimeOffset now)
    {
        if (claim is null)
        {
            return null;
        }

        if (!IsValid(view, claim, now))
        {
            view.Set(Of(claim), Id, claim.Id);
            view.Set(Of(claim), TenantColumns.ExpiresAt, now + claim.Lifetime);
        }

        if (!IsPaid(view, claim, now))
        {
            view.Set(Of(claim), Paid, true);
        }

        return view.Get<string>(Of(claim), Id);
    }

    /// <summary>Notes that it is not paid for any more. Its id stays: what came to nothing may have been stored all the same.</summary>
    public static void Refund(LedgerView view, Claim? claim)
    {
        if (claim is not null && view.Exists(Of(claim)))
        {
            view.Set(Of(claim), Paid, false);
        }
    }

    private static bool IsValid(LedgerView view, Claim claim, DateTimeOffset now) =>
        view.Get(Of(claim), TenantColumns.ExpiresAt) is DateTimeOffset expiresAt && expiresAt > now;
}
