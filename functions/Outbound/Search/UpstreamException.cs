namespace Serverless.Outbound.Search;

/// <summary>The provider did not do what it was asked for.</summary>
/// <param name="message">What it did instead.</param>
/// <param name="cause">What led to it.</param>
internal sealed class UpstreamException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>
    /// Whether it answered, if only that it would not answer this question: then others may go on asking. Nobody may keep it from
    /// everybody by asking what it does not like.
    /// </summary>
    public bool IsAlive { get; init; }
}
