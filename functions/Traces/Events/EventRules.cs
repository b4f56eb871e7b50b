using System.Text.Json;
using Serverless.Ingestion.Records;

namespace Serverless.Traces.Events;

/// <summary>The rules for the fields of an event.</summary>
internal static class EventRules
{
    /// <summary>The longest <c>error_message</c> that is kept, in Unicode characters; a longer one is cut.</summary>
    public const int MaxErrorMessage = 500;

    /// <summary>The highest cost of an event, in USD.</summary>
    public const int MaxCost = 1_000_000;

    private const int MaxTime = 1_000_000_000;

    private static readonly EventRule Id = new TextRule(1, 128);
    private static readonly EventRule Label = new TextRule(0, 256);
    private static readonly EventRule Text = new TextRule(0, 1024);
    private static readonly EventRule Time = new NumberRule(MaxTime);
    private static readonly EventRule Count = new CountRule();

    private static readonly (EventField Field, bool IsRequired, EventRule Rule)[] All =
    [
        (EventField.EventId, true, new IdRule()),
        (EventField.Timestamp, true, new TimeRule()),
        (EventField.Status, true, new ChoiceRule(EventStatuses.Names)),
        (EventField.TraceId, true, Id),
        (EventField.SpanId, true, Id),
        (EventField.ParentSpanId, false, Id),
        (EventField.Provider, true, new ChoiceRule(["openai", "anthropic", "google", "custom"])),
        (EventField.Model, true, new TextRule(1, 256)),
        (EventField.Operation, true, new ChoiceRule(["chat", "embed", "tool", "agent", "custom"])),
        (EventField.LatencyMs, true, Time),
        (EventField.TtftMs, false, Time),
        (EventField.CostUsd, false, new NumberRule(MaxCost)),
        (EventField.InputTokens, false, Count),
        (EventField.OutputTokens, false, Count),
        (EventField.CachedTokens, false, Count),
        (EventField.SpanKind, false, Text),
        (EventField.ErrorCode, false, Text),
        (EventField.ErrorMessage, false, new TypeRule("a string", static () => new() { ["type"] = "string" }, JsonTokenType.String)),
        (EventField.FinishReason, false, Text),
        (EventField.PromptHash, false, Text),
        (EventField.Environment, false, Label),
        (EventField.UserId, false, Text),
        (EventField.SessionId, false, Text),
        (EventField.SdkVersion, false, Text),
        (EventField.Stream, false, new TypeRule("true or false", static () => new() { ["type"] = "boolean" }, JsonTokenType.True, JsonTokenType.False)),
        (EventField.Tags, false, new TypeRule(EventTags.Rule, EventTags.ToSchema, JsonTokenType.StartObject)),
    ];

    private static readonly EventRule[] Rules = [.. All.Select(each => each.Rule)];

    /// <summary>The rule of a field.</summary>
    public static EventRule Of(EventField field) => Rules[(int)field];

    /// <summary>The fields that every event must have.</summary>
    public static FieldSet Required { get; } =
        All.Where(each => each.IsRequired).Aggregate(default(FieldSet), (required, each) => required.With((int)each.Field));
}
