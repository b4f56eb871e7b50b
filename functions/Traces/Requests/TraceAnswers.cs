using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Serverless.Traces.Requests;

/// <summary>An error of LumiqTrace.</summary>
internal sealed record TraceError([property: Description("What went wrong, in a sentence.")] string Error);

/// <summary>What becomes of a batch of events.</summary>
internal sealed record EventBatchAnswer(
    [property: Description("How many events were accepted.")] int Accepted,
    [property: Description("The version of the project's configuration."), JsonPropertyName("cv")] int ConfigurationVersion)
{
    /// <summary>How many spans were not accepted; null for none.</summary>
    [Description("How many spans were not valid; absent when all were, and where events are sent.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Rejected { get; init; }

    /// <summary>How many spans became steps; null for none.</summary>
    [Description("How many spans became steps of their traces, as they call no model; absent for none, and where events are sent.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Steps { get; init; }

    /// <summary>What is odd about events that were accepted; null for nothing.</summary>
    [Description("Events that were accepted, and yet not as they were meant, such as those of tomorrow: a sentence each.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TraceError))]
[JsonSerializable(typeof(EventBatchAnswer))]
internal sealed partial class TraceJson : JsonSerializerContext;
