using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Serverless.Local.Workers.Protocol;
using RpcException = Grpc.Core.RpcException;

namespace Serverless.Local.Workers;

/// <summary>The worker is gone, and with it whatever it was asked.</summary>
internal sealed class WorkerGoneException() : Exception("The worker has gone.");

/// <summary>The worker could not do what it was asked; the message is its own.</summary>
/// <param name="message">What it says.</param>
/// <param name="details">Its stack.</param>
internal sealed class WorkerFailedException(string message, string details) : Exception(message)
{
    /// <inheritdoc/>
    public override string ToString() => details.Length > 0 ? $"{Message}{Environment.NewLine}{details}" : Message;
}

/// <summary>What the host and one worker say to each other. Every question has an id, and its answer the same.</summary>
/// <param name="log">Where the worker's log goes.</param>
internal sealed class WorkerChannel(WorkerLog log)
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _questions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _functionNames = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when the worker has called.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Completed when nothing more comes from the worker.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Carries messages until the worker is gone.</summary>
    public async Task RunAsync(IAsyncStreamReader<StreamingMessage> incoming, IServerStreamWriter<StreamingMessage> outgoing, CancellationToken gone)
    {
        _opened.TrySetResult();
        var writing = WriteAsync(outgoing, gone);
        try
        {
            await foreach (var message in incoming.ReadAllAsync(gone))
            {
                Receive(message);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or RpcException)
        {
            // That is how a worker goes that was killed.
        }
        finally
        {
            Close();
            await writing;
        }
    }

    /// <summary>Introduces the host.</summary>
    /// <param name="scriptRoot">The folder of the application.</param>
    /// <returns>What the worker is capable of.</returns>
    public async Task<IReadOnlyDictionary<string, string>> InitializeAsync(string scriptRoot)
    {
        var request = new WorkerInitRequest { HostVersion = "4", WorkerDirectory = scriptRoot, FunctionAppDirectory = scriptRoot };
        var answer = (await AskAsync(new() { WorkerInitRequest = request })).WorkerInitResponse;
        Check(answer.Result);
        return answer.Capabilities;
    }

    /// <summary>Asks which functions there are.</summary>
    public async Task<IReadOnlyList<RpcFunctionMetadata>> IndexAsync(string scriptRoot)
    {
        var answer = (await AskAsync(new() { FunctionsMetadataRequest = new() { FunctionAppDirectory = scriptRoot } })).FunctionMetadataResponse;
        Check(answer.Result);
        return answer.FunctionMetadataResults;
    }

    /// <summary>Has a function made ready.</summary>
    public async Task LoadAsync(FunctionDefinition function)
    {
        var request = new FunctionLoadRequest { FunctionId = function.Id, Metadata = function.Metadata };
        Check((await AskAsync(new() { FunctionLoadRequest = request })).FunctionLoadResponse.Result);
    }

    /// <summary>Has a function run.</summary>
    /// <param name="function">The function.</param>
    /// <param name="invocation">What it is given.</param>
    /// <param name="cancelled">Asks the function to give up; its end is waited for all the same.</param>
    /// <exception cref="WorkerFailedException">The function failed.</exception>
    /// <exception cref="WorkerGoneException">The worker went before the function had ended.</exception>
    public async Task InvokeAsync(FunctionDefinition function, InvocationRequest invocation, CancellationToken cancelled)
    {
        var id = invocation.InvocationId;
        _functionNames[id] = function.Name;
        try
        {
            var asking = AskAsync(new() { RequestId = id, InvocationRequest = invocation });
            await using var cancellation = cancelled.Register(() => Send(new() { InvocationCancel = new() { InvocationId = id } }));
            Check((await asking).InvocationResponse.Result);
        }
        finally
        {
            _functionNames.TryRemove(id, out _);
        }
    }

    /// <summary>Asks the worker to end itself.</summary>
    /// <param name="grace">How long it has.</param>
    public void Terminate(TimeSpan grace) => Send(new() { WorkerTerminate = new() { GracePeriod = Duration.FromTimeSpan(grace) } });

    /// <summary>Ends whatever waits for the worker.</summary>
    public void Close()
    {
        _outgoing.Writer.TryComplete();
        _closed.TrySetResult();
        foreach (var id in _questions.Keys)
        {
            if (_questions.TryRemove(id, out var question))
            {
                question.TrySetException(new WorkerGoneException());
            }
        }
    }

    private static void Check(StatusResult result)
    {
        if (result.Status != StatusResult.Types.Status.Success)
        {
            throw new WorkerFailedException(result.Exception?.Message ?? result.Status.ToString(), result.Exception?.StackTrace ?? "");
        }
    }

    private async Task<StreamingMessage> AskAsync(StreamingMessage message)
    {
        if (message.RequestId.Length == 0)
        {
            message.RequestId = Guid.NewGuid().ToString();
        }

        var question = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions[message.RequestId] = question;
        Send(message);

        // The channel may have been closed between the two.
        if (_closed.Task.IsCompleted && _questions.TryRemove(message.RequestId, out _))
        {
            question.TrySetException(new WorkerGoneException());
        }

        return await question.Task;
    }

    private void Send(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    private void Receive(StreamingMessage message)
    {
        if (message.RpcLog is { } entry)
        {
            log.Write(entry, _functionNames.GetValueOrDefault(entry.InvocationId));
        }
        else if (_questions.TryRemove(message.RequestId, out var question))
        {
            question.TrySetResult(message);
        }
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken gone)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(gone))
            {
                await outgoing.WriteAsync(message, gone);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or RpcException or InvalidOperationException)
        {
            // Reading ends, too, and with it everything else.
        }
    }
}
