using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Local.Configuration;
using Serverless.Local.Workers.Protocol;
using RpcException = Grpc.Core.RpcException;

namespace Serverless.Local.Workers;

/// <summary>Listens for workers, on a free port of this machine, for this machine only.</summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    /// <summary>The longest message, in bytes. The Functions host allows as much.</summary>
    public const int MaxMessageBytes = int.MaxValue;

    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, WorkerChannel> _expected;

    private WorkerServer(WebApplication server, ConcurrentDictionary<string, WorkerChannel> expected)
    {
        _server = server;
        _expected = expected;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_server.Urls.First());

    /// <summary>Starts the server.</summary>
    public static async Task<WorkerServer> StartAsync(ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var expected = new ConcurrentDictionary<string, WorkerChannel>(StringComparer.Ordinal);
        var builder = EmbeddedServer.CreateBuilder(logs);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);

            // A worker that has nothing to say says nothing for hours.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddSingleton(new Service(expected));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = grpc.MaxSendMessageSize = MaxMessageBytes);
        var server = builder.Build();
        server.MapGrpcService<Service>();
        await server.StartAsync(cancellationToken);
        return new(server, expected);
    }

    /// <summary>Expects a worker.</summary>
    /// <param name="workerId">The name it will call itself by.</param>
    /// <param name="channel">What is said to it, and what it says.</param>
    public void Expect(string workerId, WorkerChannel channel) => _expected[workerId] = channel;

    /// <summary>Does not expect a worker any longer.</summary>
    public void Forget(string workerId) => _expected.TryRemove(workerId, out _);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The protocol's one call: a worker's channel, for as long as the worker is there.</summary>
    private sealed class Service(ConcurrentDictionary<string, WorkerChannel> expected) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (!await requestStream.MoveNext(context.CancellationToken)
                || requestStream.Current.StartStream is not { } start
                || !expected.TryRemove(start.WorkerId, out var channel))
            {
                throw new RpcException(new Status(StatusCode.PermissionDenied, "This worker is not expected here."));
            }

            await channel.RunAsync(requestStream, responseStream, context.CancellationToken);
        }
    }
}
