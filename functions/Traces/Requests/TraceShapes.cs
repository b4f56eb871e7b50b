using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Traces.Events;

namespace Serverless.Traces.Requests;

/// <summary>
/// What events, their batches and exports look like, for the description of the API: they are read and given out as they are, and no type of
/// ours holds one.
/// </summary>
internal static class TraceShapes
{
    /// <summary>An event that is sent.</summary>
    public const string Event = "TraceEvent";

    /// <summary>An event that is given out.</summary>
    public const string StoredEvent = "StoredTraceEvent";

    /// <summary>An event that is given out as part of its trace.</summary>
    public const string Span = "TraceSpan";

    /// <summary>A batch in one document.</summary>
    public const string Batch = "TraceEventBatch";

    /// <summary>A batch with one event a line.</summary>
    public const string Lines = "TraceEventLines";

    /// <summary>An export of OpenTelemetry.</summary>
    public const string Export = "TraceExport";

    /// <summary>The same in protobuf.</summary>
    public const string ExportMessage = "TraceExportMessage";

    /// <summary>A part of a trace that calls no model.</summary>
    public const string Step = "TraceStep";

    /// <summary>A part of a trace.</summary>
    public const string Node = "TraceNode";

    // In the order of the fields.
    private static readonly string[] Descriptions =
    [
        "The event's id, chosen by its sender. One that comes again is kept once.",
        "When the call began.",
        "How the call ended.",
        "The trace that the event belongs to.",
        "The event's own place in the trace.",
        "The span above it; absent for a root.",
        "Who runs the model.",
        "The model.",
        "What the model was asked for.",
        "How long the call took, in milliseconds.",
        "How long the first token took, in milliseconds.",
        "What the call cost, in US dollars.",
        "The tokens that the model read.",
        "The tokens that the model wrote.",
        "The tokens read that came from a cache.",
        "What kind of span it is.",
        "The error, for a program.",
        $"The error in words; {EventRules.MaxErrorMessage} characters are kept.",
        "Why the model stopped.",
        "The prompt, as something that does not tell it.",
        "Where it happened.",
        "Whom it was done for.",
        "The session it is part of.",
        "The version of whatever sent it.",
        "Whether the answer was streamed.",
        "Anything else, by name.",
    ];

    // What a step has of the fields of an event.
    private static readonly HashSet<string> StepFields = new(
        ["event_id", "received_at", "timestamp", "status", "trace_id", "span_id", "parent_span_id", "latency_ms", "span_kind", "error_code", "error_message", "environment"], StringComparer.Ordinal);

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, JsonObject> All { get; } = new Dictionary<string, JsonObject>(StringComparer.Ordinal)
    {
        [Event] = Field.SchemaOf(Fields()),
        [StoredEvent] = Field.SchemaOf(StoredFields()),
        [Span] = Field.SchemaOf([.. StoredFields(), Children()]),
        [Step] = Field.SchemaOf(
        [
            new OptionField("type", "Tells a step from an event, which has no such field.", ["step"]) { IsRequired = true },
            new TextField("name", "What the span is called.") { IsRequired = true },
            .. StoredFields().Where(field => StepFields.Contains(field.Name)),
            new ObjectField("attributes", "What else is known of it: texts by the names of OpenTelemetry's conventions.") { Member = new() { ["type"] = "string" } },
            Children(),
        ]),
        [Node] = new JsonObject
        {
            ["description"] = "An event, or a step: a span that calls no model.",
            ["anyOf"] = new JsonArray(Refer(Span), Refer(Step)),
        },
        [Batch] = new JsonObject
        {
            ["description"] = $"1 to {EventBatchReader.MaxEvents} events, in an array or in an object that has it.",
            ["anyOf"] = new JsonArray(Events().ToSchema(), Field.SchemaOf([Events()])),
        },
        [Lines] = new JsonObject
        {
            ["type"] = "string",
            ["description"] = $"1 to {EventBatchReader.MaxEvents} events in JSON, each as {Event} says, one a line. Blank lines are passed over.",
        },
        [ExportMessage] = new JsonObject { ["type"] = "string", ["format"] = "binary", ["description"] = "An ExportTraceServiceRequest of the OpenTelemetry protocol." },
        [Export] = Field.SchemaOf([new ObjectsField("resourceSpans", "The resources, with their scopes and the spans of those, as OTLP in JSON has them.", [])]),
    };

    private static ShapesField Children() => new("children", "What is below it, the oldest first.", Node) { IsRequired = true };

    private static JsonObject Refer(string shape) => new() { ["$ref"] = $"#/components/schemas/{shape}" };

    private static ShapesField Events() => new("events", "The events.", Event) { IsRequired = true, MinCount = 1, MaxCount = EventBatchReader.MaxEvents };

    private static IEnumerable<Field> Fields() => EventFields.Names.Select((name, place) =>
        new RuledField(name, Descriptions[place], EventRules.Of((EventField)place)) { IsRequired = EventRules.Required.Has(place) });

    private static IEnumerable<Field> StoredFields() =>
    [
        .. Fields(),
        new TimeField("received_at", "When the event was received.") { IsRequired = true },
        new OptionField(
            CostSources.Name,
            "Where `cost_usd` comes from: it was `reported`, or `priced` by the tokens when the event came in, or is `unknown`. Absent for what is not paid by tokens, such as tools, and for events of earlier versions.",
            CostSources.Names),
    ];

    private sealed record RuledField(string Name, string Description, EventRule Rule) : Field(Name, Description)
    {
        public override JsonObject ToSchema() => Rule.ToSchema();
    }
}
