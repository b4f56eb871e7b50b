using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Hosting;

namespace Serverless.Local.Workers;

/// <summary>Starts the built application as a process, with what the Functions host gives it.</summary>
/// <param name="scriptRoot">The folder with host.json, worker.config.json and the assembly.</param>
/// <param name="log">Where goes what it prints.</param>
internal sealed class WorkerProcessLauncher(string scriptRoot, WorkerLog log) : IWorkerLauncher
{
    private readonly string _assembly = Path.Combine(scriptRoot, AssemblyNamedIn(Path.Combine(scriptRoot, "worker.config.json")));

    /// <inheritdoc/>
    public Task<IRunningWorker> LaunchAsync(WorkerStart start)
    {
        var maxMessageBytes = WorkerServer.MaxMessageBytes.ToString(CultureInfo.InvariantCulture);
        var requestId = Guid.NewGuid().ToString();
        var process = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                _assembly,
                "--host", start.HostAddress.Host,
                "--port", start.HostAddress.Port.ToString(CultureInfo.InvariantCulture),
                "--workerId", start.WorkerId,
                "--requestId", requestId,
                "--grpcMaxMessageLength", maxMessageBytes,
                "--functions-uri", start.HostAddress.AbsoluteUri,
                "--functions-worker-id", start.WorkerId,
                "--functions-request-id", requestId,
                "--functions-grpc-max-message-length", maxMessageBytes,
            ])
        {
            WorkingDirectory = scriptRoot,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsWindows())
        {
            // Elsewhere it does that itself, see StartupHook.
            process.CreateNewProcessGroup = true;
        }

        foreach (var (name, value) in start.Settings)
        {
            process.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        process.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        process.Environment["FUNCTIONS_WORKER_DIRECTORY"] = scriptRoot;
        process.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = scriptRoot;
        process.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        try
        {
            return Task.FromResult<IRunningWorker>(new WorkerProcess(Process.Start(process)!, log));
        }
        catch (Win32Exception failure)
        {
            throw new HostAbortedException($"The worker cannot be started with {process.FileName}: {failure.Message}", failure);
        }
    }

    private static string AssemblyNamedIn(string path)
    {
        if (!File.Exists(path))
        {
            throw new HostAbortedException($"There is no built application: {path} is missing. Build it, or name its folder with --script-root.");
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return json.RootElement.GetProperty("description").GetProperty("defaultWorkerPath").GetString()!;
    }

    /// <summary>A worker process. It ends with this one, see <see cref="StartupHook"/>.</summary>
    private sealed class WorkerProcess : IRunningWorker
    {
        private readonly Process _process;
        private readonly WorkerLog _log;
        private readonly List<string> _errors = [];

        public WorkerProcess(Process process, WorkerLog log)
        {
            _process = process;
            _log = log;
            Ended = ReadAsync();
        }

        public Task<string> Ended { get; }

        public Uri? HttpAddress => null;

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await Ended;
            _process.Dispose();
        }

        private async Task<string> ReadAsync()
        {
            // What it says of a failure is said once, together with the death that it explains.
            await Task.WhenAll(ReadAsync(_process.StandardOutput, _log.Print), ReadAsync(_process.StandardError, _errors.Add));
            await _process.WaitForExitAsync();
            return string.Join(Environment.NewLine, _errors);
        }

        private static async Task ReadAsync(StreamReader reader, Action<string> take)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                take(line);
            }
        }
    }
}
