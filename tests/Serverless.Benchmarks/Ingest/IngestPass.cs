namespace Serverless.Benchmarks.Ingest;

/// <summary>One pass: so many records, from the first request until all were persisted.</summary>
/// <param name="Records">How many.</param>
/// <param name="Bytes">The bytes of their bodies.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="ProcessorTime">What the application's workers used meanwhile.</param>
/// <param name="HostProcessorTime">What their host used.</param>
internal sealed record IngestPass(int Records, long Bytes, TimeSpan Elapsed, TimeSpan ProcessorTime, TimeSpan HostProcessorTime)
{
    private const double Million = 1_000_000;

    /// <summary>Records in a second.</summary>
    public double RecordsPerSecond => Records / Elapsed.TotalSeconds;

    /// <summary>Millions of bytes in a second.</summary>
    public double MegabytesPerSecond => Bytes / Million / Elapsed.TotalSeconds;

    /// <summary>Seconds of processor time for a million records.</summary>
    public double ProcessorSecondsPerMillion => ProcessorTime.TotalSeconds * Million / Records;

    /// <summary>Seconds of the host's processor time for a million records.</summary>
    public double HostProcessorSecondsPerMillion => HostProcessorTime.TotalSeconds * Million / Records;
}
