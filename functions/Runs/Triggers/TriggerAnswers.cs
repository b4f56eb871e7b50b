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
[JsonSerializable(typeof(OrderedDictionary<string, JsonElement>))]
internal sealed partial class TriggerJson : JsonSerializerContext;
