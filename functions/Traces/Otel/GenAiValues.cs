using System.Text.RegularExpressions;

namespace Serverless.Traces.Otel;

/// <summary>What the values of OpenTelemetry's conventions are called in events.</summary>
internal static partial class GenAiValues
{
    /// <summary>What events call all that has no name of its own there.</summary>
    public const string Custom = "custom";

    private const int PatternTimeout = 1000;
    private const string VercelTool = "ai.toolcall";

    private static readonly string[] VercelCalls = [".doGenerate", ".doStream", ".doEmbed"];

    /// <summary>The provider of an event.</summary>
    /// <param name="name">The provider or system of the span; null when it has none.</param>
    /// <param name="model">The model, which tells whose it is where a platform serves those of many.</param>
    public static string Provider(string? name, string model) => name?.ToLowerInvariant() switch
    {
        "openai" or "azure.ai.openai" or "azure.chat" or "azure.responses" or "azure.completion" or "azure.embeddings" or "az.ai.openai" or "azure" => "openai",
        "anthropic" => "anthropic",
        "aws.bedrock" or "aws_bedrock" or "aws" or "amazon-bedrock" when AnthropicModel().IsMatch(model) => "anthropic",
        { } api when api.StartsWith("openai.", StringComparison.Ordinal) || api.StartsWith("azure-openai.", StringComparison.Ordinal) => "openai",
        { } api when api.StartsWith("anthropic.", StringComparison.Ordinal) || api.EndsWith(".anthropic", StringComparison.Ordinal) || api.Contains("anthropic.messages", StringComparison.Ordinal) => "anthropic",
        { } api when api.StartsWith("google.", StringComparison.Ordinal) => "google",
        "gcp.gemini" or "gcp.vertex_ai" or "gcp.gen_ai" or "vertex_ai" or "vertexai" or "gemini" or "google" => "google",
        _ => Custom,
    };

    /// <summary>The operation of an event.</summary>
    /// <param name="name">The operation of the span; null when it has none.</param>
    public static string Operation(string? name) => name?.ToLowerInvariant() switch
    {
        "chat" or "text_completion" or "generate_content" or "completion" or "llm" => "chat",
        "embeddings" or "embedding" => "embed",
        "execute_tool" or "tool" or VercelTool => "tool",
        "invoke_agent" or "create_agent" or "agent" => "agent",
        { } call when IsVercelCall(call) => call.EndsWith(".doembed", StringComparison.Ordinal) ? "embed" : "chat",
        _ => Custom,
    };

    /// <summary>Whether an operation of the Vercel AI SDK is a call, and not what surrounds it.</summary>
    public static bool IsVercelCall(string operation) =>
        operation.StartsWith("ai.", StringComparison.OrdinalIgnoreCase)
        && (VercelCalls.Any(call => operation.EndsWith(call, StringComparison.OrdinalIgnoreCase)) || operation.Equals(VercelTool, StringComparison.OrdinalIgnoreCase));

    /// <summary>The status of an event.</summary>
    /// <param name="isError">Whether its span ended in an error.</param>
    /// <param name="errorType">
    /// The class of error: the name of an exception, a status of HTTP or gRPC, or a provider's own code; empty when it is not known.
    /// </param>
    /// <param name="httpStatus">What it was answered with over HTTP, which tells more than a class that every failure has; null when that is not known.</param>
    public static string Status(bool isError, string errorType, string? httpStatus) => isError ? StatusOf(errorType) ?? StatusOf(httpStatus ?? "") ?? "error" : "success";

    private static string? StatusOf(string error) => error switch
    {
        _ when TimeoutError().IsMatch(error) => "timeout",
        _ when RateLimitError().IsMatch(error) => "rate_limited",
        _ when CancellationError().IsMatch(error) => "cancelled",
        _ => null,
    };

    [GeneratedRegex("anthropic|claude", RegexOptions.IgnoreCase, PatternTimeout)]
    private static partial Regex AnthropicModel();

    [GeneratedRegex(@"timed?[ _-]?out|deadline[ _-]?exceeded|\b(408|504)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, PatternTimeout)]
    private static partial Regex TimeoutError();

    [GeneratedRegex(
        @"rate[ _-]?limit|too[ _-]?many[ _-]?requests|resource[ _-]?exhausted|throttl|\b429\b", RegexOptions.IgnoreCase, PatternTimeout)]
    private static partial Regex RateLimitError();

    [GeneratedRegex(@"cancel|abort|\b499\b", RegexOptions.IgnoreCase, PatternTimeout)]
    private static partial Regex CancellationError();
}
