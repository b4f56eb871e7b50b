using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>What is said of a query string that is not valid.</summary>
[Trait("Category", "Contract")]
public sealed class LogQueryErrorTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Levels = "debug, info, warn, error, fatal, panic";
    private static readonly string TooLong = new('x', 1025);

    public static TheoryData<string, string, string, string> Problems { get; } = new()
    {
        { "?start=yesterday", "start", "invalid_format", "\"start\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z" },
        { "?end=2026-02-30T00:00:00Z", "end", "invalid_format", "\"end\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z" },
        { "?start=1769437800", "start", "invalid_format", "\"start\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z" },
        { "?start=", "start", "too_short", "\"start\" must have 1 to 1024 characters" },
        { "?end=2026-01-26T12:00:00Z&end=2026-01-26T13:00:00Z", "end", "repeated", "\"end\" must be given once" },
        { "?start=2026-01-26T14:30:00.001Z&end=2026-01-26T14:30:00Z", "start", "invalid_range", "\"start\" must not be after \"end\"" },
        { "?level=INFO", "level", "invalid_option", $"\"level\" must be one of: {Levels}" },
        { "?level=info&level=", "level", "invalid_option", $"\"level\" must be one of: {Levels}" },
        { "?level=info,warn", "level", "invalid_option", $"\"level\" must be one of: {Levels}" },
        { "?min_level=trace", "min_level", "invalid_option", $"\"min_level\" must be one of: {Levels}" },
        { "?min_level=info&min_level=warn", "min_level", "repeated", "\"min_level\" must be given once" },
        { "?level=info&min_level=warn", "level", "invalid_range", "\"level\" must not lie below \"min_level\"" },
        { "?environment=", "environment", "too_short", "\"environment\" must have 1 to 1024 characters" },
        { $"?project_id={TooLong}", "project_id", "too_long", "\"project_id\" must have 1 to 1024 characters" },
        { "?trace_id=a&trace_id=b", "trace_id", "repeated", "\"trace_id\" must be given once" },
        { "?q=", "q", "too_short", "\"q\" must have 1 to 1024 characters" },
        { "?metadata.a=", "metadata.a", "too_short", "\"metadata.a\" must have 1 to 1024 characters" },
        { "?metadata.a=1&metadata.a=2", "metadata.a", "repeated", "\"metadata.a\" must be given once" },
        { "?metadata.=1", "metadata", "invalid_format", "At most 10 parameters metadata.<key>=<value> may be given" },
        {
            "?" + string.Join('&', Enumerable.Range(0, 11).Select(number => $"metadata.{number}=1")),
            "metadata", "invalid_format", "At most 10 parameters metadata.<key>=<value> may be given"
        },
        { "?limit=0", "limit", "out_of_range", "\"limit\" must be a whole number from 1 to 1000" },
        { "?limit=1001", "limit", "out_of_range", "\"limit\" must be a whole number from 1 to 1000" },
        { "?limit=-1", "limit", "out_of_range", "\"limit\" must be a whole number from 1 to 1000" },
        { "?limit=1.5", "limit", "out_of_range", "\"limit\" must be a whole number from 1 to 1000" },
        { "?limit=99999999999", "limit", "out_of_range", "\"limit\" must be a whole number from 1 to 1000" },
        { "?limit=", "limit", "too_short", "\"limit\" must have 1 to 1024 characters" },
        { "?limit=5&limit=5", "limit", "repeated", "\"limit\" must be given once" },
        { "?metadata=1", "metadata", "unknown_parameter", "There is no parameter \"metadata\"" },
        { "?Level=info", "Level", "unknown_parameter", "There is no parameter \"Level\"" },
        { "?level=info&LEVEL=warn", "LEVEL", "unknown_parameter", "There is no parameter \"LEVEL\"" },
        { "?interval=1m", "interval", "unknown_parameter", "There is no parameter \"interval\"" },
        { "/stats?limit=5", "limit", "unknown_parameter", "There is no parameter \"limit\"" },
        { "/stats?interval=2m", "interval", "invalid_option", "\"interval\" must be one of: 1m, 5m, 15m, 1h, 6h, 1d" },
        { "/tail?start=2026-01-26T12:00:00Z", "start", "unknown_parameter", "There is no parameter \"start\"" },
        { "/tail?limit=5", "limit", "unknown_parameter", "There is no parameter \"limit\"" },
        { "/tail?level=loud", "level", "invalid_option", $"\"level\" must be one of: {Levels}" },
    };

    public static TheoryData<string> BrokenCursors { get; } = new()
    {
        "nonsense",
        "!",
        "a",
        LogReads.CursorOf("1|2"),
        LogReads.CursorOf("1|2|3|4"),
        LogReads.CursorOf("-1|2|id"),
        LogReads.CursorOf("1|x|id"),
        LogReads.CursorOf("99999999999999999999|2|id"),
        LogReads.CursorOf("1||id"),
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task A_parameter_that_is_not_valid_is_named_with_its_rule(string query, string field, string code, string message) =>
        await (await fixture.Host.AnyLogClientAsync()).ExpectProblemsAsync(query, (field, code, message));

    [Theory]
    [MemberData(nameof(BrokenCursors))]
    public async Task A_cursor_that_is_not_ours_is_refused(string cursor) =>
        await (await fixture.Host.AnyLogClientAsync()).ExpectProblemsAsync(
            "?cursor=" + cursor, ("cursor", "invalid_format", "\"cursor\" must be the next_cursor of an earlier answer"));

    [Fact]
    public async Task All_problems_are_named_at_once() =>
        await (await fixture.Host.AnyLogClientAsync()).ExpectProblemsAsync(
            "?colour=red&end=soon&start=&level=loud&level=quiet&min_level=high&q=&metadata.a=&limit=many&cursor=x|y",
            ("colour", "unknown_parameter", "There is no parameter \"colour\""),
            ("end", "invalid_format", "\"end\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z"),
            ("start", "too_short", "\"start\" must have 1 to 1024 characters"),
            ("min_level", "invalid_option", $"\"min_level\" must be one of: {Levels}"),
            ("level", "invalid_option", $"\"level\" must be one of: {Levels}"),
            ("level", "invalid_option", $"\"level\" must be one of: {Levels}"),
            ("q", "too_short", "\"q\" must have 1 to 1024 characters"),
            ("metadata.a", "too_short", "\"metadata.a\" must have 1 to 1024 characters"),
            ("limit", "out_of_range", "\"limit\" must be a whole number from 1 to 1000"),
            ("cursor", "invalid_format", "\"cursor\" must be the next_cursor of an earlier answer"));

    [Theory]
    [InlineData("nonsense")]
    [InlineData(".id")]
    [InlineData("1.id")] // older than any table
    [InlineData("-5.id")]
    [InlineData("9999999999999999999.id")]
    public async Task An_event_id_that_is_not_ours_is_refused(string id)
    {
        var logs = await fixture.Host.AnyLogClientAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/logs/tail");
        request.Headers.Add("x-api-key", logs.Key);
        request.Headers.Add("Last-Event-ID", id);
        using var response = await fixture.Host.Client.SendAsync(request);

        await LogReads.ExpectProblemsAsync(
            response, ("Last-Event-ID", "invalid_format", "\"Last-Event-ID\" must be the id of an earlier event"));
    }
}
