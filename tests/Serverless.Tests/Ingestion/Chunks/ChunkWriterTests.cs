using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Storage;

namespace Serverless.Tests.Ingestion.Chunks;

/// <summary>What is written into a chunk is what is read from it.</summary>
public sealed class ChunkWriterTests
{
    private static readonly Gen<Line> Record =
        from length in Gen.Frequency((8, Gen.Choose(0, 300)), (1, Gen.Choose(30_000, 200_000)))
        from letter in Gen.Elements('a', 'é', '大')
        from seconds in Gen.Choose(0, 100_000)
        from kind in Gen.Choose(0, 2)
        from label in Gen.Elements("", "a", "b")
        select new Line(new string(letter, length), seconds, kind, label);

    private static readonly Gen<Line[]> Records = Record.NonEmptyListOf().Select(records => records.ToArray());

    [Fact]
    public void Lines_come_out_as_they_went_in_however_parts_are_taken() => Always.Holds(
        Gen.Zip(Records, Gen.Choose(1, 20), static (records, every) => (records, every)),
        static given =>
        {
            using var writer = new ChunkWriter(Chunks.Schema, Chunks.AnyHeader.Batch);
            var payload = new MemoryStream();
            for (var index = 0; index < given.records.Length; index++)
            {
                given.records[index].AppendTo(writer);
                if ((index + 1) % given.every == 0)
                {
                    payload.Write(writer.TakePart().Span);
                }
            }

            payload.Write(writer.TakePart().Span);

            Assert.Equal(given.records.Select(record => record.Text), Read(payload.ToArray()));
        },
        count: 100);

    [Fact]
    public void The_header_says_what_the_records_are() => Always.Holds(
        Records,
        static records =>
        {
            using var writer = new ChunkWriter(Chunks.Schema, Chunks.AnyHeader.Batch);
            foreach (var record in records)
            {
                record.AppendTo(writer);
            }

            var header = writer.Header("partition");

            Assert.Equal("partition", header.Partition);
            Assert.Equal(records.Length, header.Count);
            Assert.Equal(records.Min(record => record.Seconds), header.Min);
            Assert.Equal(records.Max(record => record.Seconds), header.Max);
            Assert.Equal(Enumerable.Range(0, 3).Select(kind => records.Count(record => record.Kind == kind)), header.Kinds);
            Assert.Equal(records.Select(record => record.Label).Distinct().Count() == 1 ? $"={records[0].Label}" : "*", header.Labels[0]);
            Assert.Equal("=", header.Labels[1]);
        },
        count: 100);

    [Fact]
    public void Payloads_put_one_after_the_other_read_as_one()
    {
        var (first, second) = (Payload("one", "two"), Payload("three"));

        Assert.Equal(["one", "two", "three"], Read([.. first, .. second]));
    }

    [Fact]
    public void A_part_is_full_at_half_a_megabyte_and_always_fits_a_row()
    {
        using var writer = new ChunkWriter(Chunks.Schema, Chunks.AnyHeader.Batch);
        var random = new Random(1);
        var noise = new byte[240 * 1024];
        for (var part = 0; part < 4; part++)
        {
            while (!writer.PartIsFull)
            {
                random.NextBytes(noise);
                writer.Append(noise, 0, 0);
            }

            Assert.InRange(writer.TakePart().Length, ChunkWriter.PartBytes, PayloadColumns.MaxBytes);
            Assert.False(writer.PartIsFull);
        }
    }

    [Fact]
    public void Batches_sort_by_the_time_they_came_in()
    {
        var batches = Enumerable.Range(0, 100)
            .Select(number => BatchId.New(DateTimeOffset.UnixEpoch.AddMilliseconds(number * 7)))
            .ToList();

        Assert.Equal(batches.Order(StringComparer.Ordinal), batches);
        Assert.All(batches, batch => Assert.Matches("^[0-9a-f]{32}$", batch));
    }

    private static byte[] Payload(params string[] lines)
    {
        using var writer = new ChunkWriter(Chunks.Schema, Chunks.AnyHeader.Batch);
        foreach (var line in lines)
        {
            writer.Append(Encoding.UTF8.GetBytes(line + "\n"), 0, 0);
        }

        return writer.TakePart().ToArray();
    }

    private static List<string> Read(byte[] payload)
    {
        using var reader = new LineReader(payload);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }

    private sealed record Line(string Text, int Seconds, int Kind, string Label)
    {
        public void AppendTo(ChunkWriter writer)
        {
            writer.Append(Encoding.UTF8.GetBytes(Text + "\n"), Seconds, Kind);
            writer.Mark(0, Encoding.UTF8.GetBytes(Label));
            writer.Mark(1, default);
        }
    }
}
