namespace Serverless.Benchmarks.Parse;

/// <summary>One turn at reading a body over and over.</summary>
/// <param name="Seconds">The processor time that one reading took, that of the collector and the compiler included.</param>
/// <param name="AllocatedBytes">What one reading allocated.</param>
internal sealed record ParsePass(double Seconds, double AllocatedBytes)
{
    /// <summary>Measures a reading.</summary>
    /// <param name="count">How often it is done.</param>
    /// <param name="read">Reads once, without leaving the thread.</param>
    public static ParsePass Measure(int count, Action read)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var used = Environment.CpuUsage.TotalTime;
        for (var index = 0; index < count; index++)
        {
            read();
        }

        var seconds = (Environment.CpuUsage.TotalTime - used).TotalSeconds;
        return new(seconds / count, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count);
    }
}
