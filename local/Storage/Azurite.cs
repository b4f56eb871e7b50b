using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using Serverless.Local.Configuration;

namespace Serverless.Local.Storage;

/// <summary>How to run the storage emulator.</summary>
public sealed record AzuriteOptions
{
    /// <summary>Where the data is kept; null keeps it in memory.</summary>
    public string? Location { get; init; }

    /// <summary>The port of the blob service; 0 for a free one.</summary>
    public int BlobPort { get; init; }

    /// <summary>The port of the queue service; 0 for a free one.</summary>
    public int QueuePort { get; init; }

    /// <summary>The port of the table service; 0 for a free one.</summary>
    public int TablePort { get; init; }

    /// <summary>Accounts by name, with their base64 keys; empty for the well-known development account.</summary>
    public IReadOnlyDictionary<string, string> Accounts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>The storage emulator, as a process of ours: it ends when this object is disposed, and at the latest when our process ends.</summary>
public sealed partial class Azurite : IAsyncDisposable
{
    /// <summary>The account there is when none are given.</summary>
    public const string DevelopmentAccount = HostSettings.DevelopmentAccount;

    /// <summary>The publicly known key of <see cref="DevelopmentAccount"/>.</summary>
    public const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Loaded before the emulator: it ends, properly, when we close its input or are gone. Ctrl-C reaches it together with us,
    // and is left to us, since functions that are still under way need their storage. When we were killed it says so to nobody,
    // which must not keep it from saving its data.
    private const string Preload =
        """
        process.on('SIGINT', () => {});
        const once = process.once;
        process.once = function (event, handler) { return event === 'SIGINT' ? this : once.call(this, event, handler); };
        for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
        process.stdin.on('end', () => process.emit('SIGTERM')).resume().unref();
        """;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly AzuriteOptions _options;

    private Azurite(Process process, AzuriteOptions options, IReadOnlyDictionary<string, int> ports)
    {
        _process = process;
        _options = options;
        BlobPort = ports["Blob"];
        QueuePort = ports["Queue"];
        TablePort = ports["Table"];
    }

    /// <summary>The port the blob service listens on.</summary>
    public int BlobPort { get; }

    /// <summary>The port the queue service listens on.</summary>
    public int QueuePort { get; }

    /// <summary>The port the table service listens on.</summary>
    public int TablePort { get; }

    /// <summary>Installs the emulator if need be, and starts it.</summary>
    /// <param name="options">How to run it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HostAbortedException">It cannot be installed or started; the message says why.</exception>
    public static async Task<Azurite> StartAsync(AzuriteOptions options, CancellationToken cancellationToken = default)
    {
        var root = RepositoryRoot.Find();
        await AzuriteInstallation.EnsureAsync(root, cancellationToken);

        var process = Launch(root, options);
        try
        {
            return new Azurite(process, options, await ReadPortsAsync(process, cancellationToken));
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <summary>The connection string of an account.</summary>
    /// <param name="account">One of the accounts it was started with; null for <see cref="DevelopmentAccount"/>.</param>
    public string ConnectionString(string? account = null)
    {
        var name = account ?? DevelopmentAccount;
        var key = account is null ? DevelopmentKey : _options.Accounts[account];
        return $"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={key};"
            + $"BlobEndpoint=http://127.0.0.1:{BlobPort}/{name};"
            + $"QueueEndpoint=http://127.0.0.1:{QueuePort}/{name};"
            + $"TableEndpoint=http://127.0.0.1:{TablePort}/{name};";
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => EndAsync(_process);

    private static Process Launch(string root, AzuriteOptions options)
    {
        string[] arguments =
        [
            "--import", $"data:text/javascript,{Uri.EscapeDataString(Preload)}",
            AzuriteInstallation.Script(root),
            .. options.Location is { } location ? ["--location", location] : (string[])["--inMemoryPersistence"],
            "--blobPort", $"{options.BlobPort}", "--queuePort", $"{options.QueuePort}", "--tablePort", $"{options.TablePort}",
            // The default, five seconds, cuts connections that clients still count on.
            "--blobKeepAliveTimeout", "60", "--queueKeepAliveTimeout", "60", "--tableKeepAliveTimeout", "60",
            "--disableTelemetry", "--silent", "--skipApiVersionCheck",
        ];
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (options.Accounts.Count > 0)
        {
            start.Environment["AZURITE_ACCOUNTS"] = string.Join(';', options.Accounts.Select(account => $"{account.Key}:{account.Value}"));
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new HostAbortedException(
                "Node.js was not found: install version 20 or later (https://nodejs.org), which the storage emulator runs on, or set AzureWebJobsStorage.", failure);
        }
    }

    /// <summary>Waits until all three services say where they listen; keeps reading afterwards, so that the emulator never blocks on a full pipe.</summary>
    private static async Task<IReadOnlyDictionary<string, int>> ReadPortsAsync(Process process, CancellationToken cancellationToken)
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        var errors = new List<string>();
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (Listening().Match(line.Data ?? "") is { Success: true } match)
            {
                ports[match.Groups["service"].Value] = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
            }

            // The end of the output is the end of the process.
            if (line.Data is null || ports.Count == 3)
            {
                listening.TrySetResult();
            }
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.Add(line.Data ?? "");
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        await listening.Task.WaitAsync(cancellationToken);
        if (ports.Count == 3)
        {
            return ports;
        }

        await process.WaitForExitAsync(cancellationToken);
        lock (errors)
        {
            var reason = errors.FirstOrDefault(line => line.Contains("Error", StringComparison.Ordinal)) ?? errors.FirstOrDefault(line => line.Length > 0);
            throw new HostAbortedException($"The storage emulator did not start. {reason?.Trim()}".TrimEnd());
        }
    }

    private static async ValueTask EndAsync(Process process)
    {
        using (process)
        {
            try
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopPatience, TimeProvider.System, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    [GeneratedRegex(@"^Azurite (?<service>\w+) service is successfully listening at .*:(?<port>\d+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
