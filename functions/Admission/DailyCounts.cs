using System.Buffers.Binary;

namespace Serverless.Admission;

/// <summary>What was used on a day.</summary>
/// <param name="Date">The day, UTC.</param>
/// <param name="Count">The permits that were used.</param>
public readonly record struct DailyCount(DateOnly Date, long Count);

/// <summary>Refuses nothing, and counts by days, UTC. The state is the number of the last day, and the counts of it and those before.</summary>
/// <param name="Column">The column that keeps its state.</param>
public sealed record DailyCounts(string Column) : Limit(Column, long.MaxValue)
{
    /// <summary>How many days are kept, the current one included: a month, whichever.</summary>
    public const int Days = 31;

    private const int Length = sizeof(int) + (Days * sizeof(uint));

    /// <inheritdoc/>
    public override Decision Decide(object? state, DateTimeOffset now, long cost)
    {
        if (cost == 0)
        {
            return Granted(state);
        }

        var days = Read(state, now);
        days.Counts[^1] += (uint)cost;
        return Granted(Write(days));

        Decision Granted(object? next) => new(true, next, Permits, TimeSpan.Zero, now, now);
    }

    /// <inheritdoc/>
    public override object? Refund(object? state, DateTimeOffset now, long cost, Decision taken)
    {
        var days = Read(state, now);
        var day = Days - 1 - (days.Last - DayOf(taken.At));
        if (day is >= 0 and < Days)
        {
            days.Counts[day] -= (uint)Math.Min(cost, days.Counts[day]);
        }

        return Write(days);
    }

    /// <summary>The counts of the days that are kept, the oldest first.</summary>
    /// <param name="state">What the column holds.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<DailyCount> Of(object? state, DateTimeOffset now)
    {
        var (last, counts) = Read(state, now);
        return [.. counts.Select((count, index) => new DailyCount(DateOnly.FromDayNumber(last - Days + 1 + index), count))];
    }

    private static (int Last, uint[] Counts) Read(object? state, DateTimeOffset now)
    {
        var (last, counts) = (DayOf(now), new uint[Days]);
        if (state is not byte[] { Length: Length } bytes)
        {
            return (last, counts);
        }

        // A day that has begun by another instance's clock has begun for all; one that is further ahead was never there.
        var written = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        last = written > last && written <= DayOf(now + ClockSkew.Longest) ? written : last;
        for (var index = Math.Max(0, last - written); index < Days; index++)
        {
            var to = index - (last - written);
            if (to < Days)
            {
                counts[to] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(sizeof(int) + (index * sizeof(uint))));
            }
        }

        return (last, counts);
    }

    private static byte[] Write((int Last, uint[] Counts) days)
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, days.Last);
        for (var index = 0; index < Days; index++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(int) + (index * sizeof(uint))), days.Counts[index]);
        }

        return bytes;
    }

    private static int DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime).DayNumber;
}
