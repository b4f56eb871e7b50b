using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Serverless.Local;
using Serverless.Local.Configuration;
using Serverless.Local.Demo;
using Serverless.Local.Search;
using Serverless.Local.Storage;

const string SplitSwitch = "--split";
const string ScriptRootSetting = "script-root";

// Ctrl-C and SIGTERM end it in good order; a second one is for who cannot wait.
using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
Starter.Watch(stopping.Cancel);
try
{
    var isSplit = args.Contains(SplitSwitch);
    args = [.. args.Where(argument => argument != SplitSwitch)];
    var scriptRoot = Path.GetFullPath(new ConfigurationBuilder().AddCommandLine(args).Build()[ScriptRootSetting] ?? BuiltBeside());
    var settings = new ConfigurationManager();
    var workerSettings = settings.AddHostSettings(scriptRoot, args);
    using var logs = HostLogging.Create(settings);

    await using var storage = await LocalStorage.StartAsync(settings, stopping.Token);
    await using var search = await LocalSearch.StartAsync(settings, stopping.Token);
    var file = DemoFile.From(settings);
    var demo = settings.IsDevelopmentStorage() ? new DemoData(file) : null;
    demo?.Provide(settings);

    var options = new LocalHostOptions
    {
        ScriptRoot = scriptRoot,
        Settings = settings,
        WorkerSettings = [.. workerSettings, .. LocalSearch.Settings, .. DemoData.Settings],
        IsSplit = isSplit,
    };
    await using var host = await LocalHost.StartAsync(options, logs, stopping.Token);
    await Console.Out.WriteLineAsync($"Now listening on: {host.Address.GetLeftPart(UriPartial.Authority)}");
    if (demo is not null)
    {
        await demo.EnsureAsync(host.Address, settings, stopping.Token);
        await Console.Out.WriteLineAsync(FirstRequests.Text(demo, file));
    }

    await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    return 0;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    return 0;
}
catch (HostAbortedException failure)
{
    // What the user can put right is said in one line; anything else is a bug and keeps its stack.
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
}

// The application is built with this program, and beside it.
static string BuiltBeside() => Path.Combine(
    AppContext.BaseDirectory,
    Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().First(metadata => metadata.Key == "ScriptRoot").Value!);
