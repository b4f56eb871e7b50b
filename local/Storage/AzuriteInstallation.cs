using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Hosting;

namespace Serverless.Local.Storage;

/// <summary>Has npm install the storage emulator as package-lock.json pins it, once.</summary>
internal static class AzuriteInstallation
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>The script that runs the emulator.</summary>
    public static string Script(string root) => Path.Combine(root, "node_modules", "azurite", "dist", "src", "azurite.js");

    public static async Task EnsureAsync(string root, CancellationToken cancellationToken)
    {
        if (IsInstalled(root))
        {
            return;
        }

        // `dotnet run` and `dotnet test` may both be the first.
        await using var exclusive = await LockAsync(Path.Combine(root, ".local", "npm.lock"), cancellationToken);
        if (!IsInstalled(root))
        {
            await InstallAsync(root, cancellationToken);
        }
    }

    /// <summary>npm writes its own copy of the lock file last, so an installation that was cut short does not count.</summary>
    private static bool IsInstalled(string root) =>
        LockedVersion(Path.Combine(root, "node_modules", ".package-lock.json")) is { } installed
        && string.Equals(installed, LockedVersion(Path.Combine(root, "package-lock.json")), StringComparison.Ordinal);

    private static string? LockedVersion(string lockFile)
    {
        if (!File.Exists(lockFile))
        {
            return null;
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(lockFile));
        return json.RootElement.TryGetProperty("packages", out var packages) && packages.TryGetProperty("node_modules/azurite", out var azurite)
            ? azurite.GetProperty("version").GetString()
            : null;
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockPoll, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task InstallAsync(string root, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await Console.Out.WriteAsync("Installing the storage emulator (Azurite, first use only) … ");
        await Console.Out.FlushAsync(cancellationToken);

        using var npm = Start(root);
        var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await npm.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await npm.WaitForExitAsync(cancellationToken);
        if (npm.ExitCode != 0)
        {
            await Console.Out.WriteLineAsync();
            var reason = errors.Split('\n').FirstOrDefault(line => line.Length > 0)?.Trim();
            throw new HostAbortedException($"`npm ci` failed, so there is no storage emulator: {reason}");
        }

        await Console.Out.WriteLineAsync($"done in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
    }

    private static Process Start(string root)
    {
        // On Windows npm is a script, which only the command interpreter starts.
        var command = OperatingSystem.IsWindows() ? ("cmd", "/c npm ci") : ("npm", "ci");
        try
        {
            return Process.Start(new ProcessStartInfo(command.Item1, command.Item2)
            {
                WorkingDirectory = root,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception failure)
        {
            throw new HostAbortedException(
                "npm was not found: install Node.js 20 or later (https://nodejs.org), which the storage emulator runs on, or set AzureWebJobsStorage.", failure);
        }
    }
}
