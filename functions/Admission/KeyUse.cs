using Serverless.Tenancy;

namespace Serverless.Admission;

/// <summary>What is known of a key's use: when it was used last, and how often by day. Both are written with what a request spends, in the same transaction.</summary>
public static class KeyUse
{
    /// <summary>The charges that a use of a key adds to what it spends.</summary>
    public static IReadOnlyList<Charge> Charges { get; } =
    [
        new(ChargeTo.Credential, new LastUse(TenantColumns.LastUsedAt)),
        new(ChargeTo.Credential, new DailyCounts(TenantColumns.UsesByDay)),
    ];

    /// <summary>The uses of a key by day, UTC, the oldest day first; today is the last.</summary>
    public static IReadOnlyList<DailyCount> ByDay(KeyRecord key, DateTimeOffset now) => DailyCounts.Of(key.UsesByDay, now);
}
