using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Serverless.Diagnostics;

/// <summary>What the application tells of itself. As long as nobody listens, spans are not made and measurements cost a comparison.</summary>
internal static class Instrumentation
{
    /// <summary>The name by which its spans and metrics are asked for.</summary>
    public const string Name = "Serverless";

    /// <summary>Makes spans.</summary>
    public static readonly ActivitySource Activities = new(Name);

    /// <summary>Makes metrics.</summary>
    public static readonly Meter Meter = new(Name);

    /// <summary>The span at hand in the form of a <c>traceparent</c> header; null when nobody records one.</summary>
    /// <remarks>A server makes activities for its own log, too; those come from no source, and nobody will ever see them.</remarks>
    public static string? TraceParent => Activity.Current is { Source.Name.Length: > 0 } span ? span.Id : null;

    /// <summary>Says that the work of a span failed.</summary>
    public static void Fail(this Activity? span, Exception failure)
    {
        span?.AddException(failure);
        span?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
    }
}
