using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Admission;

/// <summary>What an account has used of its monthly quotas.</summary>
/// <param name="Account">The account.</param>
/// <param name="LogBytes">Bytes of log entries this month.</param>
/// <param name="TraceEvents">LLM events this month.</param>
/// <param name="TraceSteps">Steps of traces this month.</param>
public sealed record Usage(Account Account, long LogBytes, long TraceEvents, long TraceSteps);

/// <summary>Reads the quotas that <see cref="AdmissionGate"/> books on.</summary>
public sealed class UsageReader(Ledgers ledgers, TimeProvider time)
{
    /// <summary>The usage of an account in the current month, UTC, as it is at this moment; null when there is no such account.</summary>
    public async Task<Usage?> FindAsync(string account, CancellationToken cancellationToken)
    {
        if (await ledgers.Tenants.FindAsync(account, TenantRows.Account, cancellationToken) is not { } view || Account.Read(view) is not { } found)
        {
            return null;
        }

        var now = time.GetUtcNow();
        return new(found, Used(QuotaColumns.LogBytes), Used(QuotaColumns.TraceEvents), Used(QuotaColumns.TraceSteps));

        long Used(string column) => MonthlyQuota.Used(view.Get(TenantRows.Account, column), now);
    }
}
