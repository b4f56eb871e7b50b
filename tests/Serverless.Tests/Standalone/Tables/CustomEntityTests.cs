using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class CustomEntityTests(AccountFixture account) : TableTest(account)
{
    [Fact]
    public async Task A_class_of_rows_round_trips()
    {
        var sample = new Sample
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "text",
            Number = 1,
            Large = long.MaxValue,
            Fraction = 0.25,
            Truth = true,
            Id = Guid.Parse("9f1c0a3e-1d1b-4b1c-8f3e-5d2b7a9c0e11"),
            At = DateTimeOffset.UnixEpoch,
            Utc = DateTime.UnixEpoch,
            Bytes = [1, 2],
            Data = BinaryData.FromBytes(new byte[] { 3 }),
            Day = DayOfWeek.Friday,
            Renamed = "renamed",
            Ignored = "ignored",
        };
        var added = await Table.AddEntityAsync(sample);

        var read = (await Table.GetEntityAsync<Sample>("p", "r")).Value;

        Assert.Equal(added.Headers.ETag, read.ETag);
        Assert.NotNull(read.Timestamp);
        Assert.Null(read.Ignored);
        Assert.Null(read.Missing);
        Assert.Equal([3], read.Data!.ToArray());
        Assert.Equal(sample.Bytes, read.Bytes);
        Assert.Equal(
            (sample.Text, sample.Number, sample.Large, sample.Fraction, sample.Truth, sample.Id, sample.At, sample.Utc, sample.Day, sample.Renamed),
            (read.Text, read.Number, read.Large, read.Fraction, read.Truth, read.Id, read.At, read.Utc, read.Day, read.Renamed));
    }

    [Fact]
    public async Task Its_properties_are_stored_under_their_names()
    {
        await Table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, new Sample { PartitionKey = "p", RowKey = "r", Renamed = "x", Ignored = "y", Day = DayOfWeek.Monday })]);

        var row = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(("x", "Monday", "r!"), (row.GetString("other"), row.GetString("Day"), row.GetString("Computed")));
        Assert.False(row.ContainsKey("Renamed"));
        Assert.False(row.ContainsKey("Ignored"));
        Assert.False(row.ContainsKey("ETag"));
    }

    [Fact]
    public async Task A_query_reads_rows_into_the_class_and_passes_over_what_it_lacks()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Number"] = 5, ["Large"] = 6, ["Fraction"] = 7, ["Unknown"] = "x" });

        var read = await Table.QueryAsync<Sample>("Number eq 5").SingleAsync();

        Assert.Equal(("p", "r", 5, 6L, 7.0), (read.PartitionKey, read.RowKey, read.Number, read.Large, read.Fraction));
    }

    private sealed class Sample : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string? Text { get; set; }

        public int Number { get; set; }

        public long? Large { get; set; }

        public double Fraction { get; set; }

        public bool? Truth { get; set; }

        public Guid Id { get; set; }

        public DateTimeOffset At { get; set; } = DateTimeOffset.UnixEpoch;

        public DateTime Utc { get; set; } = DateTime.UnixEpoch;

        public byte[]? Bytes { get; set; }

        public BinaryData? Data { get; set; }

        public DayOfWeek? Day { get; set; }

        public int? Missing { get; set; }

        [DataMember(Name = "other")]
        public string? Renamed { get; set; }

        [IgnoreDataMember]
        public string? Ignored { get; set; }

        public string Computed => $"{RowKey}!";
    }
}
