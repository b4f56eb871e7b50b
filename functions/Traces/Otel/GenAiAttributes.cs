namespace Serverless.Traces.Otel;

/// <summary>
/// The attributes of OpenTelemetry's conventions for generative AI: today's names first, then those of earlier versions, and of
/// instrumentations with conventions of their own: OpenLLMetry (<c>llm.*</c>), OpenInference (<c>llm.*</c>, <c>openinference.*</c>), the Vercel AI SDK (<c>ai.*</c>).
/// </summary>
internal static class GenAiAttributes
{
    /// <summary>How the attributes of an LLM call begin.</summary>
    public const string Prefix = "gen_ai.";

    /// <summary>Who serves the model.</summary>
    public static readonly string[] Provider = ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider"];

    /// <summary>What was done.</summary>
    public static readonly string[] Operation = ["gen_ai.operation.name", "llm.request.type", "openinference.span.kind", "ai.operationId"];

    /// <summary>The model: which one answered, else which one was asked.</summary>
    public static readonly string[] Model =
    [
        "gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "embedding.model_name", "llm.request.model", "ai.response.model", "ai.model.id",
    ];

    /// <summary>Seconds until the first part of an answer.</summary>
    public static readonly string[] TimeToFirstToken =
    [
        "gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token", "gen_ai.client.operation.time_to_first_chunk",
    ];

    /// <summary>Milliseconds until the first part of an answer.</summary>
    public static readonly string[] MillisecondsToFirstToken = ["ai.response.msToFirstChunk"];

    /// <summary>What the call cost, in US dollars. No convention, but what several instrumentations write.</summary>
    public static readonly string[] Cost =
    [
        "gen_ai.usage.cost", "gen_ai.usage.total_cost", "gen_ai.usage.cost_usd", "gen_ai.cost.total_cost", "llm.cost.total", "llm.usage.total_cost",
        "llm.usage.cost",
    ];

    /// <summary>The tokens read.</summary>
    public static readonly string[] InputTokens =
    [
        "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "ai.usage.inputTokens", "ai.usage.promptTokens",
        "ai.usage.tokens", "llm.usage.prompt_tokens",
    ];

    /// <summary>The tokens written.</summary>
    public static readonly string[] OutputTokens =
    [
        "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion", "ai.usage.outputTokens", "ai.usage.completionTokens",
        "llm.usage.completion_tokens",
    ];

    /// <summary>The tokens read that came from a cache.</summary>
    public static readonly string[] CachedTokens =
    [
        "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cached_input_tokens", "gen_ai.usage.input_tokens.cached",
        "gen_ai.usage.cached_tokens", "llm.token_count.prompt_details.cache_read", "ai.usage.cachedInputTokens",
        "ai.usage.inputTokenDetails.cacheReadTokens",
    ];

    /// <summary>Why the model stopped.</summary>
    public static readonly string[] FinishReason =
    [
        "gen_ai.response.finish_reasons", "gen_ai.response.finish_reason", "llm.response.finish_reason", "gen_ai.completion.0.finish_reason",
        "llm.finish_reason", "ai.response.finishReason", "anthropic.message.stop_reason",
    ];

    /// <summary>Whether the answer came in parts.</summary>
    public static readonly string[] Stream = ["gen_ai.request.stream", "gen_ai.request.is_stream", "gen_ai.is_streaming", "llm.is_streaming"];

    /// <summary>The class of error.</summary>
    public static readonly string[] ErrorType = ["error.type", "exception.type"];

    /// <summary>The status that a call over HTTP was answered with.</summary>
    public static readonly string[] HttpStatus = ["http.response.status_code", "http.status_code"];

    /// <summary>The conversation.</summary>
    public static readonly string[] Session = ["gen_ai.conversation.id", "session.id", "ai.telemetry.metadata.sessionId"];

    /// <summary>On whose behalf.</summary>
    public static readonly string[] User = ["user.id", "enduser.id", "ai.telemetry.metadata.userId"];

    /// <summary>Where the application runs; of the resource.</summary>
    public static readonly string[] Environment = ["deployment.environment.name", "deployment.environment"];

    /// <summary>The version of the SDK; of the resource.</summary>
    public static readonly string[] SdkVersion = ["telemetry.sdk.version"];

    // How long it took, which the times of a span say as well.
    private static readonly string[] Durations =
    [
        "gen_ai.client.operation.duration", "gen_ai.client.operation.time_per_output_chunk", "gen_ai.client.inference.duration", "gen_ai.execute_tool.duration",
    ];

    private static readonly HashSet<string> Fields = new(
        [
            .. Provider, .. Operation, .. Model, .. TimeToFirstToken, .. MillisecondsToFirstToken, .. Cost, .. InputTokens, .. OutputTokens, .. CachedTokens, .. FinishReason,
            .. Stream, .. ErrorType, .. HttpStatus, .. Session, .. User, .. Environment, .. SdkVersion, .. Durations,
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
            "gen_ai.workflow.name", "ai.telemetry.functionId", "ai.toolCall.name", "tool.name",
        ],
        StringComparer.Ordinal);

    private static readonly HashSet<string> OpenInferenceCalls = new(["LLM", "EMBEDDING", "TOOL", "AGENT"], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Contents =
    [
        "gen_ai.input", "gen_ai.output.messages", "gen_ai.prompt", "gen_ai.completion", "gen_ai.system_instructions",
        "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.tool.definitions", "gen_ai.retrieval.query", "gen_ai.memory.query",
    ];

    /// <summary>
    /// Whether a span with these attributes calls a model, a tool or an agent. One that only surrounds such calls does not, though it may say what they came to:
    /// that would be counted twice.
    /// </summary>
    public static bool AreOfCall(AttributeSet attributes) =>
        (attributes.IsGenAi && !IsOfPart(attributes))
        || (attributes.Text("openinference.span.kind") is { } kind && OpenInferenceCalls.Contains(kind))
        || (attributes.Text("ai.operationId") is { } operation && GenAiValues.IsVercelCall(operation))
        || attributes.Text("llm.request.type") is not null;

    /// <summary>Whether an attribute may be decoded: it is part of an event, and no part of what was said to the model or by it.</summary>
    public static bool AreOfUse(string name) =>
        Fields.Contains(name)
        || Labels.Contains(name)
        || (name.StartsWith(Prefix, StringComparison.Ordinal)
            && !Array.Exists(Contents, content => name.StartsWith(content, StringComparison.Ordinal)));

    /// <summary>Whether an attribute is kept as a tag: figures and switches of a call, and texts that are known to be mere labels.</summary>
    public static bool IsTag(string name, AttributeType type) =>
        Labels.Contains(name)
        || (name.StartsWith(Prefix, StringComparison.Ordinal) && (type is AttributeType.Number or AttributeType.Boolean) && !Fields.Contains(name));

    // An operation that is none of a call, such as a step of an agent, and no model.
    private static bool IsOfPart(AttributeSet attributes) =>
        attributes.Text("gen_ai.operation.name") is { } operation && GenAiValues.Operation(operation) == GenAiValues.Custom && attributes.Text(Model) is null;
}
