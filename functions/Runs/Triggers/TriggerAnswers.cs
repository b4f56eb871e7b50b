using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Json;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Triggers;

/// <summary>What is said of a trigger.</summary>
internal sealed record TriggerAnswer(
    [property: Description("Its id within the workspace.")] string TriggerId,
    [property: Description("The app it starts.")] string AppId,
    [property: Description("The path to which a request fires it.")] string FirePath,
    [property: Description("The inputs it starts runs with."), Shape(Lamina.InputsShape)] RawJson Inputs,
    [property: Description("When it fires by itself, as it was set; null for never.")] string? Schedule,
    [property: Description("Where the ends of its runs are reported to; null for nowhere.")] string? WebhookUrl,
    [property: Description("Whether it fires.")] bool Active,
    [property: Description("When it fires by itself next; null for never.")] DateTime? NextRunAt,
    [property: Description("The run it started last; null for none.")] string? LastRunId,
    [property: Description("Why it last could not start one; null when it could.")] string? LastError,
    [property: Description("Its secret: when it is made, and when another was asked for."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret)
{
    /// <summary>What is said of a trigger.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="secret">Its secret, where it may be shown; else null.</param>
    public static TriggerAnswer Of(Trigger trigger, string? secret) => new(
        trigger.Id,
        trigger.AppId,
        $"/v1/triggers/{trigger.FireId}/fire",
        new(Encoding.UTF8.GetBytes(trigger.Inputs)),
        trigger.Schedule,
        trigger.WebhookUrl,
        trigger.IsActive,
        trigger.NextAt?.UtcDateTime,
        trigger.LastRunId,
        trigger.LastError,
        secret);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<TriggerAnswer>))]
[JsonSerializable(typeof(OrderedDictionary<string, JsonElement>))]
internal sealed partial class TriggerJson : JsonSerializerContext;
