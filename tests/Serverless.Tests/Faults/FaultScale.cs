namespace Serverless.Tests.Faults;

/// <summary>
/// How often faults are tried. Every test has a count that fits the suite; the environment variable <c>SERVERLESS_FAULT_SCALE</c>, a whole
/// number, multiplies it. The long form is 50.
/// </summary>
internal static class FaultScale
{
    private const string Variable = "SERVERLESS_FAULT_SCALE";

    private static readonly int Scale = int.TryParse(Environment.GetEnvironmentVariable(Variable), out var scale) ? Math.Max(1, scale) : 1;

    /// <summary>So many, times what is asked for.</summary>
    public static int Of(int count) => count * Scale;

    /// <summary>So long, times what is asked for.</summary>
    public static TimeSpan Of(TimeSpan time) => time * Scale;

    /// <summary>Seeds from 1 on.</summary>
    public static TheoryData<int> Seeds(int count) => [.. Enumerable.Range(1, Of(count))];
}
