using Azure;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class TableEntityTests
{
    [Fact]
    public void Keys_etag_and_timestamp_are_properties_too()
    {
        var time = DateTimeOffset.UnixEpoch;
        var entity = new TableEntity("p", "r") { ETag = new ETag("W/\"x\""), Timestamp = time };

        Assert.Equal("p", entity["PartitionKey"]);
        Assert.Equal("r", entity["RowKey"]);
        Assert.Equal("W/\"x\"", entity["odata.etag"]);
        Assert.Equal(time, entity["Timestamp"]);
        Assert.Equal(4, entity.Count);
    }

    [Fact]
    public void A_property_that_is_not_there_reads_as_null()
    {
        var entity = new TableEntity();

        Assert.Null(entity["X"]);
        Assert.Null(entity.GetString("X"));
        Assert.Null(entity.GetInt32("X"));
        Assert.Null(entity.GetInt64("X"));
        Assert.Null(entity.GetDouble("X"));
        Assert.Null(entity.GetBoolean("X"));
        Assert.Null(entity.GetGuid("X"));
        Assert.Null(entity.GetDateTime("X"));
        Assert.Null(entity.GetDateTimeOffset("X"));
        Assert.Null(entity.GetBinary("X"));
        Assert.Null(entity.GetBinaryData("X"));
        Assert.Null(entity.PartitionKey);
        Assert.Null(entity.Timestamp);
        Assert.False(entity.TryGetValue("X", out _));
    }

    [Fact]
    public void A_property_reads_only_as_its_type()
    {
        var entity = new TableEntity { ["Text"] = "5", ["Int"] = 5 };

        Assert.Throws<InvalidOperationException>(() => entity.GetInt32("Text"));
        Assert.Throws<InvalidOperationException>(() => entity.GetString("Int"));
        Assert.Throws<InvalidOperationException>(() => entity.GetInt64("Int"));
        Assert.Throws<InvalidOperationException>(() => entity.GetBinaryData("Int"));
    }

    [Fact]
    public void Times_read_as_either_type()
    {
        var time = new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var entity = new TableEntity { ["Offset"] = time, ["Utc"] = time.UtcDateTime };

        Assert.Equal(time.UtcDateTime, entity.GetDateTime("Offset"));
        Assert.Equal(time, entity.GetDateTimeOffset("Utc"));
    }

    [Fact]
    public void An_int_set_over_a_long_or_a_double_takes_their_type()
    {
        var entity = new TableEntity { ["Long"] = 1L, ["Double"] = 1.0, ["Int"] = 1 };

        entity["Long"] = 2;
        entity["Double"] = 2;
        entity["Int"] = 2L;

        Assert.Equal((2L, 2.0, 2L), (entity["Long"], entity["Double"], entity["Int"]));
    }

    [Fact]
    public void It_is_a_dictionary()
    {
        var entity = new TableEntity(new Dictionary<string, object?> { ["A"] = 1 });
        entity.Add("B", 2);
        entity.Add("B", 3);
        IDictionary<string, object?> dictionary = entity;

        Assert.Equal(["A", "B"], entity.Keys);
        Assert.Equal([1, 3], dictionary.Values);
        Assert.Equal([new("A", 1), new("B", 3)], entity);
        Assert.False(dictionary.IsReadOnly);
        Assert.Contains(new KeyValuePair<string, object?>("A", 1), dictionary);
        Assert.True(dictionary.Remove(new KeyValuePair<string, object?>("A", 1)));
        Assert.True(entity.Remove("B"));
        Assert.False(entity.ContainsKey("B"));
        entity.Clear();
        Assert.Empty(entity);
    }
}
