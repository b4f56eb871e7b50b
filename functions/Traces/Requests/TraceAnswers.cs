using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Tenancy;

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

/// <summary>How the clients of a project are to behave.</summary>
internal sealed record SdkConfigAnswer(
    [property: Description("The version of the project's configuration."), JsonPropertyName("cv")] int ConfigurationVersion,
    [property: Description("Always empty: what there is to be said stands beside it, by its name.")] IReadOnlyList<string> Rules,
    [property: Description("The share of events that are sent, from 0 to 1; absent unless it was said."), JsonPropertyName("sample_rate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    double? SampleRate,
    [property: Description("Whether nothing is sent at all; absent unless it was said."), JsonPropertyName("disable_tracing"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    bool? DisableTracing,
    [property: Description("The names of values that are blackened before anything is sent; absent unless there are any."), JsonPropertyName("pii_redact_keys")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<string>? PiiRedactKeys,
    [property: Description("The models that are called in place of others, by the names of those; absent unless there are any."), JsonPropertyName("model_override")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, string>? ModelOverride)
{
    /// <summary>What a configuration says.</summary>
    public static SdkConfigAnswer Of(int version, SdkConfiguration configuration) =>
        new(version, [], configuration.SampleRate, configuration.DisableTracing, configuration.PiiRedactKeys, configuration.ModelOverride);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TraceError))]
[JsonSerializable(typeof(EventBatchAnswer))]
[JsonSerializable(typeof(SdkConfigAnswer))]
internal sealed partial class TraceJson : JsonSerializerContext;
