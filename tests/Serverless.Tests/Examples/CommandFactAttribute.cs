using System.ComponentModel;
using System.Diagnostics;

namespace Serverless.Tests.Examples;

/// <summary>A test that runs a program which is not part of the .NET SDK; where it is missing, the test is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CommandFactAttribute : FactAttribute
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Tries whether the program is there.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Arguments with which it ends well when all is there that is needed.</param>
    public CommandFactAttribute(string program, params string[] arguments)
    {
        if (!Succeeds(program, arguments))
        {
            Skip = $"`{program} {string.Join(' ', arguments)}` does not work on this machine.";
        }
    }

    private static bool Succeeds(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            return process.WaitForExit(Patience) && process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
