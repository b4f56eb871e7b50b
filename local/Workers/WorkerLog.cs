using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Local.Workers;

/// <summary>
/// Writes what workers log and print, under the categories that the Functions host gives it: host.json sets levels by these.
/// </summary>
/// <param name="logs">Makes the logs.</param>
internal sealed class WorkerLog(ILoggerFactory logs)
{
    private readonly ConcurrentDictionary<string, ILogger> _functions = new(StringComparer.Ordinal);
    private readonly ILogger _console = logs.CreateLogger("Host.Function.Console");
    private readonly ILogger _worker = logs.CreateLogger("Worker.LanguageWorkerChannel.dotnet-isolated");

    /// <summary>Writes an entry.</summary>
    /// <param name="entry">What was logged.</param>
    /// <param name="function">The function that was running; null outside of an invocation.</param>
    public void Write(RpcLog entry, string? function)
    {
        var logger = entry.LogCategory == RpcLog.Types.RpcLogCategory.System ? _worker
            : function is null ? _console
            : _functions.GetOrAdd(function, name => logs.CreateLogger($"Function.{name}.User"));
        var exception = entry.Exception is { Message.Length: > 0 } failure ? new WorkerFailedException(failure.Message, failure.StackTrace) : null;
        logger.Log((LogLevel)(int)entry.Level, 0, entry.Message, exception, static (message, _) => message);
    }

    /// <summary>Writes a line that a worker printed.</summary>
    /// <param name="line">The line.</param>
    public void Print(string line) => _console.Log(LogLevel.Information, 0, line, exception: null, static (text, _) => text);
}
