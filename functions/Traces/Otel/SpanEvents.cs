namespace Serverless.Traces.Otel;

/// <summary>The events and steps that an export's spans have become.</summary>
/// <param name="Lines">The events, one a line in JSON, as a client sends them.</param>
/// <param name="Accepted">How many there are.</param>
/// <param name="Rejected">How many spans became neither.</param>
/// <param name="Reason">Why the first of those did not; null when all were taken.</param>
internal sealed record SpanEvents(ReadOnlyMemory<byte> Lines, int Accepted, int Rejected, string? Reason)
{
    /// <summary>The steps.</summary>
    public SpanSteps Steps { get; init; } = new(default, 0);
}

/// <summary>The steps that an export's spans have become.</summary>
/// <param name="Lines">The steps, one a line in JSON, in the form they are kept in but for their receipt.</param>
/// <param name="Count">How many there are.</param>
internal sealed record SpanSteps(ReadOnlyMemory<byte> Lines, int Count);
