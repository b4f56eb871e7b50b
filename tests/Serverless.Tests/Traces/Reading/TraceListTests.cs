using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Traces.Reading;

/// <summary><c>GET /v1/traces</c>: every trace once, with sums that are those of counting, by no more than it takes.</summary>
public sealed class TraceListTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private static readonly DateTime Noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan Reach = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("userId=u-3", false)]
    [InlineData("userId=u-3", true)]
    [InlineData("sessionId=s-1&status=error", true)]
    [InlineData("model=rare&environment=staging", false)]
    [InlineData("start=2026-10-05T12:20:00Z&end=2026-10-05T13:40:00Z&status=timeout", true)]
    public async Task Pages_bring_every_trace_once_with_the_sums_of_its_spans(string query, bool isCompacted)
    {
        var (client, reader) = await StartAsync();
        var random = new Random(7);

        // Traces of a second to an hour and more, side by side.
        var spans = Enumerable.Range(0, 120).SelectMany(trace =>
        {
            var (begin, length) = (random.NextDouble() * 180, random.Next(4) switch { 0 => 90, 1 => 20, _ => 0.1 });
            return Enumerable.Range(0, random.Next(1, 7)).Select(number =>
            {
                var line = Span($"t-{trace}", $"{number}", begin + (length * random.NextDouble()));
                if (number > 0)
                {
                    line["parent_span_id"] = "0";
                }

                (line["model"], line["status"]) = (random.Next(9) == 0 ? "rare" : "usual", random.Next(5) switch { 0 => "error", 1 => "timeout", _ => "success" });
                (line["cost_usd"], line["environment"], line["user_id"], line["session_id"]) = (
                    random.Next(100) / 4m, random.Next(3) == 0 ? "staging" : "production", $"u-{random.Next(6)}", $"s-{random.Next(4)}");
                return line;
            });
        }).OrderBy(Time).ToList();
        foreach (var batch in spans.Chunk(23))
        {
            await PersistAsync(client, batch);
        }

        if (isCompacted)
        {
            await fixture.Host.Services.GetRequiredService<TraceUpkeep>().RunAsync(CancellationToken.None);
        }

        var wanted = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        var expected = spans.GroupBy(span => span["trace_id"]!.GetValue<string>())
            .Select(trace => (Spans: trace.ToList(), Newest: trace.Where(span => Wants(wanted, span)).Select(Time).Order().LastOrDefault()))
            .Where(trace => trace.Newest != default)
            .OrderByDescending(trace => trace.Newest)
            .Select(trace => trace.Spans.Where(span => IsIn(wanted, Time(span)) && (Time(span) - trace.Newest).Duration() <= Reach).ToList())
            .Select(counted => Said(counted[0]["trace_id"]!.GetValue<string>(), counted.Count, counted.Count(IsError), counted.Sum(span => span["cost_usd"]!.GetValue<decimal>())))
            .ToList();
        var pages = await PagesAsync(reader, $"limit=7&{query}");

        Assert.NotEmpty(expected);
        Assert.Equal(expected, pages.SelectMany(page => page["traces"]!.AsArray()).Select(Said));
        Assert.All(pages, page => Assert.Null(page["sumsAreExact"]));
        Assert.All(pages.SkipLast(1), page => Assert.Equal(7, page["traces"]!.AsArray().Count));
        Assert.Equal(expected, (await LinesAsync(reader, query)).Select(Said));

        static bool IsError(JsonObject span) => span["status"]!.GetValue<string>() != "success";
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(0.2, 130)]
    public async Task A_trace_that_goes_on_is_listed_once_however_much_lies_between(double hours, int others)
    {
        var (client, reader) = await StartAsync();
        var begin = Noon.AddDays(1);
        await PersistAsync(client, [
            Span("long", "0", (begin - Noon).TotalMinutes),
            .. Enumerable.Range(1, others).Select(number => Span($"t-{number}", "0", (begin - Noon).TotalMinutes + (hours * 60 * number / (others + 1)))),
            Span("long", "1", (begin - Noon).TotalMinutes + (hours * 60)),
        ]);

        var pages = await PagesAsync(reader, "limit=1");

        Assert.Equal(["long", .. Enumerable.Range(1, others).Reverse().Select(number => $"t-{number}")], pages.SelectMany(Names));
    }

    [Fact]
    public async Task A_page_costs_few_transactions_in_hours_that_are_compacted_too()
    {
        var (client, reader) = await StartAsync();
        for (var hour = 0; hour < 20; hour++)
        {
            await PersistAsync(client, Enumerable.Range(0, 60).Select(number => Span($"t-{hour}-{number}", "0", (60 * hour) + number - (60 * 24 * 3))));
        }

        await reader.ReadAsync("/v1/traces", "limit=1");
        await fixture.Proxy.ResetWhenQuietAsync();
        Assert.Equal(25, Names(await reader.ReadAsync("/v1/traces")).Count());

        // The session and the project; narrow chunks, wide ones and segments for the page; the same for the sums.
        Assert.Equal(["table POST", .. Enumerable.Repeat("table GET", 7)], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));
        await fixture.Host.Services.GetRequiredService<TraceUpkeep>().RunAsync(CancellationToken.None);
        await fixture.Proxy.ResetWhenQuietAsync();
        Assert.Equal(25, Names(await reader.ReadAsync("/v1/traces")).Count());

        // Beside these a block of the hour for the page, and two for the sums.
        Assert.Equal(["table POST", .. Enumerable.Repeat("table GET", 10)], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task Traces_that_lie_far_apart_cost_a_look_at_the_index_and_one_at_their_block_each()
    {
        const int Traces = 14;
        var (client, reader) = await StartAsync();
        await PersistAsync(client, Enumerable.Range(0, Traces * 8).Select(hour =>
        {
            var line = Span($"t-{hour}", "0", (60 * hour) - (60 * 24 * 6));
            line["user_id"] = hour % 8 == 3 ? "rare" : "usual";
            return line;
        }));
        await fixture.Host.Services.GetRequiredService<TraceUpkeep>().RunAsync(CancellationToken.None);
        await reader.ReadAsync("/v1/traces", "limit=1");
        await fixture.Proxy.ResetWhenQuietAsync();

        Assert.Equal(Enumerable.Range(0, Traces).Reverse().Select(trace => $"t-{(8 * trace) + 3}"), Names(await reader.ReadAsync("/v1/traces", "userId=rare")));

        // The session and the project; chunks of both kinds, segments, the user in the index, the blocks; chunks and segments again, each trace in the index, the blocks.
        Assert.Equal(2 + (3 + 1 + Traces) + (3 + Traces + Traces), fixture.Proxy.Transactions.Count);
    }

    [Fact]
    public async Task Sums_that_take_too_long_say_so()
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var client = await TraceClient.CreateAsync(host);
        var reader = await TraceReader.CreateAsync(host, client);
        await host.Services.GetRequiredService<PersistEvents>().HandleAsync(
            ChunkMessage.Encode(EventChunks.Create(client.Project, Span("t", "0", 0).ToJsonString() + "\n" + Span("t", "1", 1).ToJsonString())), CancellationToken.None);
        var looks = 0;
        proxy.Fault = request =>
        {
            if (request.QueryString.Value!.Contains("RowKey%20ge%20%27w", StringComparison.Ordinal) && ++looks == 2)
            {
                time.Advance(TimeSpan.FromSeconds(21));
            }

            return StorageFault.None;
        };

        var page = await reader.ReadAsync("/v1/traces");

        Assert.False(page["sumsAreExact"]!.GetValue<bool>());
        Assert.Equal(["t 1 0 0"], page["traces"]!.AsArray().Select(Said));
    }

    private static string Said(JsonNode? trace) => Said(
        trace!["trace_id"]!.GetValue<string>(), trace["spans"]!.GetValue<int>(), trace["errors"]!.GetValue<int>(), trace["cost_usd"]?.GetValue<decimal>() ?? 0);

    private static string Said(string trace, int spans, int errors, decimal cost) => string.Create(CultureInfo.InvariantCulture, $"{trace} {spans} {errors} {cost:0.####}");

    private static IEnumerable<string> Names(JsonNode page) => page["traces"]!.AsArray().Select(trace => trace!["trace_id"]!.GetValue<string>());

    private static async Task<List<JsonNode>> PagesAsync(TraceReader reader, string query)
    {
        var pages = new List<JsonNode> { await reader.ReadAsync("/v1/traces", query) };
        while (pages[^1]["nextCursor"] is { } next)
        {
            pages.Add(await reader.ReadAsync("/v1/traces", $"{query}&cursor={next.GetValue<string>()}"));
        }

        return pages;
    }

    private static async Task<IEnumerable<JsonNode?>> LinesAsync(TraceReader reader, string query)
    {
        using var response = await reader.GetAsync("/v1/traces", query, "application/x-ndjson");
        return (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line));
    }

    private static bool Wants(Dictionary<string, string> wanted, JsonObject span)
    {
        return IsIn(wanted, Time(span)) && Is("model", "model") && Is("status", "status") && Is("environment", "environment") && Is("userId", "user_id") && Is("sessionId", "session_id");

        bool Is(string parameter, string field) => !wanted.TryGetValue(parameter, out var value) || value == span[field]!.GetValue<string>();
    }

    private static bool IsIn(Dictionary<string, string> wanted, DateTime time) =>
        (!wanted.TryGetValue("start", out var start) || time >= Parse(start)) && (!wanted.TryGetValue("end", out var end) || time <= Parse(end));

    private static DateTime Time(JsonObject span) => Parse(span["timestamp"]!.GetValue<string>());

    private static DateTime Parse(string time) => DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static JsonObject Span(string trace, string id, double minutes)
    {
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        line["timestamp"] = Noon.AddMinutes(minutes).ToString("O", CultureInfo.InvariantCulture);
        line["trace_id"] = trace;
        line["span_id"] = id;
        return line;
    }

    private Task PersistAsync(TraceClient client, IEnumerable<JsonObject> events) =>
        fixture.Host.Services.GetRequiredService<PersistEvents>().HandleAsync(
            ChunkMessage.Encode(EventChunks.Create(client.Project, string.Join('\n', events.Select(line => line.ToJsonString())), fixture.Time.GetUtcNow().AddHours(-1))),
            CancellationToken.None);

    private async Task<(TraceClient Client, TraceReader Reader)> StartAsync()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        return (client, await TraceReader.CreateAsync(fixture.Host, client));
    }
}
