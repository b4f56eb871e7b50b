using System.Runtime.InteropServices;

namespace Serverless.Local;

/// <summary>The process that started this one: a host does not outlive it, however it ends.</summary>
internal static class Starter
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Watches it until it has ended. On Windows nobody is told who it was, and nobody is watched.</summary>
    /// <param name="ended">Called when it has ended.</param>
    public static void Watch(Action ended)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var starter = GetParent();
        var watch = new Thread(WaitForEnd) { IsBackground = true, Name = "Starter watch" };
        watch.Start();

        void WaitForEnd()
        {
            // Whoever loses its parent gets another.
            while (GetParent() == starter)
            {
                Thread.Sleep(BetweenLooks);
            }

            ended();
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetParent();
}
