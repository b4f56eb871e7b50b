using System.Globalization;
using System.Text.Json.Nodes;

namespace Serverless.Tests.Hosting;

/// <summary>LLM events as applications write them.</summary>
public static class TraceEvents
{
    /// <summary>An id of an event.</summary>
    public const string Id = "0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

    /// <summary>An event with the required fields alone, in the order of the contract.</summary>
    public static JsonObject Simple(string id = Id) => new()
    {
        ["event_id"] = id,
        ["trace_id"] = "trace-1",
        ["span_id"] = "span-1",
        ["timestamp"] = "2026-11-21T11:59:59.5Z",
        ["provider"] = "openai",
        ["model"] = "gpt-4o",
        ["operation"] = "chat",
        ["latency_ms"] = 812.5,
        ["status"] = "success",
    };

    /// <summary>An event of a time, with an id of its own.</summary>
    public static JsonObject At(DateTime time)
    {
        var line = Simple(Guid.NewGuid().ToString());
        line["timestamp"] = time.ToString("O", CultureInfo.InvariantCulture);
        return line;
    }

    /// <summary>A span of the trace <c>the-trace</c>.</summary>
    public static JsonObject Span(string id, string? parent, DateTime time)
    {
        var line = At(time);
        line["trace_id"] = "the-trace";
        line["span_id"] = id;
        line["parent_span_id"] = parent;
        return line;
    }

    /// <summary>An event with one field in its place, or added, as it stands; null leaves it out.</summary>
    public static string With(string field, string? json)
    {
        var members = Simple().ToDictionary(member => member.Key, member => member.Value!.ToJsonString(), StringComparer.Ordinal);
        members.Remove(field);
        if (json is not null)
        {
            members[field] = json;
        }

        return $"{{{string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}"))}}}";
    }

    /// <summary>So many events with ids of their own, one a line.</summary>
    public static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => Simple(Guid.NewGuid().ToString()).ToJsonString() + "\n"));
}
