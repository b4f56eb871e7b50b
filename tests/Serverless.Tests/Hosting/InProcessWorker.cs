using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Local.Workers;

namespace Serverless.Tests.Hosting;

/// <summary>The real worker, in the process of the tests: its services and its clock are at hand.</summary>
/// <param name="builder">Builds it, once.</param>
internal sealed class InProcessWorker(FunctionsApplicationBuilder builder) : IWorkerLauncher
{
    private const string ScriptRootVariable = "FUNCTIONS_APPLICATION_DIRECTORY";

    /// <summary>The folder with host.json.</summary>
    public static string ScriptRoot => AppContext.BaseDirectory;

    /// <summary>The worker's services, once it has been started.</summary>
    public IServiceProvider? Services { get; private set; }

    /// <inheritdoc/>
    public async Task<IRunningWorker> LaunchAsync(WorkerStart start)
    {
        builder.Configuration["Functions:Worker:HostEndpoint"] = start.HostAddress.AbsoluteUri;
        builder.Configuration["Functions:Worker:WorkerId"] = start.WorkerId;
        builder.Configuration["Functions:Worker:RequestId"] = start.WorkerId;
        builder.Configuration["Functions:Worker:GrpcMaxMessageLength"] = $"{int.MaxValue}";

        // What the entry assembly would be asked for.
        builder.Services.AddSingleton<IFunctionMetadataProvider, GeneratedFunctionMetadataProvider>();
        builder.Services.AddSingleton<IFunctionExecutor, DirectFunctionExecutor>();

        // The address that a worker chooses is one for the whole process.
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var worker = builder.Build();
        Services = worker.Services;
        try
        {
            await worker.StartAsync();
            return new Running(worker);
        }
        catch
        {
            await ((IAsyncDisposable)worker).DisposeAsync();
            throw;
        }
    }

    [ModuleInitializer]
    internal static void Initialize()
    {
        Environment.SetEnvironmentVariable(ScriptRootVariable, ScriptRoot);
        Environment.SetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT", Environments.Development);
    }

    private sealed class Running(IHost worker) : IRunningWorker
    {
        public Task<string> Ended { get; } = EndAsync(worker);

        public Uri HttpAddress { get; } = new(worker.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        public async ValueTask DisposeAsync()
        {
            worker.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await Ended;
            await ((IAsyncDisposable)worker).DisposeAsync();
        }

        private static async Task<string> EndAsync(IHost worker)
        {
            await worker.WaitForShutdownAsync();
            return "";
        }
    }
}
