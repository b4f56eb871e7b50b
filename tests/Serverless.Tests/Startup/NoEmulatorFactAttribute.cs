using System.Net.NetworkInformation;

namespace Serverless.Tests.Startup;

/// <summary>A test that needs the well-known ports of the storage emulator to be silent: where one runs, it is rightly used.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NoEmulatorFactAttribute : FactAttribute
{
    private static readonly int[] Ports = [10001, 10002];

    public NoEmulatorFactAttribute()
    {
        if (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => Ports.Contains(listener.Port)))
        {
            Skip = "A storage emulator runs on ports 10001 and 10002 of this machine, so the application would not start one.";
        }
    }
}
