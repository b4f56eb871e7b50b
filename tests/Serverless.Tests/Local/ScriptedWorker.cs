using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Serverless.Local.Workers;
using Serverless.Local.Workers.Protocol;
using RpcException = Grpc.Core.RpcException;

namespace Serverless.Tests.Local;

/// <summary>What a function of a <see cref="ScriptedWorker"/> does.</summary>
internal delegate Task ScriptedFunction(InvocationRequest invocation, CancellationToken cancelled);

/// <summary>A worker that speaks the protocol and does what a test says: what the host makes of a worker is seen without an application.</summary>
internal sealed class ScriptedWorker : IWorkerLauncher
{
    private static readonly Method<StreamingMessage, StreamingMessage> EventStream = new(
        MethodType.DuplexStreaming,
        "AzureFunctionsRpcMessages.FunctionRpc",
        "EventStream",
        Marshallers.Create(message => message.ToByteArray(), StreamingMessage.Parser.ParseFrom),
        Marshallers.Create(message => message.ToByteArray(), StreamingMessage.Parser.ParseFrom));

    private readonly List<(string Name, string Trigger, ScriptedFunction Run)> _functions = [];
    private readonly ConcurrentBag<Instance> _instances = [];

    /// <summary>Every worker that was started, the name of the first function it was told to load.</summary>
    public Channel<WorkerStart> Launched { get; } = Channel.CreateUnbounded<WorkerStart>();

    /// <summary>The functions that were loaded, by the worker's id.</summary>
    public ConcurrentQueue<(string WorkerId, string Function)> Loaded { get; } = [];

    /// <summary>How a start fails; null when it does not.</summary>
    public string? Failure { get; set; }

    /// <summary>The start that fails, counted from 1; null for any.</summary>
    public int? FailingStart { get; set; }

    /// <summary>How many workers die when they are asked for their functions.</summary>
    public int DeathsAtIndexing { get; set; }

    /// <summary>Where requests go.</summary>
    public Uri HttpAddress { get; init; } = new("http://127.0.0.1:9");

    /// <summary>Adds a function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="trigger">Its trigger, as a worker describes it: JSON.</param>
    /// <param name="run">What it does.</param>
    public ScriptedWorker With(string name, string trigger, ScriptedFunction run)
    {
        _functions.Add((name, trigger, run));
        return this;
    }

    /// <summary>All workers die, and say something of it.</summary>
    public void Die(string lastWords)
    {
        foreach (var instance in _instances)
        {
            instance.End(lastWords);
        }
    }

    /// <inheritdoc/>
    public Task<IRunningWorker> LaunchAsync(WorkerStart start)
    {
        var instance = new Instance(this, start);
        _instances.Add(instance);
        if (Failure is { } failure && (FailingStart is null || FailingStart == _instances.Count))
        {
            instance.End(failure);
        }
        else
        {
            _ = instance.RunAsync();
        }

        Launched.Writer.TryWrite(start);
        return Task.FromResult<IRunningWorker>(instance);
    }

    private sealed class Instance(ScriptedWorker script, WorkerStart start) : IRunningWorker
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _gone = new();
        private readonly ConcurrentDictionary<string, CancellationTokenSource> _underWay = new(StringComparer.Ordinal);
        private readonly SemaphoreSlim _writing = new(1);

        public Task<string> Ended => _ended.Task;

        public Uri HttpAddress => script.HttpAddress;

        public void End(string lastWords)
        {
            _gone.Cancel();
            _ended.TrySetResult(lastWords);
        }

        public ValueTask DisposeAsync()
        {
            End("");
            return ValueTask.CompletedTask;
        }

        public async Task RunAsync()
        {
            using var channel = GrpcChannel.ForAddress(start.HostAddress);
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(EventStream, host: null, new CallOptions(cancellationToken: _gone.Token));
            try
            {
                await call.RequestStream.WriteAsync(new() { StartStream = new() { WorkerId = start.WorkerId } });
                await foreach (var message in call.ResponseStream.ReadAllAsync(_gone.Token))
                {
                    if (message.WorkerTerminate is not null)
                    {
                        End("");
                    }
                    else if (message.InvocationCancel is { } cancel)
                    {
                        await (_underWay.GetValueOrDefault(cancel.InvocationId)?.CancelAsync() ?? Task.CompletedTask);
                    }
                    else
                    {
                        _ = AnswerAsync(call.RequestStream, message);
                    }
                }
            }
            catch (Exception failure) when (failure is RpcException or OperationCanceledException)
            {
                // It is over.
            }
        }

        private async Task AnswerAsync(IClientStreamWriter<StreamingMessage> stream, StreamingMessage message)
        {
            var answer = message.InvocationRequest is { } invocation
                ? new() { InvocationResponse = new() { InvocationId = invocation.InvocationId, Result = await InvokeAsync(invocation) } }
                : Answer(message);
            answer.RequestId = message.RequestId;
            await _writing.WaitAsync();
            try
            {
                await stream.WriteAsync(answer);
            }
            catch (Exception failure) when (failure is RpcException or InvalidOperationException or OperationCanceledException)
            {
                // The host has gone, or this worker has.
            }
            finally
            {
                _writing.Release();
            }
        }

        private StreamingMessage Answer(StreamingMessage message)
        {
            var success = new StatusResult { Status = StatusResult.Types.Status.Success };
            if (message.FunctionLoadRequest is { } load)
            {
                script.Loaded.Enqueue((start.WorkerId, load.Metadata.Name));
                return new() { FunctionLoadResponse = new() { FunctionId = load.FunctionId, Result = success } };
            }

            if (message.FunctionsMetadataRequest is not null)
            {
                if (script.DeathsAtIndexing-- > 0)
                {
                    End("Its port was taken");
                }

                var functions = script._functions.Select(function =>
                    new RpcFunctionMetadata { Name = function.Name, FunctionId = function.Name, RawBindings = { function.Trigger } });
                return new() { FunctionMetadataResponse = new() { Result = success, FunctionMetadataResults = { functions } } };
            }

            return new() { WorkerInitResponse = new() { Result = success } };
        }

        private async Task<StatusResult> InvokeAsync(InvocationRequest invocation)
        {
            using var cancelled = _underWay[invocation.InvocationId] = new CancellationTokenSource();
            try
            {
                await script._functions.Find(function => function.Name == invocation.FunctionId).Run(invocation, cancelled.Token);
                return new() { Status = StatusResult.Types.Status.Success };
            }
            catch (Exception failure)
            {
                return new() { Status = StatusResult.Types.Status.Failure, Exception = new() { Message = failure.Message } };
            }
            finally
            {
                _underWay.TryRemove(invocation.InvocationId, out _);
            }
        }
    }
}
