using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Ingestion.Chunks;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>Chunks made up for tests.</summary>
internal static class Chunks
{
    /// <summary>A schema of three kinds and two labels.</summary>
    public static ChunkSchema Schema { get; } = new("table", "queue", ["one", "two", "three"], ["first", "second"])
    {
        ReadIdentity = static _ => default,
        ReadReceipt = static _ => default,
        ReadTerms = static (_, _) => { },
    };

    /// <summary>Labels: a few values, no value, or several.</summary>
    public static Gen<string> Label { get; } = Gen.Elements("=", "=a", "=b", "=*", "*");

    /// <summary>Headers of chunks of one partition, their times within a day.</summary>
    public static Gen<ChunkHeader> Header { get; } =
        from min in Gen.Choose(0, 86_400)
        from span in Gen.Frequency((3, Gen.Choose(0, 600)), (1, Gen.Choose(0, 86_400)))
        from kinds in Gen.Choose(0, 1000).ArrayOf(3)
        from labels in Label.ArrayOf(2)
        from batch in Gen.Choose(0, int.MaxValue)
        select new ChunkHeader
        {
            Partition = "partition",
            Batch = batch.ToString("x32", CultureInfo.InvariantCulture),
            Count = kinds.Sum() + 1,
            Min = min * TimeSpan.TicksPerSecond,
            Max = (min + span) * TimeSpan.TicksPerSecond,
            Kinds = kinds,
            Labels = labels,
        };

    /// <summary>A header, for tests that do not mind which.</summary>
    public static ChunkHeader AnyHeader { get; } = Header.Sample(1, new Rnd(1, 1), 1).Single();

    /// <summary>Headers, some with a small payload, some with a large one, some with staged parts instead.</summary>
    public static Gen<Chunk> Chunk { get; } =
        from header in Header
        from size in Gen.Frequency((6, Gen.Choose(1, 4_000)), (2, Gen.Choose(20_000, 48_000)), (1, Gen.Constant(0)))
        from fill in Gen.Choose(0, 255)
        from isRepeatable in Gen.Elements(false, true)
        select size == 0
            ? new Chunk(header with { Parts = 2 }, ReadOnlyMemory<byte>.Empty)
            : new Chunk(header, Enumerable.Repeat((byte)fill, size).ToArray()) { IsRepeatable = isRepeatable };
}
