using System.Globalization;

namespace Serverless.Admission;

/// <summary>So many permits in a calendar month, UTC. The state is the month and what was used, such as <c>2026-11:1024</c>.</summary>
/// <param name="Column">The column that keeps its state.</param>
/// <param name="Permits">The permits of a month.</param>
public sealed record MonthlyQuota(string Column, long Permits) : Limit(Column, Permits)
{
    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        var used = Used(state, now);
        var isAdmitted = used + cost <= Permits;
        var left = isAdmitted ? Permits - used - cost : Math.Max(0, Permits - used);
        var monthEnd = MonthEnd(now);
        return new(isAdmitted, isAdmitted && cost > 0 ? Write(now, used + cost) : state, left, isAdmitted ? TimeSpan.Zero : monthEnd - now, monthEnd);
    }

    /// <inheritdoc/>
    public override object Refund(object? state, DateTimeOffset now, long cost) => Write(now, Math.Max(0, Used(state, now) - cost));

    /// <summary>What was used in the month of a time.</summary>
    public static long Used(object? state, DateTimeOffset now) =>
        state is string text && text.StartsWith(Month(now) + ":", StringComparison.Ordinal)
            ? long.Parse(text.AsSpan(text.IndexOf(':') + 1), CultureInfo.InvariantCulture)
            : 0;

    private static string Write(DateTimeOffset now, long used) => $"{Month(now)}:{used.ToString(CultureInfo.InvariantCulture)}";

    private static string Month(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static DateTimeOffset MonthEnd(DateTimeOffset now) => new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
}

/// <summary>So many permits for good. The state is what was used.</summary>
/// <param name="Column">The column that keeps its state.</param>
/// <param name="Permits">The permits there are.</param>
/// <param name="IsSoft">Whether requests past the limit are counted and let through; their answers say so.</param>
public sealed record LifetimeCap(string Column, long Permits, bool IsSoft) : Limit(Column, Permits)
{
    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        var used = state as long? ?? 0;
        var isAdmitted = IsSoft || used + cost <= Permits;
        var next = isAdmitted ? used + cost : used;
        return new(isAdmitted, isAdmitted && cost > 0 ? next : state, Math.Max(0, Permits - next), isAdmitted ? TimeSpan.Zero : TimeSpan.MaxValue, DateTimeOffset.MaxValue);
    }

    /// <inheritdoc/>
    public override object Refund(object? state, DateTimeOffset now, long cost) => Math.Max(0, (state as long? ?? 0) - cost);
}
