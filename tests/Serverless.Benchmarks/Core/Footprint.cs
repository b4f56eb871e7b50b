using System.Diagnostics;
using System.Globalization;

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

        var each = Directory.EnumerateDirectories(Processes)
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var other) ? other : 0)
            .Where(other => other > 0 && Parent(other) == id)
            .Select(Of)
            .ToArray();
        return new(new TimeSpan(each.Sum(child => child.ProcessorTime.Ticks)), each.Sum(child => child.ResidentBytes));
    }

    // The name of the program, in brackets, may hold anything; its state and its parent come after it.
    private static int? Parent(int id)
    {
        try
        {
            var line = File.ReadAllText(Path.Combine(Processes, $"{id}", "stat"));
            return int.Parse(line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended.
            return null;
        }
    }
}
