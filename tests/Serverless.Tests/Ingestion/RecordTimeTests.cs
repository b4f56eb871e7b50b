using Serverless.Ingestion.Records;

namespace Serverless.Tests.Ingestion;

/// <summary>Which time of a record counts.</summary>
[Trait("Category", "Fast")]
public sealed class RecordTimeTests
{
    private static readonly DateTimeOffset Received = new(2026, 11, 21, 12, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("2026-11-21T12:00:00.123Z")]
    [InlineData("2026-11-22T12:00:00.1230000Z")]
    public void A_time_counts_up_to_24_hours_ahead(string time) => Assert.Equal(DateTimeOffset.Parse(time, null).UtcTicks, Of(time));

    [Theory]
    [InlineData("2026-11-22T12:00:00.1230001Z")]
    [InlineData("2099-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public void Beyond_that_the_receipt_counts(string time) => Assert.Equal(Received.UtcTicks, Of(time));

    private static long Of(string time) => RecordTime.Of(DateTimeOffset.Parse(time, null).UtcTicks, Received.ToUnixTimeMilliseconds());
}
