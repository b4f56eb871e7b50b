using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Local;

/// <summary>An entry of a log.</summary>
/// <param name="Category">Who wrote it.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Message">What it says.</param>
/// <param name="Failure">What it tells of; null for none.</param>
internal sealed record LogLine(string Category, LogLevel Level, string Message, Exception? Failure);

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was logged so far.</summary>
    public IReadOnlyCollection<LogLine> Lines => _lines;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Waits for a line with a text in it.</summary>
    public async Task<LogLine> WaitForAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var changed = _changed.Task;
            if (_lines.FirstOrDefault(line => line.Message.Contains(text, StringComparison.Ordinal)) is { } line)
            {
                return line;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    private sealed class Logger(RecordedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            log._lines.Enqueue(new(category, logLevel, formatter(state, exception), exception));
            Interlocked.Exchange(ref log._changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }
}
