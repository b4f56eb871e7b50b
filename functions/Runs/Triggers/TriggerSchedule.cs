using NCrontab;

namespace Serverless.Runs.Triggers;

/// <summary>
/// When a scheduled trigger is due: an NCRONTAB expression of six fields, seconds first, or of five. Times are UTC. A day has to
/// match both as one of its month and as one of its week.
/// </summary>
internal sealed class TriggerSchedule
{
    private const int FieldsWithSeconds = 6;

    private readonly CrontabSchedule _schedule;

    private TriggerSchedule(CrontabSchedule schedule) => _schedule = schedule;

    /// <summary>Reads an expression that somebody sets; null when it is none, makes no sense, or never comes true.</summary>
    public static TriggerSchedule? ParseNew(string expression) => CrontabFields.MakeSense(FieldsOf(expression)) ? Parse(expression) : null;

    /// <summary>Reads an expression that is set, however long ago; null when it is none, or never comes true.</summary>
    public static TriggerSchedule? Parse(string expression)
    {
        var hasSeconds = FieldsOf(expression).Length == FieldsWithSeconds;
        var schedule = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = hasSeconds });
        return schedule is not null && new TriggerSchedule(schedule) is var parsed && parsed.After(DateTimeOffset.UnixEpoch) is not null ? parsed : null;
    }

    /// <summary>The first time after another; null when there is none before the year 2200.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        var end = new DateTime(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var next = _schedule.GetNextOccurrence(time.UtcDateTime, end);
        return next < end ? new DateTimeOffset(DateTime.SpecifyKind(next, DateTimeKind.Utc)) : null;
    }

    private static string[] FieldsOf(string expression) => expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
