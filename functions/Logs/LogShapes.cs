using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Logs.Entries;

namespace Serverless.Logs;

/// <summary>What entries look like, for the description of the API: they are read and given out as they are, and no type of ours holds one.</summary>
internal static class LogShapes
{
    /// <summary>An entry that is sent.</summary>
    public const string NewEntry = "LogEntry";

    /// <summary>An entry that is given out.</summary>
    public const string Entry = "StoredLogEntry";

    /// <summary>A batch.</summary>
    public const string Batch = "LogBatch";

    /// <summary>An export of OpenTelemetry.</summary>
    public const string Export = "LogExport";

    /// <summary>The same in protobuf.</summary>
    public const string ExportMessage = "LogExportMessage";

    private static readonly TextField[] Labels =
    [
        new("environment", "Where it happened."),
        new("project_id", "The project it belongs to."),
        new("trace_id", "The trace it belongs to."),
        new("span_id", "The span it belongs to."),
        new("parent_span_id", "The parent of that span."),
    ];

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, JsonObject> All { get; } = new Dictionary<string, JsonObject>(StringComparer.Ordinal)
    {
        [Batch] = Field.SchemaOf(
        [
            new ShapesField("logs", $"The entries, 1 to {LogBatchReader.MaxEntries}. Those that are not valid are reported and left out.", NewEntry)
            {
                IsRequired = true,
                MinCount = 1,
                MaxCount = LogBatchReader.MaxEntries,
            },
            new TextField("api_key", "The key, from old clients that send none in a header."),
        ]),
        [Export] = Field.SchemaOf([new ObjectsField("resourceLogs", "The resources, with their scopes and the log records of those, as OTLP in JSON has them.", [])]),
        [ExportMessage] = new JsonObject { ["type"] = "string", ["format"] = "binary", ["description"] = "An ExportLogsServiceRequest of the OpenTelemetry protocol." },
        [NewEntry] = Field.SchemaOf(Fields()),
        [Entry] = Field.SchemaOf([new TextField("id", "Its id.") { IsRequired = true }, .. Fields()]),
    };

    private static Field[] Fields() =>
    [
        new TimeField("timestamp", "When it happened, with seconds and up to 9 digits of a fraction. More than 24 hours ahead, it is ordered and expired by its receipt.") { IsRequired = true },
        new OptionField("level", "How severe it is.", LogLevels.Names) { IsRequired = true },
        new TextField("message", $"What happened: 1 to {LogEntryReader.MaxMessageBytes} bytes of UTF-8; empty only beside an `error`.") { IsRequired = true },
        .. Labels.Select(label => label with { Description = $"{label.Description} At most {LogEntryReader.MaxLabelBytes} bytes." }),
        new AnyField("privacy_mode", $"True has the entry skip redaction. False, or a string of at most {LogEntryReader.MaxLabelBytes} bytes, has no effect.", "boolean", "string"),
        new ObjectField("metadata", $"Anything beside that: at most {LogEntryReader.MaxObjectBytes} bytes, white space not counted."),
        new ObjectField("error", $"The error, of the same size: `type` and `message` strings, `stack_trace` an array of strings, `context` an object, each if it is known."),
    ];
}
