using System.Text;
using Serverless.Ingestion.Records;

namespace Serverless.Tests.Ingestion.Records;

/// <summary>What is written comes back, however long the lines are and however often a payload is taken.</summary>
public sealed class LineWriterTests
{
    [Fact]
    public void Lines_shorter_and_longer_than_a_block_come_back_in_order()
    {
        string[] lines = ["short", new('a', 20_000), new('b', 20_000), new('c', 200_000), "last"];
        using var writer = new LineWriter();

        Write(writer, lines);

        Assert.Equal(lines, Read(writer.Take()));
    }

    [Fact]
    public void Each_payload_holds_what_was_written_since_the_one_before()
    {
        using var writer = new LineWriter();
        Write(writer, "first");
        var first = writer.Take();
        Write(writer, "second", "third");

        Assert.Equal(["second", "third"], Read(writer.Take()));
        Assert.Equal(["first"], Read(first));
    }

    [Fact]
    public void A_payload_stays_as_it_is_when_its_writer_is_gone_and_others_write()
    {
        ReadOnlyMemory<byte> payload;
        using (var writer = new LineWriter())
        {
            Write(writer, "kept");
            payload = writer.Take();
        }

        using var other = new LineWriter();
        Write(other, new string('x', 100_000));
        other.Take();

        Assert.Equal(["kept"], Read(payload));
    }

    [Fact]
    public void What_is_put_together_in_place_counts_as_far_as_it_is_said_to()
    {
        using var writer = new LineWriter();
        Write(writer, "before");
        "dropped\n"u8.CopyTo(writer.GetSpan(100));
        "kept\n??"u8.CopyTo(writer.GetSpan(100_000));
        writer.Advance("kept\n".Length);
        Write(writer, "after");

        Assert.Equal(["before", "kept", "after"], Read(writer.Finish()));
    }

    private static void Write(LineWriter writer, params IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            writer.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    private static List<string> Read(ReadOnlyMemory<byte> payload)
    {
        using var reader = new LineReader(payload);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }
}
