using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Storage;

namespace Serverless.Ingestion.Segments;

/// <summary>The rows of a segment: its head, the rows of its index, and the note that goes with writing and removing it.</summary>
internal static partial class SegmentRow
{
    private const string Batch = nameof(ChunkHeader.Batch);
    private const string IndexBits = nameof(Segment.IndexBits);
    private const string Terms = nameof(Segment.Terms);
    private const string Unindexed = nameof(Segment.Unindexed);
    private const string Max = nameof(ChunkHeader.Max);
    private const string Size = nameof(Segment.Size);
    private const string Minutes = nameof(ChunkHeader.Minutes);
    private const string Hour = nameof(Segment.Hour);
    private const string NotedAt = nameof(NotedAt);
    private const string Data = "Data0";
    private const int MaxColumnBytes = 64 * 1024;

    /// <summary>The columns of a head without the minutes of its records.</summary>
    private static readonly string[] HeadColumns = ["RowKey", "Timestamp", Batch, IndexBits, Terms, Unindexed, Size, .. PayloadColumns.All];

    /// <summary>The columns of a row of the index.</summary>
    public static IReadOnlyList<string> IndexColumns { get; } = ["RowKey", Data];

    /// <summary>The columns of a head.</summary>
    /// <param name="withMinutes">Whether the minutes of its records are asked for.</param>
    public static IEnumerable<string> ColumnsOfHead(bool withMinutes) => withMinutes ? [.. HeadColumns, Minutes] : HeadColumns;

    /// <summary>Writes a head.</summary>
    public static TableEntity Head(Segment segment)
    {
        var row = new TableEntity(segment.Partition, SegmentKey.Head(segment.Hour, segment.Id))
        {
            [Batch] = segment.Id,
            [IndexBits] = segment.IndexBits,
            [Terms] = segment.Terms,
            [Size] = segment.Size,
            [Max] = segment.Blocks.Max(block => block.Max),
        };
        if (segment.Unindexed != 0)
        {
            var bits = new byte[16];
            BinaryPrimitives.WriteUInt128LittleEndian(bits, segment.Unindexed);
            row[Unindexed] = bits;
        }

        if (segment.Blocks.Any(block => !block.Minutes.IsEmpty) && WriteMinutes(segment) is { Length: <= MaxColumnBytes } minutes)
        {
            row[Minutes] = minutes;
        }

        using var lines = new LineWriter();
        foreach (var block in segment.Blocks)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(new Entry(block.Count, block.Min, block.Max, block.Kinds, block.Labels), EntryJson.Default.Entry));
            lines.Write("\n"u8);
        }

        PayloadColumns.Write(row, lines.Take());
        return row;
    }

    /// <summary>Reads a head.</summary>
    public static Segment ReadHead(string partition, TableEntity row)
    {
        var (hour, id) = SegmentKey.OfHead(row.RowKey);
        ReadOnlyMemory<byte> minutes = row.GetBinary(Minutes);
        var blocks = new List<ChunkHeader>();
        using var lines = new LineReader(PayloadColumns.Read(row));
        while (lines.TryRead(out var line))
        {
            var entry = JsonSerializer.Deserialize(line, EntryJson.Default.Entry) ?? throw new FormatException("A head has a block that is null.");
            blocks.Add(new()
            {
                Partition = partition,
                Batch = id,
                Count = entry.Count,
                Min = entry.Min,
                Max = entry.Max,
                Kinds = entry.Kinds,
                Labels = entry.Labels,
                Minutes = TakeMinutes(ref minutes),
                Block = new(id, blocks.Count),
            });
        }

        return new(partition, id, hour)
        {
            Blocks = blocks,
            IndexBits = row.GetInt32(IndexBits)!.Value,
            Terms = row.GetInt32(Terms)!.Value,
            Unindexed = row.GetBinary(Unindexed) is { } bits ? BinaryPrimitives.ReadUInt128LittleEndian(bits) : 0,
            Size = row.GetInt64(Size)!.Value,
            StoredAt = row.Timestamp,
            Version = row.ETag,
        };
    }

    /// <summary>Writes a row of an index.</summary>
    public static TableEntity Index(Segment segment, IndexBucket bucket, IReadOnlyList<ulong[]> blocks) =>
        new(segment.Partition, SegmentKey.Index(bucket, segment.Hour, segment.Id)) { [Data] = SegmentIndex.Encode(bucket, blocks) };

    /// <summary>What a row of an index says; empty when it says nothing.</summary>
    public static byte[] ReadIndex(TableEntity row) => row.TryGetValue(Data, out var data) && data is byte[] bytes ? bytes : [];

    /// <summary>Writes the note of a segment that is being written, or is to be removed.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="now">The present.</param>
    public static TableEntity Note(Segment segment, DateTimeOffset now) =>
        new(segment.Partition, SegmentKey.Note(segment.Id)) { [Hour] = segment.Hour, [IndexBits] = segment.IndexBits, [NotedAt] = now };

    /// <summary>Reads a note, which says nothing of blocks.</summary>
    public static Segment ReadNote(TableEntity row) => new(row.PartitionKey, SegmentKey.OfNote(row.RowKey), row.GetInt64(Hour)!.Value)
    {
        Blocks = [],
        IndexBits = row.GetInt32(IndexBits)!.Value,
    };

    /// <summary>The filter for segments past retention, and for notes that were left behind.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="before">Until when all records of a segment have to be, by their times and by their receipt.</param>
    /// <param name="notedBefore">Until when a note has to be written.</param>
    public static string PastFilter(string partition, DateTimeOffset before, DateTimeOffset notedBefore) =>
        ChunkRow.Filter(partition, SegmentKey.HeadsUntilAndNotes(before.UtcTicks / TimeSpan.TicksPerHour))
        + TableClient.CreateQueryFilter($" and ((Max lt {before.UtcTicks} and Batch lt {BatchId.Before(before)}) or NotedAt lt {notedBefore})");

    // Block after block: how many bytes, then these.
    private static byte[] WriteMinutes(Segment segment)
    {
        var bytes = new List<byte>();
        foreach (var minutes in segment.Blocks.Select(block => block.Minutes))
        {
            bytes.AddRange([(byte)minutes.Length, (byte)(minutes.Length >> 8)]);
            bytes.AddRange(minutes.Span);
        }

        return [.. bytes];
    }

    private static ReadOnlyMemory<byte> TakeMinutes(ref ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < sizeof(ushort))
        {
            return default;
        }

        var end = sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span);
        var minutes = bytes[sizeof(ushort)..end];
        bytes = bytes[end..];
        return minutes;
    }

    private sealed record Entry(int Count, long Min, long Max, IReadOnlyList<int> Kinds, IReadOnlyList<string> Labels);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Entry))]
    private sealed partial class EntryJson : JsonSerializerContext;
}
