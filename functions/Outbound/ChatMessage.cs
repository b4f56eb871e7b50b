namespace Serverless.Outbound;

/// <summary>One message of a conversation with a chat model.</summary>
/// <param name="Role">Who speaks, in the API's words.</param>
/// <param name="Content">What is said.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>What the model is told by the application.</summary>
    public static ChatMessage System(string content) => new("system", content);

    /// <summary>What the model is asked.</summary>
    public static ChatMessage User(string content) => new("user", content);
}

/// <summary>What a chat model answers.</summary>
/// <param name="Text">The answer, which is not empty.</param>
/// <param name="Model">The model that gave it.</param>
/// <param name="InputTokens">The tokens it read; null when it did not say.</param>
/// <param name="OutputTokens">The tokens it wrote; null when it did not say.</param>
public sealed record ChatAnswer(string Text, string Model, int? InputTokens, int? OutputTokens);
