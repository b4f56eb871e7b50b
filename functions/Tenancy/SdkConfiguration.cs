using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Tenancy;

/// <summary>How the clients of a project are to behave, without anybody deploying them anew: LumiqTrace's clients ask for it. What is null was not said.</summary>
public sealed record SdkConfiguration(
    [property: Description("The share of events that are sent, from 0 to 1."), JsonPropertyName("sample_rate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? SampleRate,
    [property: Description("Whether nothing is sent at all."), JsonPropertyName("disable_tracing"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? DisableTracing,
    [property: Description("The names of values that are blackened before anything is sent."), JsonPropertyName("pii_redact_keys"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<string>? PiiRedactKeys,
    [property: Description("The models that are called in place of others, by the names of those."), JsonPropertyName("model_override"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, string>? ModelOverride)
{
    /// <summary>One that says nothing.</summary>
    public static SdkConfiguration Nothing { get; } = new(null, null, null, null);

    /// <summary>Reads it from the text that a row keeps; nothing where there is none.</summary>
    public static SdkConfiguration Parse(string text) =>
        text.Length == 0 ? Nothing : JsonSerializer.Deserialize(text, SdkConfigurationJson.Default.SdkConfiguration)!;

    /// <summary>The text that a row keeps: the same for the same configuration, and empty for one that says nothing.</summary>
    public string ToText() =>
        this == Nothing ? "" : JsonSerializer.Serialize(this, SdkConfigurationJson.Default.SdkConfiguration);
}

[JsonSerializable(typeof(SdkConfiguration))]
internal sealed partial class SdkConfigurationJson : JsonSerializerContext;
