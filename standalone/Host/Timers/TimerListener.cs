using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace Serverless.Standalone.Host;

/// <summary>Runs a function when its schedule says so, in UTC, one run after the other.</summary>
internal sealed partial class TimerListener(
    FunctionInvoker invoker,
    CrontabSchedule schedule,
    TimerTriggerAttribute trigger,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<TimerListener> logger) : ITriggerListener
{
    // A single delay cannot be longer than some weeks, and schedules can.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private DateTime _last;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        if (trigger.RunOnStartup && !stopping.IsCancellationRequested)
        {
            await InvokeAsync(Now, aborted);
        }

        for (var due = schedule.GetNextOccurrence(Now); await TryWaitUntilAsync(due, stopping); due = schedule.GetNextOccurrence(Now))
        {
            await InvokeAsync(due, aborted);
        }
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
        var status = new ScheduleStatus { Last = _last, Next = schedule.GetNextOccurrence(due), LastUpdated = _last };
        _last = due;
        try
        {
            await invoker.InvokeAsync(scopes, new TimerInfo { ScheduleStatus = trigger.UseMonitor ? status : null }, aborted);
        }
        catch (Exception failure)
        {
            Log.FunctionFailed(logger, invoker.Function.Name, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} failed.")]
        public static partial void FunctionFailed(ILogger logger, string function, Exception exception);
    }
}
