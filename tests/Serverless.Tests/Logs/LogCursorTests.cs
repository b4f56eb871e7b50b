using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>Paging through <c>GET /v1/logs</c>.</summary>
public sealed class LogCursorTests(LogCursorTests.Store store) : IClassFixture<LogCursorTests.Store>
{
    private static readonly DateTimeOffset Start = new(2026, 1, 26, 14, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1000)]
    [InlineData(999)]
    [InlineData(250)]
    [InlineData(77)]
    public async Task Pages_of_any_size_bring_every_entry_once_in_order(int limit)
    {
        var pages = await store.Many.PagesAsync($"{LogReads.Always}&limit={limit}");

        Assert.Equal(store.Expected, pages.SelectMany(page => page.Messages()));
        Assert.All(pages.SkipLast(1), page => Assert.Equal(limit, page.Entries().Count()));
        Assert.Equal((store.Expected.Count + limit - 1) / limit, pages.Count);
    }

    [Theory]
    [InlineData("&level=error")]
    [InlineData("&q=in+7")]
    [InlineData("&start=2026-01-26T14:00:01Z&end=2026-01-26T14:00:02Z")]
    public async Task Pages_of_what_is_filtered_bring_the_same_as_one_page(string filter)
    {
        var query = (filter.Contains("start", StringComparison.Ordinal) ? "?" + filter[1..] : LogReads.Always + filter) + "&limit=";

        var whole = (await store.Many.PagesAsync(query + "1000")).SelectMany(page => page.Messages()).ToList();
        var pieces = (await store.Many.PagesAsync(query + "13")).SelectMany(page => page.Messages());

        Assert.NotEmpty(whole);
        Assert.Equal(whole, pieces);
    }

    [Fact]
    public async Task The_last_page_has_no_cursor_even_when_it_is_full()
    {
        var logs = await LogClient.CreateAsync(store.Host);
        await logs.StoreAsync([.. Typical(10)]);

        Assert.Equal([5, 5], (await logs.PagesAsync(LogReads.Always + "&limit=5")).Select(page => page.Entries().Count()));
        Assert.Equal([9, 1], (await logs.PagesAsync(LogReads.Always + "&limit=9")).Select(page => page.Entries().Count()));
        Assert.Equal([10], (await logs.PagesAsync(LogReads.Always + "&limit=10")).Select(page => page.Entries().Count()));
    }

    [Fact]
    public async Task What_arrives_between_pages_does_not_show_in_them_whatever_its_time()
    {
        var logs = await LogClient.CreateAsync(store.Host);
        await logs.StoreAsync([.. Enumerable.Range(0, 50).Select(number => At(number))]);
        var seen = new List<string>();
        string? cursor = null;
        for (var page = 0; page == 0 || cursor is not null; page++)
        {
            var answer = await logs.ReadAsync($"{LogReads.Always}&limit=10" + (cursor is null ? "" : $"&cursor={cursor}"));
            seen.AddRange(answer.Messages());
            cursor = answer.NextCursor();

            // Newer than all, as old as what comes next, between two entries, and older than all.
            await logs.StoreAsync([At(1000 + page)], [At(10), At(20.5)], [At(-1)], [At(-10_000), At(1000)]);
        }

        Assert.Equal(Enumerable.Range(0, 50).Reverse().Select(number => Name(number)), seen);
        Assert.NotEqual(50, (await logs.ReadAsync(LogReads.Always + "&limit=1000")).Entries().Count());
    }

    [Fact]
    public async Task A_page_ends_early_when_its_entries_are_large()
    {
        // 120 entries of 100 KB: a page takes eight megabytes, that is 83 of them.
        var logs = await LogClient.CreateAsync(store.Host);
        var random = new Random(3);
        var entries = Enumerable.Range(0, 120).Select(number =>
        {
            var entry = At(number);
            entry["metadata"] = new JsonObject { ["filling"] = random.GetString("0123456789abcdef", 100 * 1000) };
            return entry;
        }).ToList();
        await logs.StoreAsync(entries[..60], entries[60..]);

        var pages = await logs.PagesAsync(LogReads.Always + "&limit=1000");

        Assert.Equal(Enumerable.Range(0, 120).Reverse().Select(number => Name(number)), pages.SelectMany(page => page.Messages()));
        Assert.Equal(2, pages.Count);
        Assert.InRange(pages[0].ToJsonString().Length, 7.9 * 1024 * 1024, (8 * 1024 * 1024) + 100);
    }

    [Fact]
    public async Task A_search_that_takes_too_long_goes_on_with_the_next_page()
    {
        // Every look at the clock takes longer than a page may take.
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var logs = await LogClient.CreateAsync(host);
        await logs.StoreAsync(
            [At(100), At(90)], [At(95), At(50)], [At(95.5), At(94)], [At(94)],  // overlapping
            [At(8000), At(0)],                                                  // around all
            [At(40), At(30)], [At(20)], [At(10)], [At(20.5)]);
        time.StepOfTimestamps = TimeSpan.FromSeconds(21);

        var all = await logs.PagesAsync(LogReads.Always);
        var some = await logs.PagesAsync(LogReads.Always + "&q=94&limit=1");
        var none = await logs.PagesAsync(LogReads.Always + "&q=nowhere");

        Assert.Equal(
            ["8000", "100", "95.5", "95", "94", "94", "90", "50", "40", "30", "20.5", "20", "10", "0"],
            all.SelectMany(page => page.Messages()));
        Assert.Equal(["94", "94"], some.SelectMany(page => page.Messages()));
        Assert.InRange(all.Count, 5, 12);
        Assert.InRange(none.Count, 5, 12);
        Assert.All(none, page => Assert.Empty(page.Entries()));
    }

    private static JsonObject At(double seconds) => Simple(Name(seconds), Start.AddSeconds(seconds).Iso());

    private static string Name(double seconds) => seconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>An application, and an organization with thousands of entries that share a few times.</summary>
    public sealed class Store : IAsyncLifetime
    {
        private const int Entries = 4000;

        public ServerlessHost Host { get; private set; } = null!;

        public LogClient Many { get; private set; } = null!;

        /// <summary>The messages of all entries in the order in which they have to be read.</summary>
        public IReadOnlyList<string> Expected { get; private set; } = [];

        public async Task InitializeAsync()
        {
            Host = await ServerlessHost.StartAsync();
            Many = await LogClient.CreateAsync(Host);
            var random = new Random(2);
            var entries = Enumerable.Range(0, Entries)
                .Select(number => (Seconds: random.Next(4), Message: $"{number} in {random.Next(1, 900)} ms"))
                .ToList();
            var batches = new List<IReadOnlyCollection<JsonNode>>();
            for (var first = 0; first < Entries; first += batches[^1].Count)
            {
                var size = Math.Min(random.Next(1, 600), Entries - first);
                batches.Add([.. entries.Skip(first).Take(size).Select(entry =>
                    Simple(entry.Message, Start.AddSeconds(entry.Seconds).Iso(), random.Next(10) == 0 ? "error" : "info"))]);
            }

            await Many.StoreAsync(batches);
            Expected = [.. entries.Select((entry, number) => (entry, number))
                .OrderByDescending(sent => sent.entry.Seconds)
                .ThenByDescending(sent => sent.number)
                .Select(sent => sent.entry.Message)];
        }

        public Task DisposeAsync() => Host.DisposeAsync().AsTask();
    }
}
