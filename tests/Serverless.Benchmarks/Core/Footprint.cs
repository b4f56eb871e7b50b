using System.Diagnostics;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Core;

/// <summary>What processes take of the machine.</summary>
/// <param name="ProcessorTime">The processor time they have used since they were started.</param>
/// <param name="ResidentBytes">The memory they hold at this moment.</param>
internal readonly record struct Footprint(TimeSpan ProcessorTime, long ResidentBytes)
{
    private const string Processes = "/proc";

    /// <summary>Of a process by itself.</summary>
    public static Footprint Of(int id)
    {
        using var process = Process.GetProcessById(id);
        return new(process.TotalProcessorTime, process.WorkingSet64);
    }

    /// <summary>Of the processes together that a process has started, and that are still there.</summary>
    public static Footprint OfChildren(int id)
    {
        if (!Directory.Exists(Processes))
        {
            throw new WrongResultException("Only Linux tells which processes a host has started");
        }

        var each = ChildProcess.ChildrenOf(id).Select(Of).ToArray();
        return new(new TimeSpan(each.Sum(child => child.ProcessorTime.Ticks)), each.Sum(child => child.ResidentBytes));
    }
}
