namespace Serverless.Ingestion;

/// <summary>What the chunks of one surface have in common: where they go, and what their headers say of the records within.</summary>
/// <param name="Table">The table that keeps them.</param>
/// <param name="Queue">The queue that carries them there.</param>
/// <param name="Kinds">The values a record is counted by, such as levels; each is a column with the number of such records.</param>
/// <param name="Labels">The fields a chunk may be uniform in; each is a column that lets a reader pass the whole chunk over.</param>
public sealed record ChunkSchema(string Table, string Queue, IReadOnlyList<string> Kinds, IReadOnlyList<string> Labels);
