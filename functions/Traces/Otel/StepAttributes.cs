namespace Serverless.Traces.Otel;

/// <summary>
/// The attributes of spans that call no model, as far as they are kept: those of OpenTelemetry's conventions that say what was called and how that went.
/// What may be the content of a request is none of them, and neither is one that nobody knows.
/// </summary>
internal static class StepAttributes
{
    /// <summary>The most attributes of a step.</summary>
    public const int MaxAttributes = 32;

    private static readonly string[] Prefixes =
    [
        "http.", "url.", "server.", "client.", "network.", "net.", "db.", "rpc.", "messaging.", "faas.", "code.", "error.", "exception.type", "peer.", "graphql.operation.", "cache.",
        "thread.",
    ];

    private static readonly HashSet<string> Names = new(
        ["gen_ai.operation.name", "openinference.span.kind", "ai.operationId", "operation.name", "tool.name", "ai.toolCall.name", "traceloop.span.kind", "traceloop.entity.name", "traceloop.workflow.name"], StringComparer.Ordinal);

    private static readonly string[] Contents = ["http.request.header", "http.response.header", "http.request.body", "http.response.body", "db.query.parameter", "messaging.message.body"];

    /// <summary>Whether an attribute is kept.</summary>
    public static bool AreOfUse(string name) =>
        Names.Contains(name)
        || (Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)) && !Array.Exists(Contents, content => name.StartsWith(content, StringComparison.Ordinal)));
}
