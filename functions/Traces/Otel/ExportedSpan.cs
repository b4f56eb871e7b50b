namespace Serverless.Traces.Otel;

/// <summary>A span as it was exported, as far as it is of use.</summary>
internal sealed class ExportedSpan
{
    /// <summary>The trace, as sent; null when it was not.</summary>
    public string? TraceId { get; set; }

    /// <summary>The span, as sent; null when it was not.</summary>
    public string? SpanId { get; set; }

    /// <summary>The span above it, as sent; null or empty for a root.</summary>
    public string? ParentSpanId { get; set; }

    /// <summary>What it is called; empty when that was not sent.</summary>
    public string Name { get; set; } = "";

    /// <summary>The place of its kind among <see cref="SpanReader.Kinds"/>; 0 for none, and there may be more than are known.</summary>
    public int Kind { get; set; }

    /// <summary>When it began, in nanoseconds since 1970; 0 when that was not sent.</summary>
    public ulong Start { get; set; }

    /// <summary>When it ended, in nanoseconds since 1970; 0 when that was not sent.</summary>
    public ulong End { get; set; }

    /// <summary>When the first part of an answer came, in nanoseconds since 1970; null when no event tells.</summary>
    public ulong? FirstChunk { get; set; }

    /// <summary>Whether it ended in an error.</summary>
    public bool IsError { get; set; }

    /// <summary>What the error was, in words.</summary>
    public string? StatusMessage { get; set; }

    /// <summary>The class of an exception that was recorded as an event.</summary>
    public string? ExceptionType { get; set; }

    /// <summary>Its attributes.</summary>
    public AttributeSet Attributes { get; set; } = new();

    /// <summary>The first rule it breaks; null when it is well-formed.</summary>
    public string? Problem { get; set; }
}
