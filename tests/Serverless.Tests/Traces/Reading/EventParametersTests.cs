using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tests.Ingestion;
using Serverless.Times;
using Serverless.Traces.Reading;

namespace Serverless.Tests.Traces.Reading;

/// <summary>The query string of a request for data.</summary>
[Trait("Category", "Fast")]
public sealed class EventParametersTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly string TooLong = new('x', 1025);

    public static TheoryData<string, string> Problems { get; } = new()
    {
        { "?start=yesterday", "\"start\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z" },
        { "?end=2026-02-30T00:00:00Z", "\"end\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z" },
        { "?start=", "\"start\" must have 1 to 1024 characters" },
        { "?start=2026-01-26T14:30:00.001Z&end=2026-01-26T14:30:00Z", "\"start\" must not be after \"end\"" },
        { "?start=2026-01-26T14:30:00Z&start=2026-01-26T14:30:00Z", "\"start\" must be given once" },
        { "?limit=0", "\"limit\" must be a whole number from 1 to 200" },
        { "?limit=201", "\"limit\" must be a whole number from 1 to 200" },
        { "?limit=-1", "\"limit\" must be a whole number from 1 to 200" },
        { "?limit=5.0", "\"limit\" must be a whole number from 1 to 200" },
        { "?limit=99999999999", "\"limit\" must be a whole number from 1 to 200" },
        { "?limit=", "\"limit\" must have 1 to 1024 characters" },
        { "?limit=5&limit=5", "\"limit\" must be given once" },
        { "?status=ok", "\"status\" must be one of: success, error, timeout, rate_limited, cancelled" },
        { "?status=Error", "\"status\" must be one of: success, error, timeout, rate_limited, cancelled" },
        { "?status=error&status=timeout", "\"status\" must be given once" },
        { "?model=", "\"model\" must have 1 to 1024 characters" },
        { $"?environment={TooLong}", "\"environment\" must have 1 to 1024 characters" },
        { "?userId=a&userId=b", "\"userId\" must be given once" },
        { "?cursor=", "\"cursor\" must have 1 to 1024 characters" },
        { $"?cursor={TooLong}", "\"cursor\" must have 1 to 1024 characters" },

        // Of several problems, the first.
        { "?limit=0&status=ok&start=x", "\"start\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void What_is_wrong_is_said_in_one_sentence(string query, string message)
    {
        var error = Assert.Throws<ApiException>(() => ReadAll(query)).Error;
        Assert.Equal((400, message), (error.Status, error.Details[0].Message));
    }

    [Fact]
    public void Nothing_has_to_be_given_and_what_is_not_known_is_ignored() =>
        Assert.Equal(
            new(0, DateTime.MaxValue.Ticks, 50, null, null, null, null, null),
            ReadAll("?projectId=a&projectId=b&page=2&sort=&Order=desc"));

    [Fact]
    public void Everything_can_be_given()
    {
        var query = "?start=2026-01-26T14:30:00Z&end=2026-01-26T15:30:00.5Z&limit=200&status=rate_limited&model=gpt-4o%20mini"
            + $"&environment=Production&userId=a%26b&cursor={TooLong[1..]}";
        Assert.Equal(
            new(Ticks("2026-01-26T14:30:00Z"), Ticks("2026-01-26T15:30:00.5Z"), 200, 3, "gpt-4o mini", "Production", "a&b", TooLong[1..]),
            ReadAll(query));
    }

    [Theory]
    [InlineData("", "2026-11-20T12:00:00Z", null)]
    [InlineData("?start=2026-11-21T11:00:00Z", "2026-11-21T11:00:00Z", null)]
    [InlineData("?end=2026-01-26T14:30:00Z", "2026-01-25T14:30:00Z", "2026-01-26T14:30:00Z")]
    [InlineData("?end=0001-01-01T01:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z")]
    [InlineData("?start=2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", null)]
    [InlineData("?start=2026-01-26T14:30:00Z&end=2026-01-26T14:30:00Z", "2026-01-26T14:30:00Z", "2026-01-26T14:30:00Z")]
    [InlineData("?start=2026-01-26T14:30:00%2B02:00", "2026-01-26T12:30:00Z", null)]
    [InlineData("?start=2026-01-26T14:30:00+02:00", "2026-01-26T12:30:00Z", null)]
    public void A_range_that_is_not_whole_is_completed(string query, string from, string? to) =>
        Assert.Equal(new TimeRange(Ticks(from), to is null ? DateTime.MaxValue.Ticks : Ticks(to)), EventParameters.ReadRange(Query(query), Now, Day));

    [Fact]
    public void A_range_may_be_all_there_is() =>
        Assert.Equal(new TimeRange(0, DateTime.MaxValue.Ticks), EventParameters.ReadRange(Query(""), Now, TimeSpan.MaxValue));

    [Fact]
    public void Whatever_comes_is_either_read_or_refused_with_a_400() => Always.Holds(
        from name in Gen.Elements("start", "end", "limit", "status", "model", "environment", "userId", "cursor")
        from value in ArbMap.Default.GeneratorFor<string?>()
        select (Name: name, Value: value),
        static parameter =>
        {
            try
            {
                var read = ReadAll($"?{parameter.Name}={Uri.EscapeDataString(parameter.Value ?? "")}");
                Assert.True(read.From <= read.To && read.Limit is >= 1 and <= 200);
            }
            catch (ApiException refused)
            {
                Assert.Equal(400, refused.Error.Status);
            }
        });

    private static RequestReader Query(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new(query);
        return EventParameters.Open(context.Request);
    }

    private static AllParameters ReadAll(string query)
    {
        var reader = Query(query);
        var filter = EventParameters.ReadFilter(reader, Now);
        var (cursor, limit) = (reader.Read(EventParameters.Cursor), reader.Number(EventParameters.Limit));
        reader.Problems.Conclude();
        return new(filter.Range.From, filter.Range.To, limit, filter.Status, filter.Model, filter.Environment, filter.UserId, cursor);
    }

    private static long Ticks(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).UtcTicks;

    private sealed record AllParameters(
        long From, long To, int Limit, int? Status, string? Model, string? Environment, string? UserId, string? Cursor);
}
