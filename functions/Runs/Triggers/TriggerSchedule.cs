using NCrontab;
using Serverless.Times;

namespace Serverless.Runs.Triggers;

/// <summary>
/// When a scheduled trigger is due: an NCRONTAB expression of six fields, seconds first, or of five, in the time of a zone. A day has to match both as one
/// of its month and as one of its week. A time that the clocks of the zone pass over is due when they do, and one that they show twice is due once.
/// </summary>
internal sealed class TriggerSchedule
{
    private const int FieldsWithSeconds = 6;
    private static readonly DateTime End = new(2200, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    private readonly CrontabSchedule _schedule;
    private readonly TimeZoneInfo _zone;

    private TriggerSchedule(CrontabSchedule schedule, TimeZoneInfo zone) => (_schedule, _zone) = (schedule, zone);

    /// <summary>Reads an expression that somebody sets; null when it is none, makes no sense, or never comes true.</summary>
    public static TriggerSchedule? ParseNew(string expression, TimeZoneInfo zone) => CrontabFields.MakeSense(FieldsOf(expression)) ? Parse(expression, zone) : null;

    /// <summary>Reads an expression that is set, however long ago; null when it is none, or never comes true.</summary>
    public static TriggerSchedule? Parse(string expression, TimeZoneInfo zone)
    {
        var hasSeconds = FieldsOf(expression).Length == FieldsWithSeconds;
        var schedule = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = hasSeconds });
        return schedule is not null && new TriggerSchedule(schedule, zone) is var parsed && parsed.After(DateTimeOffset.UnixEpoch) is not null ? parsed : null;
    }

    /// <summary>The first time after another; null when there is none before the year 2200.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        // While clocks show an hour for the second time, all that was due in it is over.
        var local = TimeZoneInfo.ConvertTime(time, _zone).DateTime;
        while (_schedule.GetNextOccurrence(local, End) is var next && next < End)
        {
            if (TimeZones.FirstAt(_zone, next) is var at && at > time)
            {
                return at;
            }

            local = next;
        }

        return null;
    }

    private static string[] FieldsOf(string expression) => expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
