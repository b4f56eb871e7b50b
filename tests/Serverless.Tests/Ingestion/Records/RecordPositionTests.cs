using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;

namespace Serverless.Tests.Ingestion.Records;

/// <summary>The order of reading, and the cursors that point into it.</summary>
public sealed class RecordPositionTests
{
    private static readonly long[] Times = [0, 1, 2, 638_000_000_000_000_000, DateTime.MaxValue.Ticks - 1, DateTime.MaxValue.Ticks];

    [Fact]
    public void Positions_have_one_order_newest_first_then_by_falling_id()
    {
        var positions = Positions(new Random(5), 60);
        foreach (var left in positions)
        {
            foreach (var right in positions)
            {
                var isBefore = left.Ticks > right.Ticks || (left.Ticks == right.Ticks && string.CompareOrdinal(left.Id, right.Id) > 0);
                Assert.Equal(isBefore, left < right);
                Assert.Equal(isBefore, right > left);
                Assert.Equal(isBefore || left == right, left <= right);
                Assert.Equal(isBefore || left == right, right >= left);
                Assert.Equal(Math.Sign(left.CompareTo(right)), -Math.Sign(right.CompareTo(left)));
            }
        }
    }

    [Fact]
    public void Every_entry_comes_after_the_place_before_its_time_and_before_the_one_of_an_older_time()
    {
        foreach (var position in Positions(new Random(6), 200))
        {
            Assert.True(RecordPosition.Before(position.Ticks) < position);
            Assert.True(RecordPosition.Before(position.Ticks - 1) > position);
            Assert.True(RecordPosition.Newest < position);
        }
    }

    [Fact]
    public void A_cursor_reads_back_as_it_was_written()
    {
        var random = new Random(7);
        foreach (var position in Positions(random, 500).Append(RecordPosition.Before(5)).Append(RecordPosition.Newest))
        {
            var cursor = new RecordCursor(position, random.NextInt64(long.MaxValue));

            Assert.True(RecordCursor.TryParse(cursor.ToString(), out var read));
            Assert.Equal(cursor, read);
            Assert.Matches("^[A-Za-z0-9_-]+$", cursor.ToString());
        }
    }

    private static List<RecordPosition> Positions(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
            new RecordPosition(Times[random.Next(Times.Length)], $"{BatchId.New(DateTimeOffset.UnixEpoch.AddDays(random.Next(2)))}-{random.Next(3):D4}")),
    ];
}
