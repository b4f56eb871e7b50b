namespace Serverless.Ingestion.Records;

/// <summary>
/// The time that a record is ordered, counted and kept by: its own, unless that is so far ahead of its receipt that it can only be wrong. Such a
/// record would head every list and never be past; it is shown with the time it came with, and stands where it was received.
/// </summary>
public static class RecordTime
{
    /// <summary>What clients are told of such a record.</summary>
    public const string Warning = "\"timestamp\" is more than 24 hours ahead: it is kept as sent, and ordered and expired by its time of receipt";

    /// <summary>How far ahead the time of a record may be.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromHours(24);

    /// <summary>The time in ticks, UTC.</summary>
    /// <param name="ticks">The record's own time, in ticks, UTC.</param>
    /// <param name="receivedAt">When it was received, in milliseconds since 1970.</param>
    public static long Of(long ticks, long receivedAt)
    {
        var received = DateTime.UnixEpoch.Ticks + (receivedAt * TimeSpan.TicksPerMillisecond);
        return ticks - received > MaxAhead.Ticks ? received : ticks;
    }
}
