using System.Diagnostics;
using System.Text.Json;

namespace Serverless.Diagnostics;

/// <summary>What a queue message tells of where it comes from: part of its JSON.</summary>
/// <param name="TraceParent">The span that sent it, as W3C Trace Context has it; null when nobody recorded one.</param>
/// <param name="DueAt">When it was to be dealt with; null in messages that do not say.</param>
internal readonly record struct MessageOrigin(string? TraceParent, DateTimeOffset? DueAt)
{
    /// <summary>The property with the time.</summary>
    public const string DueProperty = "due";

    /// <summary>The property with the span.</summary>
    public const string TraceParentProperty = "traceparent";

    /// <summary>The origin of a message that is sent now.</summary>
    /// <param name="dueAt">When it is to be dealt with.</param>
    public static MessageOrigin Here(DateTimeOffset dueAt) => new(Instrumentation.TraceParent, dueAt);

    /// <summary>Reads the origin from a message. Whatever is wrong with it is not worth a failure.</summary>
    public static MessageOrigin Read(JsonElement message) => new(
        message.TryGetProperty(TraceParentProperty, out var parent) && parent.ValueKind == JsonValueKind.String ? parent.GetString() : null,
        message.TryGetProperty(DueProperty, out var due) && due.ValueKind == JsonValueKind.String && due.TryGetDateTimeOffset(out var time) ? time : null);

    /// <summary>The span as a parent for others; none when there is none.</summary>
    public ActivityContext Parent => ActivityContext.TryParse(TraceParent, traceState: null, isRemote: true, out var parent) ? parent : default;
}
