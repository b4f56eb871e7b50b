using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;
using Serverless.Tests.Runs.Engine;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults;

/// <summary>Clocks that are set while the application runs, on one of two instances or on both: by seconds, hours, a month, and over the end of a month.</summary>
[Trait("Category", "Faults")]
public sealed class ClockJumpTests(ITestOutputHelper output)
{
    private const int Senders = 2;
    private const int AnswersPerJump = 12;
    private const int Jumps = 8;
    private const int TooManyRequests = 429;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(31);

    // What a limit holds a permit longer at most, because clocks may differ.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan[] Sizes =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(-30), TimeSpan.FromHours(3), TimeSpan.FromHours(-3), Month, -Month,
    ];

    public static TheoryData<int> Seeds => FaultScale.Seeds(1);

    public static TheoryData<double> Seconds => [.. Sizes.Select(size => size.TotalSeconds)];

    /// <summary>8 jumps a seed: logs, events and runs while two instances' clocks go their own ways.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nothing_is_lost_or_twice_no_run_is_stuck_and_nothing_fails_when_clocks_jump(int seed)
    {
        var random = new Random(seed);
        await using var search = await ScriptedUpstream.StartAsync();
        var account = await TestStorage.CreateAccountAsync();
        WallClock[] clocks = [new(), new()];
        var history = new List<TimeSpan> { TimeSpan.Zero };
        var mayRefuse = false;
        await using var first = await StartAsync(account, search, clocks[0]);
        await using var second = await StartAsync(account, search, clocks[1]);
        var tenants = await FaultTenants.CreateAsync(account);
        await using var runs = new RunLoad(tenants);
        await runs.DefineAsync(first.Client);
        Load[] loads = [new LogLoad(tenants), new EventLoad(tenants), runs];
        var traffic = new Traffic(loads);
        using var end = new CancellationTokenSource();
        var sending = traffic.SendAsync(Senders, _ => Task.FromResult(Random.Shared.Next(2) == 0 ? first.Client : second.Client), end.Token);
        for (var jump = 0; jump < Jumps; jump++)
        {
            await traffic.WaitForAsync(AnswersPerJump, sending);
            var size = Sizes[random.Next(Sizes.Length)];
            foreach (var clock in random.Next(3) switch { 0 => clocks[..1], 1 => clocks[1..], _ => clocks })
            {
                clock.Jump(size);
            }

            Look();
        }

        await end.CancelAsync();
        await sending;
        Array.ForEach(clocks, clock => clock.Correct());

        await using var reader = await tenants.StartReaderAsync(search);
        foreach (var load in loads)
        {
            output.WriteLine(await load.ExpectAsync(reader));
        }

        Assert.All(loads, load => Assert.Empty(load.Refusals.Except(mayRefuse ? [TooManyRequests] : [])));

        void Look()
        {
            mayRefuse |= clocks.Any(clock => history.Exists(earlier => LooksUsedUp(earlier - clock.Ahead)));
            history.AddRange(clocks.Select(clock => clock.Ahead));
        }
    }

    /// <summary>8 sizes, there and back, on both instances at a time.</summary>
    [Theory]
    [MemberData(nameof(Seconds))]
    public async Task A_jump_costs_at_most_one_more_budget_and_locks_nobody_out(double seconds)
    {
        var jump = TimeSpan.FromSeconds(seconds);
        await using var search = await ScriptedUpstream.StartAsync();
        var account = await TestStorage.CreateAccountAsync();
        var clock = new WallClock();
        await using var first = await StartAsync(account, search, clock);
        await using var second = await StartAsync(account, search, clock);
        var tenants = await FaultTenants.CreateAsync(account);
        var begun = TimeProvider.System.GetTimestamp();

        var before = await UseUpAsync(first, second, tenants);
        clock.Jump(jump);
        var after = await UseUpAsync(first, second, tenants);
        clock.Correct();
        var back = await UseUpAsync(first, second, tenants);

        // There and back are two jumps. A bucket refills meanwhile, and by as much as its clock says has passed.
        var budgets = jump.Duration() < Skew ? 1 : 3;
        var refilled = TimeProvider.System.GetElapsedTime(begun) / Minute * FaultTenants.Limit;
        var shown = Math.Min(jump.Duration() / Minute, 1) * FaultTenants.Limit;
        Assert.InRange(before.Window, FaultTenants.Limit, FaultTenants.Limit);
        Assert.InRange(before.Window + after.Window + back.Window, FaultTenants.Limit, FaultTenants.Limit * budgets);
        Assert.InRange(before.Bucket + after.Bucket + back.Bucket, FaultTenants.Limit, (FaultTenants.Limit * budgets) + refilled + shown + 1);
        output.WriteLine($"{jump}: window {before.Window}, {after.Window}, {back.Window}; bucket {before.Bucket}, {after.Bucket}, {back.Bucket}");
    }

    [Fact]
    public async Task A_cursor_goes_on_where_it_was_and_retention_goes_by_the_clock_there_is()
    {
        var clock = new WallClock();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var logs = await LogClient.CreateAsync(host);
        var sent = new SentLogs();
        for (var batch = 0; batch < 5; batch++)
        {
            await sent.SendAsync(logs, sent.SmallBatch());
        }

        await logs.WaitForAsync(sent.Count);
        var page = await logs.ReadAsync("?start=2000-01-01T00:00:00Z&limit=6");
        foreach (var jump in (TimeSpan[])[TimeSpan.FromDays(29), TimeSpan.FromDays(-29), TimeSpan.FromDays(-60), TimeSpan.FromDays(60)])
        {
            clock.Jump(jump);
            await host.RunUpkeepAsync();
            var rest = await logs.ReadAsync($"?start=2000-01-01T00:00:00Z&limit=1000&cursor={Uri.EscapeDataString(page["next_cursor"]!.GetValue<string>())}");
            if (clock.Ahead < TimeSpan.FromDays(30))
            {
                Assert.Equal(sent.Count, page["logs"]!.AsArray().Concat(rest["logs"]!.AsArray()).Select(entry => entry!["message"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count());
            }
        }

        clock.Jump(Month);
        await host.RunUpkeepAsync();

        Assert.Equal(0, await logs.CountPersistedAsync());
    }

    [Fact]
    public async Task What_a_clock_that_was_ahead_has_taken_in_is_on_later_pages_too()
    {
        var clock = new WallClock();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var logs = await LogClient.CreateAsync(host);
        var sent = new SentLogs();
        clock.Jump(Month);
        for (var batch = 0; batch < 5; batch++)
        {
            await sent.SendAsync(logs, sent.SmallBatch());
        }

        clock.Correct();
        await logs.WaitForAsync(sent.Count);

        var found = new List<string>();
        for (string? cursor = "", next = null; cursor is not null; cursor = next)
        {
            var page = await logs.ReadAsync($"?start=2000-01-01T00:00:00Z&limit=6{cursor}");
            found.AddRange(page["logs"]!.AsArray().Select(entry => entry!["message"]!.GetValue<string>()));
            next = page["next_cursor"] is JsonValue value ? $"&cursor={Uri.EscapeDataString(value.GetValue<string>())}" : null;
        }

        Assert.Equal(sent.Count, found.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Sessions_and_keys_end_and_hold_by_the_clock_there_is()
    {
        var clock = new WallClock();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var client = await TraceClient.CreateAsync(host, options: new() { ExpiresAt = DateTimeOffset.UtcNow.AddHours(1) });
        var reader = await TraceReader.CreateAsync(host, client);
        foreach (var (ahead, session, key) in (((TimeSpan, HttpStatusCode, HttpStatusCode)[])
        [
            (TimeSpan.Zero, HttpStatusCode.OK, HttpStatusCode.Accepted),
            (TimeSpan.FromHours(2), HttpStatusCode.OK, HttpStatusCode.Unauthorized),
            (TimeSpan.FromHours(13), HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized),
            (Month, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized),
            (TimeSpan.FromSeconds(-5), HttpStatusCode.OK, HttpStatusCode.Accepted),
            (-Month, HttpStatusCode.OK, HttpStatusCode.Accepted),
        ]))
        {
            clock.Correct();
            clock.Jump(ahead);
            using var read = await reader.GetAsync("/v1/events");
            using var sent = await client.PostAsync(TraceEvents.Lines(1));
            Assert.Equal((ahead, session, key), (ahead, read.StatusCode, sent.StatusCode));
        }
    }

    /// <summary>4 sizes: a delay that began by a clock that was wrong.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(3 * 3_600)]
    [InlineData(31 * 86_400)]
    [InlineData(-3 * 3_600)]
    public async Task A_delay_takes_no_longer_than_it_was_to_when_the_clock_is_set_meanwhile(double seconds)
    {
        var clock = new WallClock();
        await using var host = await RunDriver.StartHostAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var runs = new RunDriver(host);
        clock.Jump(TimeSpan.FromSeconds(seconds));
        var run = await runs.StartAsync(TestRuns.App(TestRuns.Delay("pause", 2), TestRuns.Text("end", "over", after: "pause")));
        await runs.WaitAsync(run, stored => stored.Steps["pause"].Status == StepStatus.Waiting);

        clock.Correct();

        var ended = await runs.EndOfAsync(run);
        Assert.Equal(["", "over"], RunDriver.ValuesOf(ended));
    }

    [Fact]
    public async Task A_schedule_goes_on_when_a_clock_that_was_a_month_ahead_is_set_right_and_a_time_starts_one_run()
    {
        var clock = new WallClock();
        await using var host = await RunDriver.StartHostAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var client = await LaminaClient.CreateAsync(host, "admin");
        clock.Jump(Month);
        await client.DoAsync("PUT", "/v1/triggers/often", """{"appId":"echo","inputs":{"Text":"Hello"},"schedule":"* * * * * *"}""", HttpStatusCode.Created);
        await Eventually.TrueAsync(async () => await CountAsync() >= 1);

        clock.Correct();
        var ahead = await CountAsync();
        await Eventually.TrueAsync(async () => await CountAsync() >= ahead + 3);

        // Once more back over times that have had their run.
        clock.Jump(TimeSpan.FromSeconds(-3));
        var times = await CountAsync();
        await Eventually.TrueAsync(async () => await CountAsync() > times);

        async Task<int> CountAsync() => (await client.SendAsync("GET", "/v1/runs?limit=1")).Body is var body
            ? JsonNode.Parse(body)!["pagination"]!["total"]!.GetValue<int>()
            : 0;
    }

    private static Task<ServerlessHost> StartAsync(StorageAccount account, ScriptedUpstream search, WallClock clock) =>
        ServerlessHost.StartAsync(account, builder =>
        {
            FaultTenants.Configure(search)(builder);
            builder.Services.AddSingleton<TimeProvider>(clock);
        });

    // Sends in turn until both keys are refused by both instances.
    private static async Task<(int Bucket, int Window)> UseUpAsync(ServerlessHost first, ServerlessHost second, FaultTenants tenants)
    {
        var body = new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple("limited")) }.ToJsonString();
        return (
            await UseUpAsync("/v1/logs", () => new StringContent(body, Encoding.UTF8, "application/json"), tenants.LimitedLogKey),
            await UseUpAsync("/v1/ingest", () => new StringContent(TraceEvents.Lines(1), Encoding.UTF8, "application/x-ndjson"), tenants.LimitedTraceKey));

        async Task<int> UseUpAsync(string path, Func<HttpContent> content, string key)
        {
            var (admitted, refused) = (0, 0);
            for (var number = 0; refused < 4; number++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content() };
                request.Headers.Add("x-api-key", key);
                using var response = await (number % 2 == 0 ? first : second).Client.SendAsync(request);
                if (response.IsSuccessStatusCode)
                {
                    admitted++;
                    continue;
                }

                refused++;
                Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
                Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), Minute + Skew);
            }

            return admitted;
        }
    }

    // What was written by a clock that was ahead by a limit's minute, and by little more, cannot be told from a limit that is used up.
    private static bool LooksUsedUp(TimeSpan ahead) => ahead > Minute - TimeSpan.FromSeconds(1) && ahead < Minute + Skew;
}
