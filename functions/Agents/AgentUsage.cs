using Serverless.Admission;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>What an agent has used of what its tier allows.</summary>
/// <param name="TierName">The name of its tier.</param>
/// <param name="Tier">Its tier.</param>
/// <param name="Calls">Its successful searches in all.</param>
/// <param name="Days">Those of the last days, the oldest day first.</param>
public sealed record AgentUsage(string TierName, AgentTier Tier, long Calls, IReadOnlyList<DailyCount> Days)
{
    /// <summary>The searches that are left; null when there is no cap.</summary>
    public long? Remaining => Tier.Cap is { } cap ? Math.Max(0, cap - Calls) : null;

    /// <summary>Whether the cap is reached. It is soft: searches go on.</summary>
    public bool IsOverLimit => Remaining == 0;

    /// <summary>Those of the current calendar month, UTC.</summary>
    public long CallsThisMonth => Days.Where(day => (day.Date.Year, day.Date.Month) == (Days[^1].Date.Year, Days[^1].Date.Month)).Sum(day => day.Count);

    /// <summary>Its tier, as agents are told of it.</summary>
    public string ShownTier => TierName.ToLowerInvariant();
}
