using Serverless.Storage;

namespace Serverless.Ingestion.Upkeep;

/// <summary>Rows that stand beside chunks, each belonging to a time that its key tells, and that are not kept for good.</summary>
/// <param name="Retention">How long they are kept, counted from their time and from when they were last written.</param>
/// <param name="Before">The keys of those that belong to the time before another.</param>
internal sealed record AgingRows(TimeSpan Retention, Func<DateTimeOffset, RowKeyRange> Before);
