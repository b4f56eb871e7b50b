namespace Serverless.Benchmarks.Runs;

/// <summary>Runs that were carried out so many at a time.</summary>
/// <param name="Elapsed">How long all took.</param>
/// <param name="Milliseconds">How long each took, from its submission to when it was known to have completed.</param>
internal sealed record RunPass(TimeSpan Elapsed, IReadOnlyList<double> Milliseconds)
{
    /// <summary>The processor time of the processes that took part in them; zero where that was not told apart.</summary>
    public TimeSpan ProcessorTime { get; init; }

    /// <summary>Runs in a second.</summary>
    public double RunsPerSecond => Milliseconds.Count / Elapsed.TotalSeconds;

    /// <summary>Milliseconds of processor time for a run.</summary>
    public double ProcessorMilliseconds => ProcessorTime.TotalMilliseconds / Milliseconds.Count;
}
