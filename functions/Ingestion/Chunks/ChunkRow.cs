using Azure.Data.Tables;
using Serverless.Ingestion.Index;
using Serverless.Storage;

namespace Serverless.Ingestion.Chunks;

/// <summary>A chunk as a row of its table: the header in columns that a filter can read, then the payload.</summary>
public static class ChunkRow
{
    private const string Batch = nameof(ChunkHeader.Batch);
    private const string Count = nameof(ChunkHeader.Count);
    private const string Min = nameof(ChunkHeader.Min);
    private const string Max = nameof(ChunkHeader.Max);
    private const string Parts = nameof(ChunkHeader.Parts);
    private const string TermFilter = nameof(ChunkHeader.Filter);
    private const string Minutes = nameof(ChunkHeader.Minutes);
    private const string Compacted = "Compacted";

    /// <summary>Writes a chunk as a row.</summary>
    public static TableEntity Write(ChunkSchema schema, Chunk chunk)
    {
        var header = chunk.Header;
        var row = new TableEntity(header.Partition, ChunkKey.Of(header))
        {
            [Batch] = header.Batch,
            [Count] = header.Count,
            [Min] = header.Min,
            [Max] = header.Max,
            [Parts] = header.Parts,
            [Compacted] = chunk.IsCompacted,
        };
        for (var kind = 0; kind < schema.Kinds.Count; kind++)
        {
            row[schema.Kinds[kind]] = header.Kinds[kind];
        }

        for (var label = 0; label < schema.Labels.Count; label++)
        {
            row[schema.Labels[label]] = header.Labels[label];
        }

        if (!header.Filter.IsEmpty)
        {
            row[TermFilter] = header.Filter.ToArray();
        }

        if (!header.Minutes.IsEmpty)
        {
            row[Minutes] = header.Minutes.ToArray();
        }

        PayloadColumns.Write(row, chunk.Payload);
        return row;
    }

    /// <summary>Reads a row. Without its payload columns, the payload is empty.</summary>
    public static Chunk Read(ChunkSchema schema, TableEntity row)
    {
        var header = new ChunkHeader
        {
            Partition = row.PartitionKey,
            Batch = row.GetString(Batch)!,
            Count = row.GetInt32(Count)!.Value,
            Min = row.GetInt64(Min)!.Value,
            Max = row.GetInt64(Max)!.Value,
            Parts = row.GetInt32(Parts)!.Value,
            Kinds = [.. schema.Kinds.Select(kind => row.GetInt32(kind)!.Value)],
            Labels = [.. schema.Labels.Select(label => row.GetString(label)!)],
            Filter = row.GetBinary(TermFilter),
            Minutes = row.GetBinary(Minutes),
        };
        return new Chunk(header, PayloadColumns.Read(row)) { StoredAt = row.Timestamp, IsCompacted = row.GetBoolean(Compacted) is true };
    }

    /// <summary>Reads a row of which no more than the first column of the payload was asked for: it is closed if there may be others.</summary>
    public static Chunk ReadBeginning(ChunkSchema schema, TableEntity row)
    {
        var chunk = Read(schema, row);
        return PayloadColumns.IsFirstFull(row) || (chunk.Payload.IsEmpty && chunk.Header.Parts == 0) ? chunk with { Payload = default, IsClosed = true } : chunk;
    }

    /// <summary>The columns that answer a query without the payload, which stays where it is.</summary>
    public static IReadOnlyList<string> HeaderColumns(ChunkSchema schema, ChunkQuery query) =>
    [
        .. Header(schema),
        .. query.Terms is TermQuestion.Unknown ? (string[])[] : [TermFilter],
        .. query.WithMinutes ? [Minutes] : (string[])[],
    ];

    /// <summary>The columns of the header and of the beginning of the payload. Chunks that came through the queue have no more; a page of them stays small, whatever else there is.</summary>
    public static IReadOnlyList<string> BeginningColumns(ChunkSchema schema) => [.. Header(schema), PayloadColumns.First];

    /// <summary>The filter for chunks whose keys lie in a range.</summary>
    public static string Filter(string partition, RowKeyRange keys) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {keys.From} and RowKey lt {keys.To}");

    /// <summary>The filter for chunks of batches that came in before a time.</summary>
    public static string Filter(string partition, RowKeyRange keys, DateTimeOffset receivedBefore) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {partition} and RowKey ge {keys.From} and RowKey lt {keys.To} and Batch lt {BatchId.Before(receivedBefore)}");

    /// <summary>The filter that leaves out every chunk whose header proves that it holds nothing of what is asked.</summary>
    public static string Filter(ChunkSchema schema, ChunkQuery query, RowKeyRange keys)
    {
        var conditions = new List<string>
        {
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {query.Partition} and RowKey ge {keys.From} and RowKey lt {keys.To} and Min le {query.Range.To}"),
        };
        if (query.Kinds.Count > 0 && query.Kinds.Count < schema.Kinds.Count)
        {
            conditions.Add($"({string.Join(" or ", query.Kinds.Select(kind => $"{schema.Kinds[kind]} gt 0"))})");
        }

        foreach (var (label, value) in query.Labels)
        {
            var (uniform, mixed) = (Literal(Label.Uniform(value)), Literal(Label.Mixed));
            conditions.Add($"({schema.Labels[label]} eq {uniform} or {schema.Labels[label]} eq {mixed})");
        }

        if (query.StoredSince is { } since)
        {
            conditions.Add(TableClient.CreateQueryFilter($"Timestamp ge {since}"));
        }

        return string.Join(" and ", conditions);
    }

    private static string[] Header(ChunkSchema schema) =>
        ["PartitionKey", "RowKey", "Timestamp", Batch, Count, Min, Max, Parts, Compacted, .. schema.Kinds, .. schema.Labels];

    private static string Literal(string text) => TableClient.CreateQueryFilter($"{text}");
}
