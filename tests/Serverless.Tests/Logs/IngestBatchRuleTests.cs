using System.Net;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>The rules for a batch as a whole, and what becomes of the good entries when some are bad.</summary>
[Trait("Category", "Contract")]
public sealed class IngestBatchRuleTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Good = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";
    private const string LevelRule = "\"level\" must be one of: debug, info, warn, error, fatal, panic";
    private static readonly string[] RequiredFields = ["timestamp", "level", "message"];

    [Fact]
    public async Task Good_entries_are_accepted_and_bad_ones_named()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        const string First = """{"timestamp":"2026-01-26T14:30:02Z","level":"info","message":"first"}""";
        const string Last = """{ "timestamp":"2026-01-26T14:30:01Z","level":"warn","message":"last"}""";

        using var response = await logs.PostAsync(
            $$"""{"logs":[{"level":"info"},{{First}},5,{"timestamp":"2026-01-26T14:30:00Z","level":"loud","message":"Hello"},{{Last}}]}""");

        await response.ExpectPartlyAcceptedAsync(
            2,
            First.Length + Last.Length,
            3,
            new(0, "timestamp", "missing", "\"timestamp\" is required"),
            new(0, "message", "missing", "\"message\" is required"),
            new(2, null, "invalid_type", "An entry must be an object"),
            new(3, "level", "invalid_option", LevelRule));
        Assert.Equal([First, Last.Remove(1, 1)], await logs.ReadStoredAsync(2));
    }

    [Fact]
    public async Task Bad_entries_leave_nothing_of_themselves_among_the_good_ones()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync(
            $$"""{"logs":[{"timestamp":"2026-01-26T14:30:00Z","level":"x","message":"bad","environment":"e","metadata":{"a":1} },{{Good}}]}""");

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal([Good], await logs.ReadStoredAsync(1));
    }

    [Fact]
    public async Task At_most_100_problems_are_listed_while_all_entries_are_counted()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync($$"""{"logs":[{{string.Concat(Enumerable.Repeat("{},", 200))}}{{Good}}]}""");

        await response.ExpectPartlyAcceptedAsync(1, Good.Length, 200, [.. Enumerable.Range(0, 34).SelectMany(MissingFields).Take(100)]);
    }

    [Fact]
    public async Task When_nothing_is_acceptable_at_most_100_problems_are_listed()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync($$"""{"logs":[{{string.Join(',', Enumerable.Repeat("{}", 50))}}]}""");

        await response.ExpectNothingValidAsync([.. Enumerable.Range(0, 34).SelectMany(MissingFields).Take(100)]);
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_batch_may_hold_1000_entries()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var entries = LogEntries.Typical(1000);

        await logs.AcceptAsync(entries);

        Assert.Equal(entries.Reverse().Select(entry => entry.ToJsonString()), await logs.ReadStoredAsync(1000));
    }

    [Fact]
    public async Task A_batch_of_1001_entries_is_refused_whole()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync($$"""{"logs":[{{string.Join(',', Enumerable.Repeat(Good, 1001))}}]}""");

        await response.ExpectInvalidAsync("logs", "too_many", "\"logs\" must hold at most 1000 entries");
        await logs.ExpectNothingStoredAsync();
    }

    [Theory]
    [InlineData("{\"logs\":[]}", "logs", "too_few", "\"logs\" must hold at least one entry")]
    [InlineData("{}", "logs", "missing", "\"logs\" is required")]
    [InlineData("{\"Logs\":[{}],\"entries\":{\"logs\":[{}]}}", "logs", "missing", "\"logs\" is required")]
    [InlineData("{\"logs\":null}", "logs", "invalid_type", "\"logs\" must be an array of entries")]
    [InlineData("{\"logs\":{}}", "logs", "invalid_type", "\"logs\" must be an array of entries")]
    [InlineData("{\"logs\":\"[]\"}", "logs", "invalid_type", "\"logs\" must be an array of entries")]
    [InlineData("{\"logs\":7}", "logs", "invalid_type", "\"logs\" must be an array of entries")]
    [InlineData("{\"logs\":[" + Good + "],\"logs\":[]}", "logs", "too_few", "\"logs\" must hold at least one entry")]
    [InlineData("{\"logs\":[" + Good + "],\"api_key\":5}", "api_key", "invalid_type", "\"api_key\" must be a string")]
    [InlineData("[]", null, "invalid_type", "The body must be an object with \"logs\", an array of entries")]
    [InlineData("[" + Good + "]", null, "invalid_type", "The body must be an object with \"logs\", an array of entries")]
    [InlineData("null", null, "invalid_type", "The body must be an object with \"logs\", an array of entries")]
    [InlineData("\"logs\"", null, "invalid_type", "The body must be an object with \"logs\", an array of entries")]
    [InlineData("5", null, "invalid_type", "The body must be an object with \"logs\", an array of entries")]
    public async Task A_body_that_is_no_batch_is_refused(string body, string? field, string code, string message)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync(body);

        await response.ExpectInvalidAsync(field, code, message);
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_broken_batch_names_the_problems_of_its_entries_too()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync($$"""{"logs":[{{Good}},{}],"api_key":false}""");

        await response.ExpectErrorAsync(
            HttpStatusCode.BadRequest,
            "VALIDATION_ERROR",
            "\"api_key\" must be a string",
            [new(null, "api_key", "invalid_type", "\"api_key\" must be a string"), .. MissingFields(1)]);
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_batch_of_one_organization_is_not_seen_by_another()
    {
        var (logs, other) = (await LogClient.CreateAsync(fixture.Host), await LogClient.CreateAsync(fixture.Host));

        await logs.AcceptAsync(JsonNode.Parse(Good)!);

        await logs.WaitForAsync(1);
        await other.ExpectNothingStoredAsync();
    }

    private static IEnumerable<ErrorDetail> MissingFields(int index) =>
        RequiredFields.Select(field => new ErrorDetail(index, field, "missing", $"\"{field}\" is required"));
}
