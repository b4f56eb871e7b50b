using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using NCrontab;
using Serverless.Local.Functions;
using Serverless.Local.Workers;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Local.Timers;

/// <summary>Runs a function when its schedule says so, in UTC, one run after the other.</summary>
/// <param name="invoker">Runs the function.</param>
/// <param name="schedule">The schedule.</param>
/// <param name="time">The time.</param>
internal sealed class TimerListener(FunctionInvoker invoker, CrontabSchedule schedule, TimeProvider time) : ITriggerListener
{
    // A single delay cannot be longer than some weeks, and schedules can.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly bool _runsOnStartup = invoker.Function.Is("runOnStartup", otherwise: false);
    private readonly bool _isMonitored = invoker.Function.Is("useMonitor", otherwise: true);
    private DateTime _last;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Gives each timer function its listener.</summary>
    public static IEnumerable<ITriggerListener> For(IEnumerable<FunctionInvoker> functions, IConfiguration settings, TimeProvider time) =>
        from invoker in functions
        where invoker.Function.IsTriggeredBy(FunctionDefinition.TimerTrigger)
        select new TimerListener(invoker, Parse(SettingNames.Resolve(invoker.Function["schedule"]!, settings, invoker.Function), invoker.Function), time);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        if (_runsOnStartup && !stopping.IsCancellationRequested)
        {
            await InvokeAsync(Now, aborted);
        }

        for (var due = schedule.GetNextOccurrence(Now); await TryWaitUntilAsync(due, stopping); due = schedule.GetNextOccurrence(Now))
        {
            await InvokeAsync(due, aborted);
        }
    }

    /// <summary>Six fields, or five when it is never about seconds.</summary>
    private static CrontabSchedule Parse(string schedule, FunctionDefinition function)
    {
        var fields = schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return CrontabSchedule.TryParse(schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 })
            ?? throw function.Mistake($"'{schedule}' is not an NCRONTAB expression.");
    }

    private async Task<bool> TryWaitUntilAsync(DateTime due, CancellationToken stopping)
    {
        for (var left = due - Now; left > TimeSpan.Zero; left = due - Now)
        {
            if (!await time.TryDelay(left < LongestDelay ? left : LongestDelay, stopping))
            {
                return false;
            }
        }

        return !stopping.IsCancellationRequested;
    }

    private async Task InvokeAsync(DateTime due, CancellationToken aborted)
    {
        var status = _isMonitored
            ? $$"""{"Last":{{Json(_last)}},"Next":{{Json(schedule.GetNextOccurrence(due))}},"LastUpdated":{{Json(_last)}}}"""
            : "null";
        _last = due;
        await invoker.TryInvokeAsync(new TypedData { Json = $$"""{"ScheduleStatus":{{status}},"IsPastDue":false}""" }, [], aborted);
    }

    private static string Json(DateTime time) => JsonSerializer.Serialize(time.ToString("O", CultureInfo.InvariantCulture));
}
