using System.Buffers;
using System.Text.Json;
using Serverless.Traces.Events;

namespace Serverless.Traces.Reading;

/// <summary>
/// The events of a trace as trees. Whatever they say of each other, every event is shown once, below its parent: only one whose parent is missing
/// is a root, and where parents go round in a circle the oldest event of it. Built and written without recursion: traces can be deep.
/// </summary>
internal sealed class TraceTree
{
    private readonly List<Span> _roots = [];

    /// <summary>Builds the trees.</summary>
    /// <param name="lines">The events as they are kept, in any order, each once.</param>
    public TraceTree(IEnumerable<byte[]> lines)
    {
        var spans = lines.Select(Span.Read).OrderBy(span => span.Ticks).ThenBy(span => span.EventId).ToList();

        // Where a span id occurs twice, the older event is the parent.
        var bySpanId = new Dictionary<string, Span>(StringComparer.Ordinal);
        foreach (var span in spans)
        {
            bySpanId.TryAdd(span.SpanId, span);
        }

        foreach (var span in spans)
        {
            if (span.ParentSpanId is { } parent && bySpanId.TryGetValue(parent, out var found))
            {
                span.Parent = found;
                found.Children.Add(span);
            }
        }

        foreach (var span in spans.Where(span => span.Parent is null))
        {
            AddRoot(span);
        }

        foreach (var span in spans.Where(span => !span.IsReached))
        {
            var oldest = OldestOfCircle(span);
            oldest.Parent!.Children.Remove(oldest);
            AddRoot(oldest);
        }

        _roots.Sort(Span.Compare);
    }

    /// <summary>Writes the roots as an array, each event with its <c>children</c>, the oldest first.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var open = new Stack<IEnumerator<Span>>();
        Open(_roots);
        while (open.TryPeek(out var siblings))
        {
            if (!siblings.MoveNext())
            {
                open.Pop().Dispose();
                output.Write(open.Count > 0 ? "]}"u8 : "]"u8);
                continue;
            }

            var span = siblings.Current;
            if (!span.IsFirst)
            {
                output.Write(","u8);
            }

            // The event as it is kept, but for its closing brace.
            output.Write(span.Line.AsSpan(..^1));
            output.Write(",\"children\":"u8);
            Open(span.Children);
        }

        void Open(List<Span> siblings)
        {
            if (siblings is [var first, ..])
            {
                first.IsFirst = true;
            }

            output.Write("["u8);
            open.Push(siblings.GetEnumerator());
        }
    }

    // Whoever cannot be reached from a root is part of a circle, or hangs on one: the way up leads into it.
    private static Span OldestOfCircle(Span span)
    {
        var passed = new HashSet<Span>();
        while (passed.Add(span))
        {
            span = span.Parent!;
        }

        var oldest = span;
        for (var next = span.Parent!; next != span; next = next.Parent!)
        {
            oldest = Span.Compare(next, oldest) < 0 ? next : oldest;
        }

        return oldest;
    }

    private void AddRoot(Span root)
    {
        _roots.Add(root);
        var waiting = new Stack<Span>([root]);
        while (waiting.TryPop(out var span))
        {
            span.IsReached = true;
            foreach (var child in span.Children)
            {
                waiting.Push(child);
            }
        }
    }

    private sealed class Span(byte[] line, Guid eventId, long ticks, string spanId, string? parentSpanId)
    {
        public byte[] Line { get; } = line;

        public Guid EventId { get; } = eventId;

        public long Ticks { get; } = ticks;

        public string SpanId { get; } = spanId;

        public string? ParentSpanId { get; } = parentSpanId;

        public List<Span> Children { get; } = [];

        public Span? Parent { get; set; }

        public bool IsReached { get; set; }

        public bool IsFirst { get; set; }

        public static int Compare(Span left, Span right) =>
            left.Ticks != right.Ticks ? left.Ticks.CompareTo(right.Ticks) : left.EventId.CompareTo(right.EventId);

        public static Span Read(byte[] line)
        {
            var stored = new StoredEvent(line);
            var (spanId, parentSpanId) = ("", (string?)null);
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = EventFields.Find(ref reader);
                reader.Read();
                switch (field)
                {
                    case EventField.SpanId:
                        spanId = reader.GetString()!;
                        break;
                    case EventField.ParentSpanId:
                        parentSpanId = reader.GetString();
                        break;
                }

                reader.Skip();
            }

            return new(line, stored.Id, stored.ReadTimeAndStatus().Ticks, spanId, parentSpanId);
        }
    }
}
