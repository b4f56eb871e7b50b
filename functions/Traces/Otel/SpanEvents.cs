namespace Serverless.Traces.Otel;

/// <summary>The events that an export's spans have become.</summary>
/// <param name="Lines">The events, one a line in JSON, as a client sends them.</param>
/// <param name="Accepted">How many there are.</param>
/// <param name="Rejected">How many spans became none.</param>
/// <param name="Reason">Why the first of those did not; null when all were taken.</param>
public sealed record SpanEvents(ReadOnlyMemory<byte> Lines, int Accepted, int Rejected, string? Reason);
