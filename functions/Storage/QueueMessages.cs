namespace Serverless.Storage;

/// <summary>What all queue messages have in common.</summary>
internal static class QueueMessages
{
    /// <summary>How long they live. It is a week unless told otherwise, and nothing acknowledged may expire.</summary>
    public static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);
}
