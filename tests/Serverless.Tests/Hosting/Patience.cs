namespace Serverless.Tests.Hosting;

/// <summary>How long a test waits for something that will surely happen, before it fails.</summary>
public static class Patience
{
    /// <summary>Far longer than it should take, on a busy machine too.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
}
