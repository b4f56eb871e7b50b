using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Logs.Entries;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>The counts of <c>GET /v1/logs/stats</c>.</summary>
[Trait("Category", "Contract")]
public sealed class LogStatsTests(LogStatsTests.Store store) : IClassFixture<LogStatsTests.Store>
{
    private static readonly DateTimeOffset Start = new(2026, 1, 26, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, int, string, string> Ranges { get; } = new()
    {
        { "1m", 1, "2026-01-26T05:00:00Z", "2026-01-26T06:30:30Z" },
        { "5m", 5, "2026-01-26T00:00:00Z", "2026-01-26T23:59:59Z" },
        { "15m", 15, "2026-01-26T00:07:00Z", "2026-01-28T00:00:00Z" },
        { "1h", 60, "2026-01-25T22:10:00Z", "2026-01-28T11:59:59.9999999Z" },
        { "6h", 360, "2026-01-26T00:00:00Z", "2026-01-28T00:00:00Z" },
        { "1d", 1440, "2026-01-20T12:00:00Z", "2026-02-01T12:00:00Z" },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task Counts_are_those_of_counting_one_by_one(string interval, int minutes, string start, string end)
    {
        var length = TimeSpan.FromMinutes(minutes);
        await ExpectAsync($"/stats?start={start}&end={end}&interval={interval}", interval, length, start, end, _ => true);
        await ExpectAsync(
            $"/stats?start={start}&end={end}&interval={interval}&min_level=error", interval, length, start, end, entry => entry.Level is "error" or "fatal" or "panic");
        await ExpectAsync(
            $"/stats?start={start}&end={end}&interval={interval}&environment=test&level=info&level=warn", interval, length, start, end,
            entry => entry.Environment == "test" && entry.Level is "info" or "warn");
        await ExpectAsync(
            $"/stats?start={start}&end={end}&interval={interval}&q=7", interval, length, start, end, entry => entry.Message.Contains('7', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2026-01-26T12:00:00Z", "2026-01-26T13:00:00Z", "1m")]
    [InlineData("2026-01-26T12:00:00Z", "2026-01-26T13:01:00Z", "5m")]
    [InlineData("2026-01-26T07:00:00Z", "2026-01-26T12:00:00Z", "5m")]
    [InlineData("2026-01-26T06:54:00Z", "2026-01-26T12:00:00Z", "15m")]
    [InlineData("2026-01-25T12:00:00Z", "2026-01-26T12:00:00Z", "1h")]
    [InlineData("2026-01-01T12:00:00Z", "2026-01-15T12:00:00Z", "6h")]
    [InlineData("2026-01-01T12:00:00Z", "2026-02-15T12:00:00Z", "1d")]
    [InlineData("2025-01-01T00:00:00Z", "2026-12-31T00:00:00Z", "1d")]
    public async Task Without_an_interval_one_is_chosen_that_gives_about_sixty_steps(string start, string end, string expected) =>
        Assert.Equal(expected, (await store.Logs.ReadAsync($"/stats?start={start}&end={end}"))["interval"]!.GetValue<string>());

    [Fact]
    public async Task The_answer_has_every_step_of_the_range_and_every_level()
    {
        var logs = await LogClient.CreateAsync(store.Host);
        await logs.StoreAsync([Simple("a", "2026-01-26T12:00:00Z", "warn"), Simple("b", "2026-01-26T12:01:00Z", "panic"), Simple("c", "2026-01-26T12:01:30Z", "panic")]);

        Assert.Equal(
            """
            {"interval":"1m","total":3,"buckets":[
            {"time":"2026-01-26T11:59:00Z","total":0,"levels":{"debug":0,"info":0,"warn":0,"error":0,"fatal":0,"panic":0}},
            {"time":"2026-01-26T12:00:00Z","total":1,"levels":{"debug":0,"info":0,"warn":1,"error":0,"fatal":0,"panic":0}},
            {"time":"2026-01-26T12:01:00Z","total":2,"levels":{"debug":0,"info":0,"warn":0,"error":0,"fatal":0,"panic":2}}]}
            """.Replace("\n", "", StringComparison.Ordinal),
            await logs.BodyAsync("/stats?start=2026-01-26T11:59:30Z&end=2026-01-26T12:01:30Z&interval=1m"));
    }

    [Fact]
    public async Task A_range_may_begin_and_end_within_a_chunk()
    {
        var logs = await LogClient.CreateAsync(store.Host);
        await logs.StoreAsync([.. Enumerable.Range(0, 10).Select(second => Simple("x", $"2026-01-26T12:00:0{second}Z"))]);

        Assert.Equal(4, await TotalAsync("start=2026-01-26T12:00:03Z&end=2026-01-26T12:00:06Z"));
        Assert.Equal(10, await TotalAsync("start=2026-01-26T12:00:00Z&end=2026-01-26T12:00:09Z"));
        Assert.Equal(9, await TotalAsync("start=2026-01-26T12:00:00.0000001Z&end=2026-01-26T12:00:09Z"));
        Assert.Equal(9, await TotalAsync("start=2026-01-26T12:00:00Z&end=2026-01-26T12:00:08.9999999Z"));

        async Task<int> TotalAsync(string range) => (await logs.ReadAsync($"/stats?{range}&interval=1h"))["total"]!.GetValue<int>();
    }

    [Fact]
    public async Task Without_a_range_the_last_hour_is_counted_up_to_now()
    {
        var logs = await LogClient.CreateAsync(store.Host);
        var now = DateTimeOffset.UtcNow;
        await logs.StoreAsync([Simple("old", now.AddMinutes(-61).Iso()), Simple("recent", now.AddMinutes(-59).Iso()), Simple("ahead", now.AddMinutes(5).Iso())]);

        var stats = await logs.ReadAsync("/stats");

        Assert.Equal(1, stats["total"]!.GetValue<int>());
        Assert.Equal("1m", stats["interval"]!.GetValue<string>());
        Assert.Equal(61, stats["buckets"]!.AsArray().Count);
    }

    [Fact]
    public async Task More_steps_than_an_answer_holds_are_refused()
    {
        const string Message = "The time from \"start\" to \"end\" must be less than 1500 times \"interval\"";
        await store.Logs.ExpectProblemsAsync(
            "/stats?start=2026-01-26T00:00:00Z&end=2026-01-27T01:00:00Z&interval=1m", ("interval", "out_of_range", Message));
        await store.Logs.ExpectProblemsAsync("/stats?start=2000-01-01T00:00:00Z&end=2026-01-26T00:00:00Z", ("interval", "out_of_range", Message));

        Assert.Equal(1500, (await store.Logs.ReadAsync("/stats?start=2026-01-26T00:00:00Z&end=2026-01-27T00:59:59Z&interval=1m"))["buckets"]!.AsArray().Count);
    }

    [Fact]
    public async Task Nobody_counts_the_entries_of_another_organization()
    {
        var logs = await LogClient.CreateAsync(store.Host);

        Assert.Equal(0, (await logs.ReadAsync("/stats?start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z"))["total"]!.GetValue<int>());
    }

    private async Task ExpectAsync(string query, string interval, TimeSpan length, string start, string end, Func<Sent, bool> isWanted)
    {
        var (from, to) = (Parse(start), Parse(end));
        var wanted = store.Sent.Where(entry => entry.Time >= from && entry.Time <= to && isWanted(entry)).ToList();
        var first = from.Ticks / length.Ticks;
        var expected = Enumerable.Range(0, (int)((to.Ticks / length.Ticks) - first) + 1).Select(step =>
        {
            var inStep = wanted.Where(entry => (entry.Time.Ticks / length.Ticks) - first == step).ToList();
            return new JsonObject
            {
                ["time"] = new DateTime((first + step) * length.Ticks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ["total"] = inStep.Count,
                ["levels"] = new JsonObject(LogLevels.Names.Select(name => KeyValuePair.Create(name, (JsonNode?)inStep.Count(entry => entry.Level == name)))),
            };
        });

        var answer = new JsonObject { ["interval"] = interval, ["total"] = wanted.Count, ["buckets"] = new JsonArray([.. expected]) };
        Assert.Equal(answer.ToJsonString(), await store.Logs.BodyAsync(query));
    }

    private static DateTimeOffset Parse(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    /// <summary>An entry that was sent.</summary>
    public sealed record Sent(DateTimeOffset Time, string Level, string Environment, string Message);

    /// <summary>An application, and an organization with random entries in chunks short and long, spread over two days.</summary>
    public sealed class Store : IAsyncLifetime
    {
        public ContractHost Host { get; private set; } = null!;

        public LogClient Logs { get; private set; } = null!;

        public IReadOnlyList<Sent> Sent { get; private set; } = [];

        public async Task InitializeAsync()
        {
            Host = await ContractHost.StartAsync();
            Logs = await LogClient.CreateAsync(Host);
            var random = new Random(4);
            TimeSpan[] spans = [TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(9)];
            var batches = Enumerable.Range(0, 60).Select(_ =>
            {
                var begin = Start.AddSeconds(random.Next(2 * 24 * 3600));
                var span = spans[random.Next(spans.Length)];
                return Enumerable.Range(0, random.Next(1, 40)).Select(number => new Sent(
                    begin + (span * random.NextDouble()),
                    LogLevels.Names[random.Next(LogLevels.Names.Count)],
                    random.Next(2) == 0 ? "test" : "production",
                    random.Next(1000).ToString(CultureInfo.InvariantCulture))).ToList();
            }).ToList();
            Sent = [.. batches.SelectMany(batch => batch)];
            await Logs.StoreAsync([.. batches.Select(batch => (IReadOnlyCollection<JsonNode>)[.. batch.Select(Entry)])]);
        }

        public Task DisposeAsync() => Host.DisposeAsync().AsTask();

        private static JsonObject Entry(Sent sent)
        {
            var entry = Simple(sent.Message, sent.Time.Iso(), sent.Level);
            entry["environment"] = sent.Environment;
            return entry;
        }
    }
}
