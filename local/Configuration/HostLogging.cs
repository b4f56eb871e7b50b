using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Configuration;

/// <summary>Logs to the console, one line each, at the levels host.json asks for.</summary>
internal static class HostLogging
{
    /// <summary>Makes the logs.</summary>
    /// <exception cref="HostAbortedException">A level is none.</exception>
    public static ILoggerFactory Create(IConfiguration settings)
    {
        foreach (var level in settings.GetSection($"{HostJson.Logging}:logLevel").GetChildren())
        {
            if (!Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            {
                throw new HostAbortedException($"host.json: logging.logLevel.{level.Key} is '{level.Value}', but must be a level such as Warning.");
            }
        }

        return LoggerFactory.Create(logging => logging
            .AddConfiguration(settings.GetSection(HostJson.Logging))

            // A server that cannot start throws, and the program says why in one line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            }));
    }
}
