using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Standalone.Host;

/// <summary>
/// Keeps a failed start out of the log: it is thrown to the program, which says in one line what is wrong.
/// </summary>
internal sealed class StartupLogFilter
{
    public bool HasStarted { get; set; }
}

/// <summary>Logs to the console, one line each, at the levels host.json asks for.</summary>
internal static class HostLogging
{
    public static void AddHostLogging(this ILoggingBuilder logging, IConfiguration settings, StartupLogFilter startup)
    {
        foreach (var level in settings.GetSection($"{HostJson.Logging}:logLevel").GetChildren())
        {
            if (!Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            {
                throw new HostAbortedException($"host.json: logging.logLevel.{level.Key} is '{level.Value}', but must be a level such as Warning.");
            }
        }

        logging.AddConfiguration(settings.GetSection(HostJson.Logging));
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => startup.HasStarted && level >= LogLevel.Warning);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        // "Now listening on" is enough.
        logging.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
    }
}
