using System.Diagnostics;
using System.Runtime.InteropServices;

/// <summary>
/// Runs in a worker process before the application does. The worker is to end with its host, even when that is killed, and it is the host
/// that is to hear Ctrl-C: it ends the worker in good order.
/// </summary>
#pragma warning disable CA1050, MA0047 // The runtime looks for it by this name, outside of any namespace.
internal static class StartupHook
#pragma warning restore CA1050, MA0047
{
    /// <summary>Called by the runtime.</summary>
    public static void Initialize()
    {
        // Programs that the worker starts are none of ours.
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        if (!OperatingSystem.IsWindows())
        {
            // A terminal sends Ctrl-C to the whole group that it started.
            _ = SetProcessGroup(0, 0);
        }

        new Thread(EndWithHost) { IsBackground = true, Name = "Host watch" }.Start();
    }

    // The host holds the other end, and never writes to it.
    private static void EndWithHost()
    {
        using var input = Console.OpenStandardInput();
        while (input.Read(new byte[1]) > 0)
        {
        }

        Process.GetCurrentProcess().Kill();
    }

    [DllImport("libc", EntryPoint = "setpgid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetProcessGroup(int process, int group);
}
