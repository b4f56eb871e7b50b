using System.Diagnostics;

namespace Serverless.Tests.Standalone.Tables;

/// <summary>An Azurite of its own, in memory and on free ports, for as long as the tests of its collection run.</summary>
public sealed class AzuriteFixture : IAsyncLifetime, IDisposable
{
    public const string AccountName = "devstoreaccount1";
    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const string Announcement = "Azurite Table service is successfully listening at ";

    private readonly Process _process = new() { StartInfo = StartInfo() };

    public string ConnectionString => $"AccountName={AccountName};AccountKey={AccountKey};TableEndpoint={TableEndpoint}";

    public Uri TableEndpoint { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                listening.TrySetException(new InvalidOperationException("Azurite ended before its table service was listening."));
            }
            else if (line.Data.StartsWith(Announcement, StringComparison.Ordinal))
            {
                listening.TrySetResult(line.Data[Announcement.Length..]);
            }
        };
        _process.Start();
        _process.BeginOutputReadLine();
        TableEndpoint = new Uri($"{await listening.Task.WaitAsync(TimeSpan.FromMinutes(1))}/{AccountName}");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo()
    {
        string[] arguments =
        [
            Path.Combine(RepositoryRoot(), "node_modules/azurite/dist/src/azurite.js"),
            "--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            "--blobPort", "0", "--queuePort", "0", "--tablePort", "0", "--tableKeepAliveTimeout", "60",
        ];
        return new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath() };
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"There is no Serverless.sln above {AppContext.BaseDirectory}.");
    }
}
