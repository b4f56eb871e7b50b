namespace Serverless.Outbound;

/// <summary>Why a chat model gave no answer.</summary>
public enum ChatModelFailure
{
    /// <summary>It could not be reached, was too slow, or is overloaded: later it may answer.</summary>
    Unavailable,

    /// <summary>It does not accept the request: as long as nothing changes it never will.</summary>
    Refused,

    /// <summary>It answered, but with nothing that could be understood.</summary>
    BadAnswer,
}

/// <summary>A chat model gave no answer. Says nothing of what it was asked, or of its key.</summary>
/// <param name="failure">Why.</param>
/// <param name="message">The reason in words.</param>
/// <param name="cause">What made it so; null when the model itself did.</param>
public sealed class ChatModelException(ChatModelFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why there is no answer.</summary>
    public ChatModelFailure Failure { get; } = failure;
}
