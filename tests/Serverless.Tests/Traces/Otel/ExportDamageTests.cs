using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Http;
using Serverless.Tests.Ingestion;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Otel;

namespace Serverless.Tests.Traces.Otel;

/// <summary>Whatever stands where in an export: it is refused as a whole, or what it becomes are events.</summary>
[Trait("Category", "Fast")]
public sealed class ExportDamageTests
{
    private static readonly string[] Files = ["openai-python.json", "openllmetry.json", "extensions-ai.json"];
    private static readonly string[] Replacements =
    [
        "null", "true", "-1", "0", "1.5", "1e400", "18446744073709551615", "\"\"", "\"text\"", "\"NaN\"", "\"-7\"", "[]", "{}", "[[{}]]",
        "{\"key\":\"gen_ai.system\",\"value\":{\"stringValue\":\"openai\"}}", "{\"stringValue\":\"[\\\"\"}", "{\"intValue\":\"9\"}",
        "{\"doubleValue\":1e30}", "{\"arrayValue\":{\"values\":[{\"arrayValue\":{}}]}}", "\"" + "\\u00e9\\ud83d\\ude00" + "\"",
    ];

    private static readonly Gen<(string File, int Place, string Replacement)[]> Damage =
        from file in Gen.Elements(Files)
        from places in Gen.Zip(Gen.Choose(0, 2000), Gen.Elements(Replacements), static (place, replacement) => (place, replacement)).NonEmptyListOf()
        select places.Select(damage => (file, damage.place, damage.replacement)).ToArray();

    [Fact]
    public void A_damaged_export_is_refused_or_becomes_events() => Always.Holds(Damage, static damage =>
    {
        var export = JsonNode.Parse(SpanExport.FromFile(damage[0].File))!;
        foreach (var (_, place, replacement) in damage)
        {
            Replace(export, place, replacement);
        }

        SpanEvents events;
        try
        {
            events = SpanExport.Read(Encoding.UTF8.GetBytes(export.ToJsonString()));
        }
        catch (ApiException refused)
        {
            Assert.Equal(400, refused.Error.Status);
            return;
        }

        Assert.Equal(events.Rejected > 0, events.Reason is not null);
        Assert.All(SpanExport.Lines(events), RequireEvent);
    });

    private static void Replace(JsonNode export, int place, string replacement)
    {
        var nodes = Below(export).ToList();
        if (nodes.Count > 0)
        {
            nodes[place % nodes.Count].ReplaceWith(JsonNode.Parse(replacement));
        }
    }

    private static IEnumerable<JsonNode> Below(JsonNode node)
    {
        var children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
        return children.OfType<JsonNode>().SelectMany(child => Below(child).Prepend(child));
    }

    // The rules of POST /v1/ingest, as far as a mapping could break them.
    private static void RequireEvent(string line)
    {
        var read = JsonDocument.Parse(line).RootElement;
        var fields = read.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
        Assert.Empty(fields.Keys.Except(EventFields.Names));
        Assert.Equal(fields.Count, read.EnumerateObject().Count());
        Assert.True(fields["event_id"].TryGetGuid(out _));
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(fields["timestamp"].GetString()!), out _));
        Assert.Contains(fields["status"].GetString()!, EventStatuses.Names);
        Assert.Contains(fields["provider"].GetString()!, (string[])["openai", "anthropic", "google", "custom"]);
        Assert.Contains(fields["operation"].GetString()!, (string[])["chat", "embed", "tool", "agent", "custom"]);
        Assert.InRange(fields["latency_ms"].GetDecimal(), 0, 1_000_000_000);
        foreach (var (name, value) in fields)
        {
            switch (name)
            {
                case "latency_ms" or "ttft_ms":
                    Assert.InRange(value.GetDecimal(), 0, 1_000_000_000);
                    break;
                case "cost_usd":
                    Assert.InRange(value.GetDecimal(), 0, 1_000_000);
                    break;
                case "input_tokens" or "output_tokens" or "cached_tokens":
                    Assert.InRange(value.GetInt64(), 0, int.MaxValue);
                    break;
                case "stream":
                    Assert.True(value.ValueKind is JsonValueKind.True or JsonValueKind.False);
                    break;
                case "tags":
                    Assert.All(value.EnumerateObject(), tag => Assert.Equal(JsonValueKind.String, tag.Value.ValueKind));
                    break;
                default:
                    Assert.NotEqual("", value.GetString());
                    break;
            }
        }
    }
}
