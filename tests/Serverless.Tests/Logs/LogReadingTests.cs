using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>Which entries <c>GET /v1/logs</c> brings back, and in which order.</summary>
[Trait("Category", "Contract")]
public sealed class LogReadingTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string SeveralHours = "?start=2026-01-26T00:00:00Z&end=2026-01-27T00:00:00Z";

    [Fact]
    public async Task An_entry_comes_back_as_it_was_sent()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var sent = await logs.PostAsync(
            """
            {"logs":[{"level":"warn","message":"Größe \"42\"","timestamp":"2026-01-26T15:30:00.123456789+01:00","metadata":{"b":1.50,"a":{"x":[1,2]}},
            "error":{"type":"E","stack_trace":["one","two"]},"project_id":"p","trace_id":"t","span_id":"s","parent_span_id":"r","environment":"e","privacy_mode":true}]}
            """);
        await logs.WaitForAsync(1);

        Assert.Equal(
            """{"logs":[{"timestamp":"2026-01-26T14:30:00.123456789Z","level":"warn","message":"Größe \"42\"","environment":"e","project_id":"p","trace_id":"t","""
            + """
            "span_id":"s","parent_span_id":"r","privacy_mode":true,"metadata":{"b":1.50,"a":{"x":[1,2]}},"error":{"type":"E","stack_trace":["one","two"]}}],"next_cursor":null}
            """,
            await logs.BodyAsync(LogReads.Always));
    }

    [Fact]
    public async Task Nothing_found_is_an_empty_page() =>
        Assert.Equal("""{"logs":[],"next_cursor":null}""", await (await LogClient.CreateAsync(fixture.Host)).BodyAsync(""));

    [Fact]
    public async Task The_newest_entry_comes_first_whatever_the_order_of_batches_and_of_entries_within_them()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync(
            [At("12:00"), At("12:20"), At("12:10")],
            [At("12:15"), At("12:05")],     // overlaps the first
            [At("09:00"), At("15:00")],     // spans more than two hours around all others
            [At("14:00")],
            [At("10:00"), At("12:12")],     // again more than two hours
            [At("11:00"), At("13:00")]);    // two hours exactly

        Assert.Equal(
            ["15:00", "14:00", "13:00", "12:20", "12:15", "12:12", "12:10", "12:05", "12:00", "11:00", "10:00", "09:00"],
            await logs.MessagesAsync(SeveralHours));
    }

    [Fact]
    public async Task Entries_of_one_time_come_in_the_reverse_order_of_their_sending()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([Simple("1"), Simple("2")]);
        await logs.StoreAsync([Simple("3"), Simple("4")]);

        Assert.Equal(["4", "3", "2", "1"], await logs.MessagesAsync(LogReads.Always));
    }

    [Fact]
    public async Task Without_a_range_the_last_hour_is_meant_and_whatever_is_later()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var now = DateTimeOffset.UtcNow;
        await logs.StoreAsync(
        [
            Simple("too old", now.AddMinutes(-61).Iso()), Simple("old", now.AddMinutes(-59).Iso()),
            Simple("now", now.Iso()), Simple("ahead", now.AddDays(400).Iso()),
        ]);

        Assert.Equal(["ahead", "now", "old"], await logs.MessagesAsync(""));
    }

    [Theory]
    [InlineData("start=2026-01-26T12:00:00Z&end=2026-01-26T12:20:00Z", "12:20", "12:15", "12:00")]
    [InlineData("start=2026-01-26T12:00:00.0000001Z&end=2026-01-26T12:19:59.999999999Z", "12:15")]
    [InlineData("start=2026-01-26T13:15:00%2B01:00&end=2026-01-26T07:20:00-0500", "12:20", "12:15")]
    [InlineData("start=2026-01-26T13:15:00+01:00&end=2026-01-26T13:15:00+01:00", "12:15")] // the plus sign not escaped
    [InlineData("start=2026-01-26T12:16:00", "15:00", "12:20")] // no offset is UTC
    [InlineData("end=2026-01-26T12:20:00Z", "12:20", "12:15", "12:00")] // an hour before the end
    [InlineData("end=2026-01-26T13:14:59Z", "12:20", "12:15")]
    [InlineData("start=2026-01-26T15:00:00.001Z")]
    [InlineData("start=9999-12-31T23:59:59.9999999Z")]
    [InlineData("end=0001-01-01T00:00:00Z")]
    public async Task Both_ends_of_a_range_are_part_of_it(string range, params string[] expected)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([At("12:15"), At("12:00")], [At("12:20")], [At("11:00"), At("15:00")]);

        Assert.Equal(expected, await logs.MessagesAsync("?" + range));
    }

    [Fact]
    public async Task A_page_has_100_entries_unless_the_limit_says_otherwise()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync(Typical(1000), Typical(1));

        Assert.Equal(100, (await logs.ReadAsync()).Entries().Count());
        Assert.Single((await logs.ReadAsync(LogReads.Always + "&limit=1")).Entries());
        Assert.Equal(1000, (await logs.ReadAsync(LogReads.Always + "&limit=1000")).Entries().Count());
    }

    [Fact]
    public async Task Nobody_sees_the_entries_of_another_organization()
    {
        var (mine, yours) = (await LogClient.CreateAsync(fixture.Host), await LogClient.CreateAsync(fixture.Host));
        await mine.StoreAsync([Simple("mine")]);
        await yours.StoreAsync([Simple("yours 1"), Simple("yours 2")]);
        var theirPage = await yours.ReadAsync(LogReads.Always + "&limit=1");

        Assert.Equal(["mine"], await mine.MessagesAsync(LogReads.Always));
        Assert.Equal(["yours 2", "yours 1"], await yours.MessagesAsync(LogReads.Always));

        // Nor does their cursor lead there.
        var followed = await mine.ReadAsync($"{LogReads.Always}&cursor={theirPage.NextCursor()}");
        Assert.DoesNotContain(followed.Messages(), message => message.StartsWith("yours", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/stats")]
    [InlineData("/tail")]
    public async Task Without_a_valid_key_nothing_is_told(string path)
    {
        using var without = await fixture.Host.Client.GetAsync("/v1/logs" + path);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/logs{path}?limit=nonsense");
        request.Headers.Add("x-api-key", "ll_000000000000000000000000000000000000000000000000");
        using var wrong = await fixture.Host.Client.SendAsync(request);

        foreach (var response in new[] { without, wrong })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal(
                new JsonObject
                {
                    ["error"] = "Invalid or missing API key",
                    ["code"] = "INVALID_API_KEY",
                    ["requestId"] = response.Headers.GetValues("X-Request-Id").Single(),
                }.ToJsonString(),
                await response.Content.ReadAsStringAsync());
        }
    }

    private static JsonObject At(string time) => Simple(time, $"2026-01-26T{time}:00Z");
}
