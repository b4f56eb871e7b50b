using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Json;
using Serverless.Workspaces;

namespace Serverless.Runs.Triggers;

/// <summary>What is said of a trigger.</summary>
internal sealed record TriggerAnswer(
    [property: Description("Its id within the workspace.")] string TriggerId,
    [property: Description("The app it starts.")] string AppId,
    [property: Description("The path to which a request fires it.")] string FirePath,
    [property: Description("The inputs it starts runs with."), Shape(Lamina.InputsShape)] RawJson Inputs,
    [property: Description("JSON pointers by the names of parameters, to the inputs that come from the body of a request; null for none."), Shape(Lamina.InputsShape)] RawJson? InputsFromBody,
    [property: Description("How it knows its senders.")] VerifyAnswer Verify,
    [property: Description("The header in which senders say which delivery it is; null for none.")] string? DeliveryIdHeader,
    [property: Description("When it fires by itself, as it was set; null for never.")] string? Schedule,
    [property: Description("The IANA time zone of the schedule; null for UTC.")] string? TimeZone,
    [property: Description("Where the ends of its runs are reported to; null for nowhere.")] string? WebhookUrl,
    [property: Description("Whether it fires.")] bool Active,
    [property: Description("When it fires by itself next, always ahead; null for never. A time that has passed and is yet to be dealt with is not shown.")] DateTime? NextRunAt,
    [property: Description("The run it started last, by a request or by itself; null for none.")] TriggeredRun? LastRun,
    [property: Description("The id of the same.")] string? LastRunId,
    [property: Description("Why it last could not start one; null when it could.")] string? LastError,
    [property: Description("Its secret: when it is made, and when another was asked for."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret)
{
    /// <summary>What is said of a trigger.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="now">The time.</param>
    /// <param name="secret">Its secret, where it may be shown; else null.</param>
    public static TriggerAnswer Of(Trigger trigger, DateTimeOffset now, string? secret = null) => new(
        trigger.Id,
        trigger.AppId,
        $"/v1/triggers/{trigger.FireId}/fire",
        new(Encoding.UTF8.GetBytes(trigger.Inputs)),
        trigger.Pointers is { } pointers ? new RawJson(Encoding.UTF8.GetBytes(pointers)) : null,
        VerifyAnswer.Of(trigger.Signature),
        trigger.DeliveryIdHeader,
        trigger.Schedule,
        trigger.TimeZone,
        trigger.WebhookUrl,
        trigger.IsActive,
        (trigger.NextAt > now ? trigger.NextAt : trigger.DueAfter(now))?.UtcDateTime,
        TriggeredRun.Of(trigger.LastRunId),
        trigger.LastRunId,
        trigger.LastError,
        secret);
}

/// <summary>How a trigger knows its senders.</summary>
internal sealed record VerifyAnswer(
    [property: Description("`secret`: they send its secret. `hmac`: they sign with one of their own.")] string Type,
    [property: Description("Whose way of signing it is: `github`, `stripe` or `standard-webhooks`; null for another.")] string? Preset,
    [property: Description("The header with the HMAC of the body; null where there is a preset, as for what follows.")] string? Header,
    [property: Description("What a signature begins with; null for nothing.")] string? Prefix,
    [property: Description("How a signature is written: `hex` or `base64`.")] string? Encoding,
    [property: Description("The hash function: `sha256` or `sha512`.")] string? Algorithm)
{
    /// <summary>What is said of a scheme; null for the secret.</summary>
    public static VerifyAnswer Of(SignatureScheme? scheme) => new(
        scheme is null ? VerifyField.BySecret : VerifyField.ByHmac, scheme?.Preset, scheme?.Header, scheme?.Prefix, scheme?.Encoding, scheme?.Algorithm);
}

/// <summary>A run that a trigger has started.</summary>
internal sealed record TriggeredRun(
    [property: Description("The id of the run.")] string RunId,
    [property: Description("When it was started; by a schedule, the time that it was due at.")] DateTime At)
{
    /// <summary>What is said of a run.</summary>
    public static TriggeredRun? Of(string? id) => Engine.RunId.Parse(id) is { } run ? new(run.Text, run.CreatedAt.UtcDateTime) : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<TriggerAnswer>))]
[JsonSerializable(typeof(Page<TriggerAnswer>))]
[JsonSerializable(typeof(SignatureScheme))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(OrderedDictionary<string, JsonElement>))]
internal sealed partial class TriggerJson : JsonSerializerContext;
