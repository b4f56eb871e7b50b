using System.Globalization;

namespace Serverless.Admission;

/// <summary>So many permits in a calendar month, UTC. The state is the month and what was used, such as <c>2026-11:1024</c>.</summary>
/// <param name="Column">The column that keeps its state.</param>
/// <param name="Permits">The permits of a month.</param>
public sealed record MonthlyQuota(string Column, long Permits) : Limit(Column, Permits)
{
    private const string MonthFormat = "yyyy-MM";

    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        var (month, used) = Read(state, now);
        var end = month.AddMonths(1);
        var left = Math.Max(0, Permits - used);
        return cost == 0 ? new(true, state, left, TimeSpan.Zero, end, now)
            : cost <= left ? new(true, Write(month, used + cost), left - cost, TimeSpan.Zero, end, now)
            : new(false, state, left, end - now, end, now);
    }

    /// <inheritdoc/>
    public override object? Refund(object? state, DateTimeOffset now, long cost, Decision taken)
    {
        // What was taken from a month that is over is of no use to this one.
        var (month, used) = Read(state, now);
        return taken.ResetAt == month.AddMonths(1) ? Write(month, Math.Max(0, used - cost)) : state;
    }

    /// <summary>What was used in the month of a time.</summary>
    public static long Used(object? state, DateTimeOffset now) => Read(state, now).Used;

    // A month that has begun by another instance's clock has begun for all; else each would wipe out what the other has counted.
    private static (DateTimeOffset Month, long Used) Read(object? state, DateTimeOffset now)
    {
        var current = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return state is string text
            && text.Split(':') is [var name, var count]
            && DateTimeOffset.TryParseExact(name, MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var month)
            && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var used)
            && month >= current
            && month - now <= ClockSkew.Longest
                ? (month, used)
                : (current, 0);
    }

    private static string Write(DateTimeOffset month, long used) =>
        $"{month.ToString(MonthFormat, CultureInfo.InvariantCulture)}:{used.ToString(CultureInfo.InvariantCulture)}";
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
        var used = Used(state);
        var left = Math.Max(0, Permits - used);
        return cost == 0 ? new(true, state, left, TimeSpan.Zero, DateTimeOffset.MaxValue, now)
            : IsSoft || cost <= left ? new(true, used + cost, Math.Max(0, left - cost), TimeSpan.Zero, DateTimeOffset.MaxValue, now)
            : new(false, state, left, TimeSpan.MaxValue, DateTimeOffset.MaxValue, now);
    }

    /// <inheritdoc/>
    public override object? Refund(object? state, DateTimeOffset now, long cost, Decision taken) => Math.Max(0, Used(state) - cost);

    /// <summary>What was used.</summary>
    public static long Used(object? state) => Math.Max(0, state as long? ?? 0);
}
