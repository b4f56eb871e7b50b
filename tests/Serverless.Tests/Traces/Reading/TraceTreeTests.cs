using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Traces.Reading;

namespace Serverless.Tests.Traces.Reading;

/// <summary>Trees of events: every event is shown once, whatever they say of each other.</summary>
[Trait("Category", "Fast")]
public sealed class TraceTreeTests
{
    [Fact]
    public void Children_stand_below_their_parents_the_oldest_first()
    {
        Assert.Equal(
            "root(early,late(deep))",
            Tree(Span(4, "deep", "late"), Span(3, "late", "root"), Span(2, "early", "root"), Span(1, "root", null)));
    }

    [Fact]
    public void A_span_whose_parent_is_missing_is_a_root()
    {
        Assert.Equal("root orphan(child)", Tree(Span(1, "root", null), Span(2, "orphan", "missing"), Span(3, "child", "orphan")));
    }

    [Fact]
    public void A_circle_is_cut_at_its_oldest_span()
    {
        Assert.Equal("a(b(c(d)))", Tree(Span(2, "b", "a"), Span(1, "a", "c"), Span(3, "c", "b"), Span(4, "d", "c")));
        Assert.Equal("self(child)", Tree(Span(1, "self", "self"), Span(2, "child", "self")));
    }

    [Fact]
    public void What_hangs_on_a_circle_stays_below_it_however_old_it_is()
    {
        Assert.Equal("a(x,b)", Tree(Span(1, "x", "a"), Span(2, "a", "b"), Span(3, "b", "a")));
        Assert.Equal("b(a(x(y)))", Tree(Span(1, "y", "x"), Span(2, "x", "a"), Span(4, "a", "b"), Span(3, "b", "a")));
        Assert.Equal("self(x,y(z))", Tree(Span(1, "x", "self"), Span(2, "self", "self"), Span(4, "z", "y"), Span(3, "y", "self")));
    }

    [Fact]
    public void Of_two_spans_with_one_id_the_older_has_the_children()
    {
        Assert.Equal("twice(child) twice", Tree(Span(2, "twice", null), Span(1, "twice", null), Span(3, "child", "twice")));
    }

    [Fact]
    public void A_chain_of_ten_thousand_spans_is_written()
    {
        const int Depth = 10_000;
        var json = Write([.. Enumerable.Range(0, Depth).Select(number => Span(number, $"s{number}", number == 0 ? null : $"s{number - 1}"))]);

        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 3 * Depth });
        var (span, depth) = (document.RootElement[0], 1);
        while (span.GetProperty("children").GetArrayLength() > 0)
        {
            (span, depth) = (span.GetProperty("children")[0], depth + 1);
        }

        Assert.Equal(Depth, depth);
    }

    [Fact]
    public void Every_event_is_shown_once()
    {
        var spans = Gen.Choose(0, 40).SelectMany(count =>
            Gen.Choose(-3, count).ArrayOf(count).Select(parents =>
                parents.Select((parent, number) => Span(number, $"s{number % Math.Max(1, count - 2)}", parent < 0 ? null : $"s{parent}")).ToArray()));

        Prop.ForAll(spans.ToArbitrary(), lines =>
        {
            var shown = new List<string>();
            Collect(JsonNode.Parse(Write(lines), documentOptions: new() { MaxDepth = 1000 })!.AsArray(), shown);
            return shown.Order(StringComparer.Ordinal).SequenceEqual(lines.Select(line => JsonNode.Parse(line)!["event_id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Every_event_stands_below_its_parent_but_for_the_oldest_of_each_circle()
    {
        var spans = Gen.Choose(1, 30).SelectMany(count =>
            Gen.Choose(-1, count - 1).ArrayOf(count).Select(parents => parents.Select((parent, number) => (Number: number, Parent: parent)).ToArray()));

        Prop.ForAll(spans.ToArbitrary(), all =>
        {
            var lines = all.Select(span => Span(span.Number, $"s{span.Number}", span.Parent < 0 ? null : $"s{span.Parent}")).Reverse().ToArray();
            var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
            CollectParents(JsonNode.Parse(Write(lines), documentOptions: new() { MaxDepth = 1000 })!.AsArray(), null, parents);
            return all.All(span => parents[$"s{span.Number}"] == (span.Parent < 0 || IsOldestOfCircle(span.Number) ? null : $"s{span.Parent}"));

            // Numbers are times.
            bool IsOldestOfCircle(int number)
            {
                var (circle, next) = (new HashSet<int> { number }, all[number].Parent);
                while (next >= 0 && circle.Add(next))
                {
                    next = all[next].Parent;
                }

                return next == number && circle.Min() == number;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static void CollectParents(JsonArray spans, string? parent, Dictionary<string, string?> parents)
    {
        foreach (var span in spans)
        {
            var id = span!["span_id"]!.GetValue<string>();
            parents[id] = parent;
            CollectParents(span["children"]!.AsArray(), id, parents);
        }
    }

    private static void Collect(JsonArray spans, List<string> shown)
    {
        foreach (var span in spans)
        {
            shown.Add(span!["event_id"]!.GetValue<string>());
            Collect(span["children"]!.AsArray(), shown);
        }
    }

    private static string Tree(params byte[][] lines) => string.Join(' ', JsonNode.Parse(Write(lines))!.AsArray().Select(Text));

    private static string Text(JsonNode? span) =>
        span!["span_id"]!.GetValue<string>()
        + (span["children"]!.AsArray() is { Count: > 0 } children ? $"({string.Join(',', children.Select(Text))})" : "");

    private static string Write(IReadOnlyCollection<byte[]> lines)
    {
        var output = new ArrayBufferWriter<byte>();
        new TraceTree(lines).WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static byte[] Span(int milliseconds, string id, string? parent) => Encoding.UTF8.GetBytes(
        $"{{\"event_id\":\"{new Guid(milliseconds, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10])}\",\"received_at\":\"2026-11-21T12:00:00.000Z\",\"timestamp\":\"{new DateTime(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc).AddMilliseconds(milliseconds):O}\","
        + $"\"status\":\"success\",\"trace_id\":\"t\",\"span_id\":\"{id}\"{(parent is null ? "" : $",\"parent_span_id\":\"{parent}\"")}}}");
}
