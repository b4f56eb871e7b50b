namespace Serverless.Traces.Otel;

/// <summary>
/// The attributes of OpenTelemetry's conventions for generative AI: today's names first, then those of earlier versions, and of
/// instrumentations that came before the conventions.
/// </summary>
internal static class GenAiAttributes
{
    /// <summary>How the attributes of an LLM call begin.</summary>
    public const string Prefix = "gen_ai.";

    /// <summary>Who serves the model.</summary>
    public static readonly string[] Provider = ["gen_ai.provider.name", "gen_ai.system"];

    /// <summary>What was done.</summary>
    public static readonly string[] Operation = ["gen_ai.operation.name", "llm.request.type"];

    /// <summary>The model: which one answered, else which one was asked.</summary>
    public static readonly string[] Model = ["gen_ai.response.model", "gen_ai.request.model"];

    /// <summary>Seconds until the first part of an answer.</summary>
    public static readonly string[] TimeToFirstToken = ["gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token"];

    /// <summary>What the call cost, in US dollars. No convention, but what several instrumentations write.</summary>
    public static readonly string[] Cost = ["gen_ai.usage.cost"];

    /// <summary>The tokens read.</summary>
    public static readonly string[] InputTokens = ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"];

    /// <summary>The tokens written.</summary>
    public static readonly string[] OutputTokens = ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"];

    /// <summary>The tokens read that came from a cache.</summary>
    public static readonly string[] CachedTokens =
    [
        "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cached_input_tokens",
        "gen_ai.usage.input_tokens.cached", "gen_ai.usage.cached_tokens",
    ];

    /// <summary>Why the model stopped.</summary>
    public static readonly string[] FinishReason =
    [
        "gen_ai.response.finish_reasons", "gen_ai.response.finish_reason", "llm.response.finish_reason", "gen_ai.completion.0.finish_reason",
    ];

    /// <summary>Whether the answer came in parts.</summary>
    public static readonly string[] Stream = ["gen_ai.request.stream", "gen_ai.request.is_stream", "gen_ai.is_streaming", "llm.is_streaming"];

    /// <summary>The class of error.</summary>
    public static readonly string[] ErrorType = ["error.type", "exception.type"];

    /// <summary>The conversation.</summary>
    public static readonly string[] Session = ["gen_ai.conversation.id", "session.id"];

    /// <summary>On whose behalf.</summary>
    public static readonly string[] User = ["user.id", "enduser.id"];

    /// <summary>Where the application runs; of the resource.</summary>
    public static readonly string[] Environment = ["deployment.environment.name", "deployment.environment"];

    /// <summary>The version of the SDK; of the resource.</summary>
    public static readonly string[] SdkVersion = ["telemetry.sdk.version"];

    private static readonly HashSet<string> Fields = new(
        [
            .. Provider, .. Operation, .. Model, .. TimeToFirstToken, .. Cost, .. InputTokens, .. OutputTokens, .. CachedTokens, .. FinishReason,
            .. Stream, .. ErrorType, .. Session, .. User, .. Environment, .. SdkVersion,
        ],
        StringComparer.Ordinal);

    // Of an attribute that is not known, nobody can say that its text is no part of a prompt.
    private static readonly HashSet<string> Labels = new(
        [
            "gen_ai.agent.id", "gen_ai.agent.name", "gen_ai.agent.version", "gen_ai.data_source.id", "gen_ai.evaluation.name",
            "gen_ai.evaluation.score.label", "gen_ai.memory.record.id", "gen_ai.memory.store.id", "gen_ai.openai.api_version",
            "gen_ai.openai.request.response_format", "gen_ai.openai.request.service_tier", "gen_ai.openai.response.service_tier",
            "gen_ai.openai.response.system_fingerprint", "gen_ai.openai.system_fingerprint", "gen_ai.operation.name", "gen_ai.output.type",
            "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.request.reasoning.level", "gen_ai.request.reasoning_effort",
            "gen_ai.response.id", "gen_ai.response.model", "gen_ai.system", "gen_ai.tool.call.id", "gen_ai.tool.name", "gen_ai.tool.type",
            "gen_ai.workflow.name",
        ],
        StringComparer.Ordinal);

    private static readonly string[] Contents =
    [
        "gen_ai.input", "gen_ai.output.messages", "gen_ai.prompt", "gen_ai.completion", "gen_ai.system_instructions",
        "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.retrieval.query", "gen_ai.memory.query",
    ];

    /// <summary>Whether an attribute may be decoded: it is part of an event, and no part of what was said to the model or by it.</summary>
    public static bool AreOfUse(string name) =>
        Fields.Contains(name)
        || (name.StartsWith(Prefix, StringComparison.Ordinal)
            && !Array.Exists(Contents, content => name.StartsWith(content, StringComparison.Ordinal)));

    /// <summary>Whether an attribute is kept as a tag: figures and switches of a call, and texts that are known to be mere labels.</summary>
    public static bool IsTag(string name, AttributeType type) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && (Labels.Contains(name) || (type is AttributeType.Number or AttributeType.Boolean && !Fields.Contains(name)));
}
