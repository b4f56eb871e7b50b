using Microsoft.Extensions.Logging;
using Serverless.Local.Workers;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Local.Functions;

/// <summary>Has a function run by its worker.</summary>
/// <param name="function">The function.</param>
/// <param name="worker">Who runs it.</param>
/// <param name="timeout">How long it may take. After that its worker is ended, with all else that it does.</param>
/// <param name="logs">Makes the logs.</param>
internal sealed partial class FunctionInvoker(FunctionDefinition function, Worker worker, TimeSpan timeout, ILoggerFactory logs)
{
    private readonly ILogger _logger = logs.CreateLogger($"Function.{function.Name}");

    /// <summary>The function.</summary>
    public FunctionDefinition Function => function;

    /// <summary>The worker, once it is ready.</summary>
    public Task<ReadyWorker> GetWorkerAsync(CancellationToken cancellationToken) => worker.GetAsync(cancellationToken);

    /// <summary>An invocation to be filled in.</summary>
    /// <param name="input">What the trigger brings.</param>
    public InvocationRequest NewInvocation(TypedData input) => new()
    {
        InvocationId = Guid.NewGuid().ToString(),
        FunctionId = function.Id,
        InputData = { new ParameterBinding { Name = function.TriggerParameter, Data = input } },

        // A worker takes it for granted that there is one.
        TraceContext = new(),
    };

    /// <summary>Has the function run to its end.</summary>
    /// <param name="input">What the trigger brings.</param>
    /// <param name="metadata">What there is to know beside that.</param>
    /// <param name="cancelled">Asks the function to give up; its end is waited for all the same.</param>
    /// <returns>Whether it succeeded. If not, that is in the log.</returns>
    public async Task<bool> TryInvokeAsync(TypedData input, IEnumerable<KeyValuePair<string, string>> metadata, CancellationToken cancelled)
    {
        var invocation = NewInvocation(input);
        foreach (var (name, value) in metadata)
        {
            invocation.TriggerMetadata[name] = new() { String = value };
        }

        try
        {
            return await TryInvokeAsync(await GetWorkerAsync(cancelled), invocation, cancelled);
        }
        catch (Exception failure)
        {
            Log.Failed(_logger, function.Name, failure);
            return false;
        }
    }

    /// <summary>Has the function run to its end by a worker that is ready.</summary>
    /// <returns>Whether it succeeded. If not, that is in the log.</returns>
    public async Task<bool> TryInvokeAsync(ReadyWorker ready, InvocationRequest invocation, CancellationToken cancelled)
    {
        try
        {
            await ready.Channel.InvokeAsync(function, invocation, cancelled).WaitAsync(timeout, TimeProvider.System, CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            Log.TimedOut(_logger, function.Name, timeout);
            ready.Channel.Close();
            return false;
        }
        catch (Exception failure) when (failure is WorkerFailedException or WorkerGoneException)
        {
            Log.Failed(_logger, function.Name, failure);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} has taken longer than {Timeout}: its worker is ended.")]
        public static partial void TimedOut(ILogger logger, string function, TimeSpan timeout);

        [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} failed.")]
        public static partial void Failed(ILogger logger, string function, Exception exception);
    }
}
