namespace Serverless.Admission;

/// <summary>How far limits trust the clocks of the instances that share their state.</summary>
internal static class ClockSkew
{
    /// <summary>What clocks of a well-kept fleet differ by; limits hold in spite of it.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How far ahead of the clock a state may be. Beyond that some clock was wrong when it was written, and the limit starts anew:
    /// nobody is locked out until that time comes.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
}
