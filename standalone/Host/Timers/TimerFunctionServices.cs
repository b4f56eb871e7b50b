using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NCrontab;

namespace Serverless.Standalone.Host;

/// <summary>Gives each timer function its listener.</summary>
internal static class TimerFunctionServices
{
    public static void AddTimerFunctions(this IServiceCollection services, IReadOnlyList<FunctionMethod> functions, IConfiguration settings)
    {
        foreach (var function in functions)
        {
            if (function.Trigger is TimerTriggerAttribute trigger)
            {
                var invoker = InvokerFor(function);
                var schedule = Parse(SettingNames.Resolve(trigger.Schedule, settings, function), function);
                services.AddSingleton<ITriggerListener>(provider =>
                    ActivatorUtilities.CreateInstance<TimerListener>(provider, invoker, schedule, trigger));
            }
        }
    }

    private static FunctionInvoker InvokerFor(FunctionMethod function) =>
        function.TriggerParameter.ParameterType != typeof(TimerInfo)
            ? throw function.Mistake($"a timer trigger binds to TimerInfo, not {function.TriggerParameter.ParameterType}.")
        : function.ResultType is { } result
            ? throw function.Mistake($"a timer function returns nothing, not {result}.")
        : new FunctionInvoker(function);

    /// <summary>Six fields, or five when it is never about seconds.</summary>
    private static CrontabSchedule Parse(string schedule, FunctionMethod function)
    {
        var fields = schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return CrontabSchedule.TryParse(schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 })
            ?? throw function.Mistake($"'{schedule}' is not an NCRONTAB expression.");
    }
}
