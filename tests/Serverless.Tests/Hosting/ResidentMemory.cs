using System.Globalization;

namespace Serverless.Tests.Hosting;

/// <summary>How much physical memory a process takes, as Linux counts it.</summary>
internal static class ResidentMemory
{
    private const int BytesPerKilobyte = 1024;

    /// <summary>The most it took at any time so far, in bytes.</summary>
    public static long Peak(int process) => Read(process, "VmHWM:");

    /// <summary>What it takes now, in bytes.</summary>
    public static long Now(int process) => Read(process, "VmRSS:");

    private static long Read(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Replace(name, "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * BytesPerKilobyte;
    }
}
