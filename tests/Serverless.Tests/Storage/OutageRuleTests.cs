using Azure;
using Azure.Identity;
using Serverless.Storage;

namespace Serverless.Tests.Storage;

/// <summary>What counts as an outage, and how long a message waits for its end.</summary>
[Trait("Category", "Fast")]
public sealed class OutageRuleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void Whoever_cannot_be_reached_or_refuses_everybody_is_away(int status) =>
        Assert.True(StorageRetry.IsOutage(new AggregateException(new RequestFailedException(status, "refused"))));

    [Theory]
    [InlineData(400, "InvalidInput")]
    [InlineData(404, "ResourceNotFound")]
    [InlineData(409, "EntityAlreadyExists")]
    [InlineData(412, "UpdateConditionNotSatisfied")]
    [InlineData(413, "RequestBodyTooLarge")]
    public void What_is_refused_for_its_own_sake_is_no_outage(int status, string code) =>
        Assert.False(StorageRetry.IsOutage(new RequestFailedException(status, "refused", code, innerException: null)));

    [Theory]
    [InlineData(404, "TableNotFound")]
    [InlineData(409, "TableBeingDeleted")]
    [InlineData(404, "QueueNotFound")]
    public void A_table_that_is_not_there_yet_is_an_outage(int status, string code) =>
        Assert.True(StorageRetry.IsOutage(new RequestFailedException(status, "refused", code, innerException: null)));

    [Fact]
    public void Silence_is_an_outage_and_a_message_that_makes_no_sense_is_none()
    {
        Assert.All<Exception>(
            [new OperationCanceledException(), new TimeoutException(), new IOException(), new HttpRequestException(), new AuthenticationFailedException("no token")],
            failure => Assert.True(StorageRetry.IsOutage(failure)));
        Assert.All<Exception>(
            [new FormatException(), new InvalidOperationException(), new AggregateException(new FormatException())],
            failure => Assert.False(StorageRetry.IsOutage(failure)));
    }

    [Fact]
    public void Pauses_double_from_five_seconds_to_five_minutes()
    {
        var late = TimeSpan.Zero;
        var pauses = new List<double>();
        while (pauses.Count < 9)
        {
            var pause = OutagePause.After(late, random: 0);
            pauses.Add(pause.TotalSeconds);
            late += pause;
        }

        Assert.Equal([5, 5, 10, 20, 40, 80, 160, 300, 300], pauses);
    }

    [Theory]
    [InlineData(-3600, 5)]
    [InlineData(0, 5)]
    [InlineData(100, 100)]
    [InlineData(1_000_000, 300)]
    public void Chance_adds_a_quarter_at_the_most(int late, int shortest)
    {
        Assert.Equal(shortest, OutagePause.After(TimeSpan.FromSeconds(late), random: 0).TotalSeconds);
        Assert.Equal(Math.Floor(shortest * 1.25), OutagePause.After(TimeSpan.FromSeconds(late), random: 1).TotalSeconds);
    }
}
