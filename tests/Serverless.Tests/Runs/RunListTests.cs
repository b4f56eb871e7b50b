using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs;

/// <summary><c>GET /v1/runs</c> and <c>GET /v1/account/usage</c>, of runs that are put into the table as they are wanted.</summary>
public sealed class RunListTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private ServerlessHost _host = null!;
    private LaminaClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await RunDriver.StartHostAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(new FrozenTime(Now)));
        _client = await LaminaClient.CreateAsync(_host);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_list_says_in_short_what_there_is()
    {
        var failed = await AddAsync(0, RunStatus.Failed);
        var queued = await AddAsync(1, RunStatus.Queued);

        (await _client.GetAsync("/v1/runs")).AssertIs(
            HttpStatusCode.OK,
            $$$"""{"data":[{"runId":"{{{queued}}}","workflowId":"test","status":"queued","source":"api_app","errorMessage":null,"startedAt":null,"completedAt":null,"createdAt":"2026-11-21T12:01:00.000Z"},{"runId":"{{{failed}}}","workflowId":"test","status":"failed","source":"api_app","errorMessage":"It broke","startedAt":"2026-11-21T12:00:01.000Z","completedAt":"2026-11-21T12:00:02.500Z","createdAt":"2026-11-21T12:00:00.000Z"}],"pagination":{"total":2,"limit":25,"offset":0,"nextCursor":null}}""");
    }

    [Fact]
    public async Task A_workspace_without_runs_has_an_empty_list() =>
        (await _client.GetAsync("/v1/runs?limit=3&offset=4")).AssertIs(HttpStatusCode.OK, """{"data":[],"pagination":{"total":0,"limit":3,"offset":4,"nextCursor":null}}""");

    [Fact]
    public async Task Pages_follow_one_another_and_each_tells_how_many_there_are_in_all()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 30).Select(minute => AddAsync(minute, RunStatus.Completed)));
        var newestFirst = runs.Reverse().ToArray();

        await ExpectAsync("", 30, newestFirst[..25]);
        await ExpectAsync("?limit=10", 30, newestFirst[..10]);
        await ExpectAsync("?limit=100&offset=20", 30, newestFirst[20..30]);
        await ExpectAsync("?offset=30", 30, []);
    }

    [Theory]
    [InlineData("", 7, 0)]
    [InlineData("", 7, 3)]
    [InlineData("&status=completed", 4, 0)]
    [InlineData("&appId=test&since=2026-11-21T12:05:00Z", 4, 2)]
    [InlineData("&until=2026-11-21T12:20:00Z&source=api_app", 4, 2)]
    public async Task Pages_follow_one_another_by_cursor(string filter, int limit, int offset)
    {
        for (var minute = 0; minute < 30; minute++)
        {
            await AddAsync(minute, minute % 3 == 0 ? RunStatus.Failed : RunStatus.Completed, minute % 4 == 0 ? "other" : "test");
        }

        var all = await PageAsync($"?limit=100{filter}");
        var page = await PageAsync($"?limit={limit}&offset={offset}{filter}");
        var found = page.Runs.ToList();
        while (page.Next is { } cursor)
        {
            page = await PageAsync($"?limit={limit}{filter}&cursor={cursor}");
            found.AddRange(page.Runs);
            Assert.Equal(all.Runs.Count, page.Total);
        }

        Assert.Equal(all.Runs.Skip(offset), found);
        Assert.Null(all.Next);
    }

    [Fact]
    public async Task A_page_by_cursor_does_not_shift_when_runs_come_and_go()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(minute => AddAsync(minute, RunStatus.Completed)));
        var first = await PageAsync("?limit=2");
        await AddAsync(7, RunStatus.Queued);
        await _host.Services.GetRequiredService<RunRemoval>().DeleteAsync(_client.Workspace, RunId.Parse(runs[4])!, CancellationToken.None);

        var second = await PageAsync($"?limit=2&cursor={first.Next}");

        Assert.Equal([runs[5], runs[4]], first.Runs);
        Assert.Equal([runs[3], runs[2]], second.Runs);
        Assert.Equal(6, second.Total);
    }

    [Theory]
    [InlineData("")]
    [InlineData("status=failed&appId=test")]
    public async Task Runs_are_given_out_one_a_line_to_whoever_asks_for_lines(string filter)
    {
        for (var minute = 0; minute < 30; minute++)
        {
            await AddAsync(minute, minute % 3 == 0 ? RunStatus.Failed : RunStatus.Completed, minute % 4 == 0 ? "other" : "test");
        }

        var all = await PageAsync($"?limit=100&{filter}");
        var cursor = (await PageAsync($"?limit=2&{filter}")).Next;
        var answer = await _client.GetAsync($"/v1/runs?limit=2&{filter}", ("Accept", "application/x-ndjson"));
        var rest = await _client.GetAsync($"/v1/runs?{filter}&cursor={cursor}", ("Accept", "application/x-ndjson"));

        Assert.Equal("application/x-ndjson", answer.ContentType);
        Assert.Equal(all.Runs, RunsOf(answer));
        Assert.Equal(all.Runs.Skip(2), RunsOf(rest));

        static IEnumerable<string> RunsOf(LaminaAnswer answer) =>
            answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["runId"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_cursor_and_an_offset_cannot_be_given_together()
    {
        await AddAsync(0, RunStatus.Completed);
        await AddAsync(1, RunStatus.Completed);
        var cursor = (await PageAsync("?limit=1")).Next;

        (await _client.GetAsync($"/v1/runs?offset=0&cursor={cursor}")).AssertInvalid(
            "Invalid query parameters", ("offset", "not_allowed", "\"offset\": cannot be given with \"cursor\"."));
    }

    [Theory]
    [InlineData("")]
    [InlineData("next")]
    [InlineData("ZmU1ZGZmYWUtYWI5Yi04NTY1LTkwODMtMDVhZTYzODBkYTRkPTE_")]
    [InlineData("fe5dffae-ab9b-8565-9083-05ae6380da4d")]
    public async Task What_is_no_cursor_is_refused(string cursor) =>
        (await _client.GetAsync($"/v1/runs?cursor={cursor}")).AssertInvalid(
            "Invalid query parameters", ("cursor", "invalid_option", "\"cursor\": must be the nextCursor of an earlier answer."));

    [Fact]
    public async Task A_list_can_be_held_to_a_status_an_app_and_a_time()
    {
        var completed = await AddAsync(0, RunStatus.Completed);
        var cancelled = await AddAsync(1, RunStatus.Cancelled, "other");
        var running = await AddAsync(2, RunStatus.Running);
        await LaminaClient.CreateAsync(_host);

        await ExpectAsync("?status=running", 1, [running]);
        await ExpectAsync("?appId=other", 1, [cancelled]);
        await ExpectAsync("?appId=o'ther", 0, []);
        await ExpectAsync("?since=2026-11-21T12:01:00Z", 2, [running, cancelled]);
        await ExpectAsync("?since=2026-11-21T13:01:00.0010001+01:00", 1, [running]);
        await ExpectAsync("?since=2000-01-01T00:00:00Z&appId=test&status=completed", 1, [completed]);
        await ExpectAsync("?since=9999-12-31T23:59:59Z", 0, []);
        await ExpectAsync("?until=2026-11-21T12:01:00Z", 2, [cancelled, completed]);
        await ExpectAsync("?until=2026-11-21T12:00:59.999Z", 1, [completed]);
        await ExpectAsync("?since=2026-11-21T12:01:00Z&until=2026-11-21T12:01:00Z", 1, [cancelled]);
        await ExpectAsync("?until=0001-01-01T00:00:00Z", 0, []);
        await ExpectAsync("?until=9999-12-31T23:59:59.9999999Z&limit=2", 3, [running, cancelled]);
        await ExpectAsync("?until=2026-11-21T12:01:30Z&limit=1&offset=1", 2, [completed]);
        await ExpectAsync("?source=api_app&status=running", 1, [running]);
        await ExpectAsync("?source=replay", 0, []);
    }

    [Fact]
    public async Task Runs_of_other_workspaces_are_not_listed()
    {
        await AddAsync(0, RunStatus.Completed);
        var other = await LaminaClient.CreateAsync(_host);

        Assert.Equal(0, JsonNode.Parse((await other.GetAsync("/v1/runs")).Body)!["pagination"]!["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_query_is_said_at_once() =>
        (await _client.GetAsync("/v1/runs?status=done&since=yesterday&limit=101&offset=-1")).AssertInvalid(
            "Invalid query parameters",
            ("status", "invalid_option", "\"status\": invalid option \"done\". Must be one of: queued, running, completed, failed, cancelled"),
            ("since", "invalid_option", "\"since\": must be an ISO 8601 time such as 2026-01-26T14:30:00Z."),
            ("limit", "out_of_range", "\"limit\": must be a whole number from 1 to 100."),
            ("offset", "out_of_range", "\"offset\": must be a whole number of at least 0."));

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=")]
    [InlineData("limit=1.5")]
    [InlineData("status=Queued")]
    [InlineData("status=0")]
    [InlineData("status=5")]
    [InlineData("status=-1")]
    [InlineData("since=")]
    [InlineData("until=now")]
    [InlineData("source=me")]
    public async Task What_is_no_value_is_refused(string query) => Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync($"/v1/runs?{query}")).Status);

    [Fact]
    public async Task The_usage_counts_the_runs_of_this_month_by_their_status()
    {
        await AddAsync(new DateTimeOffset(2026, 10, 31, 23, 59, 59, 999, TimeSpan.Zero), RunStatus.Completed);
        await AddAsync(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), RunStatus.Completed);
        await AddAsync(0, RunStatus.Completed, "other");
        await AddAsync(1, RunStatus.Failed);
        await AddAsync(2, RunStatus.Queued);

        (await _client.GetAsync("/v1/account/usage")).AssertIs(
            HttpStatusCode.OK,
            """{"data":{"runs":{"month":"2026-11","total":4,"queued":1,"running":0,"completed":2,"failed":1,"cancelled":0},"rateLimit":{"limit":1000000,"windowMs":60000}}}""");
    }

    private Task<string> AddAsync(int minute, RunStatus status, string app = "test") => AddAsync(Now.AddMinutes(minute), status, app);

    private async Task<string> AddAsync(DateTimeOffset acceptedAt, RunStatus status, string app = "test")
    {
        var run = Run(App(Text("a", "A")) with { AppId = app }, _client.Workspace, acceptedAt) with { Status = status };
        if (run.IsTerminal)
        {
            run = run with
            {
                ErrorMessage = status == RunStatus.Failed ? "It broke" : null,
                StartedAt = acceptedAt.AddSeconds(1),
                CompletedAt = acceptedAt.AddSeconds(2.5),
            };
        }

        await _host.Services.GetRequiredService<RunStore>().TryAddAsync(run);
        return run.Id.Text;
    }

    private async Task<(IReadOnlyList<string> Runs, int Total, string? Next)> PageAsync(string query)
    {
        var answer = JsonNode.Parse((await _client.GetAsync("/v1/runs" + query)).Body)!;
        return (
            [.. answer["data"]!.AsArray().Select(run => run!["runId"]!.GetValue<string>())],
            answer["pagination"]!["total"]!.GetValue<int>(),
            answer["pagination"]!["nextCursor"]?.GetValue<string>());
    }

    private async Task ExpectAsync(string query, int total, IEnumerable<string> runs)
    {
        var answer = JsonNode.Parse((await _client.GetAsync("/v1/runs" + query)).Body)!;
        Assert.Equal(runs, answer["data"]!.AsArray().Select(run => run!["runId"]!.GetValue<string>()));
        Assert.Equal(total, answer["pagination"]!["total"]!.GetValue<int>());
    }
}
