using Serverless.Admission;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Benchmarks.Admission;

/// <summary>The product, with the limits of a batch of logs: a bucket of the key, one of the organization, and the bytes of the month.</summary>
internal sealed class ProductAdmitter : Admitter
{
    private static readonly Charge[] Charges =
    [
        new(ChargeTo.Credential, new TokenBucket("LogRequests", 10_000_000, TimeSpan.FromMinutes(1))),
        new(ChargeTo.Account, new TokenBucket("LogRequests", 10_000_000, TimeSpan.FromMinutes(1))),
        new(ChargeTo.Account, new MonthlyQuota(QuotaColumns.LogBytes, 1_000_000_000_000)),
    ];

    private readonly ApiKey _key;
    private readonly Ledgers _ledgers;
    private readonly AdmissionGate _gate;

    /// <summary>Admits requests of a key.</summary>
    public ProductAdmitter(string connectionString, string key)
        : base(connectionString)
    {
        _key = ApiKey.Parse(key, KeyPrefix.LuminaLog)!;
        var ledger = new Ledger(Tables.GetTableClient(TableNames.Tenants), TimeProvider.System);
        _ledgers = new(ledger, ledger);
        _gate = new(_ledgers, TimeProvider.System);
    }

    /// <inheritdoc/>
    public override async Task<bool> AdmitAsync() => (await _gate.AdmitAsync(_key, static _ => Charges)).IsAdmitted;

    /// <inheritdoc/>
    public override async Task<long> CountAsync()
    {
        var account = await _ledgers.Tenants.FindAsync(_key.Account, TenantRows.Account);
        return MonthlyQuota.Used(account!.Get(TenantRows.Account, QuotaColumns.LogBytes), TimeProvider.System.GetUtcNow());
    }
}
