using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Traces.Reading;

/// <summary><c>GET /v1/events</c> and <c>GET /v1/traces/{traceId}</c>: what is asked for, in order, and no more chunks than it takes.</summary>
public sealed class ReadEventsTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private static readonly DateTime Noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("model=rare", 4)]
    [InlineData("status=timeout", 6)]
    [InlineData("environment=staging", 5)]
    [InlineData("userId=u-3", 8)]
    [InlineData("model=rare&status=timeout&environment=staging&userId=u-0", 0)]
    [InlineData("start=2026-10-05T12:30:00Z&end=2026-10-05T12:59:59.999Z", 12)]
    [InlineData("start=2026-10-05T12:10:00Z&end=2026-10-05T13:10:00Z&status=success", 16)]
    [InlineData("", 48)]
    public async Task Every_filter_wants_and_counts_what_it_says(string query, int expected)
    {
        var (client, reader) = await StartAsync();

        // Two hours, an event each 2 min 30 s.
        var sent = Enumerable.Range(0, 48).Select(number => Event(
            Noon.AddSeconds(150 * number),
            number % 12 == 5 ? "rare" : "usual",
            number % 8 == 3 ? "timeout" : number % 4 == 1 ? "error" : "success",
            number % 10 == 7 ? "staging" : "production",
            $"u-{number % 6}")).ToList();
        foreach (var batch in sent.Chunk(7))
        {
            await PersistAsync(client, batch);
        }

        var matching = sent.Where(line => Wants(query, line)).Select(line => line["event_id"]!.GetValue<string>()).Reverse().ToList();
        var all = await reader.ReadAllAsync("limit=5&" + query);
        var first = await reader.ReadAsync("/v1/events", "limit=5&" + query);

        Assert.Equal(expected, matching.Count);
        Assert.Equal(matching, all.Select(found => found["event_id"]!.GetValue<string>()));
        Assert.Equal(expected, first["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Pages_stay_as_they_were_while_events_arrive()
    {
        var (client, reader) = await StartAsync();
        await PersistAsync(client, Enumerable.Range(0, 30).Select(number => Event(Noon.AddSeconds(number))), fixture.Time.GetUtcNow().AddMinutes(-1));
        var first = await reader.ReadAsync("/v1/events", "limit=10");

        // Newer ones, older ones, and some in between.
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await PersistAsync(client, Enumerable.Range(-10, 60).Select(number => Event(Noon.AddSeconds(number).AddMilliseconds(500))), fixture.Time.GetUtcNow());
        var second = await reader.ReadAsync("/v1/events", $"limit=10&cursor={first["nextCursor"]}");
        var third = await reader.ReadAsync("/v1/events", $"limit=10&cursor={second["nextCursor"]}");

        Assert.Equal(
            Enumerable.Range(0, 30).Reverse().Select(number => Noon.AddSeconds(number)),
            new[] { first, second, third }.SelectMany(page => page["events"]!.AsArray()).Select(found => found!["timestamp"]!.GetValue<DateTime>().ToUniversalTime()));
        Assert.All([first, second, third], page => Assert.Equal(30, page["total"]!.GetValue<int>()));
        Assert.Null(third["nextCursor"]);
        Assert.Equal(90, (await reader.ReadAsync("/v1/events"))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_rare_filter_opens_only_chunks_that_may_hold_something()
    {
        const int Chunks = 200;
        const int Rare = 5;
        var (client, reader) = await StartAsync();

        // A day of chunks, each with many models and users; a few of them with the one asked for.
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            var begin = Noon.Date.AddMinutes(7 * chunk);
            await PersistAsync(client, Enumerable.Range(0, 20).Select(number => Event(
                begin.AddSeconds(number), $"model-{number % 7}", user: chunk % (Chunks / Rare) == 3 && number == 9 ? "the one" : $"user-{chunk}-{number}")));
        }

        await reader.ReadAsync("/v1/events", "limit=1");
        await fixture.Proxy.ResetWhenQuietAsync();
        var found = await reader.ReadAsync("/v1/events", "userId=the%20one&start=2026-10-05T00:00:00Z&end=2026-10-06T00:00:00Z");

        Assert.Equal(Rare, found["events"]!.AsArray().Count);
        Assert.Equal(Rare, found["total"]!.GetValue<int>());

        // Admission, the project, headers of narrow chunks, of wide ones and of segments, a look whether some were compacted meanwhile, and the chunks
        // themselves, for the page and for the count; one chunk in a hundred may be opened in vain.
        Assert.InRange(fixture.Proxy.Transactions.Count, 2 + (2 * (4 + Rare)), 2 + (2 * (5 + Rare + (Chunks / 50))));
    }

    [Fact]
    public async Task What_takes_too_long_to_count_is_said_to_be_at_least_so_many()
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var client = await TraceClient.CreateAsync(host);
        var reader = await TraceReader.CreateAsync(host, client);
        for (var chunk = 0; chunk < 4; chunk++)
        {
            var lines = string.Concat(Enumerable.Range(0, 5).Select(number => Event(Noon.AddSeconds(-60 * chunk).AddMilliseconds(-number), "gpt-4o", user: "somebody").ToJsonString() + "\n"));
            await host.Services.GetRequiredService<PersistEvents>().HandleAsync(ChunkMessage.Encode(EventChunks.Create(client.Project, lines)), CancellationToken.None);
        }

        Assert.Null((await reader.ReadAsync("/v1/events", "userId=somebody&limit=3"))["totalIsExact"]);

        // Each chunk that is opened takes eight seconds or more: a page of three needs one of them, counting all four.
        proxy.Fault = request =>
        {
            if (request.Path.Value!.Contains("RowKey='n", StringComparison.Ordinal))
            {
                time.Advance(TimeSpan.FromSeconds(8));
            }

            return StorageFault.None;
        };
        var first = await reader.ReadAsync("/v1/events", "userId=somebody&limit=3");
        var second = await reader.ReadAsync("/v1/events", $"userId=somebody&limit=3&cursor={first["nextCursor"]!.GetValue<string>()}");

        Assert.Equal(first["total"]!.GetValue<int>(), second["total"]!.GetValue<int>());
        foreach (var page in new[] { first, second })
        {
            Assert.Equal(3, page["events"]!.AsArray().Count);
            Assert.InRange(page["total"]!.GetValue<int>(), 5, 15);
            Assert.False(page["totalIsExact"]!.GetValue<bool>());
        }
    }

    [Fact]
    public async Task A_month_of_figures_takes_few_transactions()
    {
        var (client, reader) = await StartAsync();
        for (var day = 0; day < 30; day++)
        {
            var begin = Noon.Date.AddDays(day - 40);
            await PersistAsync(client, Enumerable.Range(0, 24).Select(hour => Event(begin.AddHours(hour), $"model-{hour % 5}")));
        }

        var range = $"start={Noon.Date.AddDays(-40):O}&end={Noon.Date.AddDays(-10).AddTicks(-1):O}";
        await reader.ReadAsync("/v1/events", "limit=1");
        await fixture.Proxy.ResetWhenQuietAsync();

        var performance = await reader.ReadAsync("/v1/performance", range);

        Assert.Equal(720, performance["byModel"]!.AsArray().Sum(model => model!["requests"]!.GetValue<int>()));
        Assert.Equal(["table POST", "table GET", "table GET"], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));
        Assert.InRange(fixture.Proxy.Transactions.Sum(transaction => transaction.Rows), 720, 721);
    }

    [Fact]
    public async Task A_trace_is_put_together_from_wherever_its_spans_are()
    {
        var (client, reader) = await StartAsync();
        await PersistAsync(client, [Span("root", null, 0), Event(Noon)]);
        await PersistAsync(client, [Span("child", "root", 90)]);
        await PersistAsync(client, [Span("grandchild", "child", 60 * 26), Span("orphan", "missing", 30)]);

        using var response = await reader.GetAsync("/v1/traces/the-trace");
        var roots = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray();

        Assert.Equal(["root", "orphan"], roots.Select(root => root!["span_id"]!.GetValue<string>()));
        Assert.Equal("child", roots[0]!["children"]![0]!["span_id"]!.GetValue<string>());
        Assert.Equal("grandchild", roots[0]!["children"]![0]!["children"]![0]!["span_id"]!.GetValue<string>());
        Assert.Empty(roots[1]!["children"]!.AsArray());
        Assert.Equal("the-trace", roots[0]!["trace_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_trace_of_ten_thousand_spans_one_below_the_other_is_answered()
    {
        const int Spans = 10_000;
        var (client, reader) = await StartAsync();
        var lines = Enumerable.Range(0, Spans).Select(number => Span($"s{number}", number == 0 ? null : $"s{number - 1}", number / 500.0)).ToList();
        foreach (var batch in lines.Chunk(500))
        {
            await PersistAsync(client, batch);
        }

        using var response = await reader.GetAsync("/v1/traces/the-trace");

        // Each span is an object, in the list of those below the span before.
        Assert.Equal(Enumerable.Range(1, Spans).Select(number => 2 * number), DepthsOf("span_id", await response.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>How deep a property stands in a document, each time that it stands there.</summary>
    private static List<int> DepthsOf(string property, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var depths = new List<int>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(property))
            {
                depths.Add(reader.CurrentDepth);
            }
        }

        return depths;
    }

    private static bool Wants(string query, JsonObject line)
    {
        var wanted = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        var time = line["timestamp"]!.GetValue<string>();
        return Is("model", "model") && Is("status", "status") && Is("environment", "environment") && Is("userId", "user_id")
            && (!wanted.TryGetValue("start", out var start) || string.CompareOrdinal(time[..19], start[..19]) >= 0)
            && (!wanted.TryGetValue("end", out var end) || string.CompareOrdinal(time[..19], end[..19]) <= 0);

        bool Is(string parameter, string field) => !wanted.TryGetValue(parameter, out var value) || value == line[field]!.GetValue<string>();
    }

    private static JsonObject Event(DateTime time, string model = "gpt-4o", string status = "success", string environment = "production", string user = "u")
    {
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        line["timestamp"] = time.ToString("O", CultureInfo.InvariantCulture);
        line["model"] = model;
        line["status"] = status;
        line["environment"] = environment;
        line["user_id"] = user;
        return line;
    }

    private static JsonObject Span(string id, string? parent, double minutes)
    {
        var line = Event(Noon.AddMinutes(minutes));
        line["trace_id"] = "the-trace";
        line["span_id"] = id;
        if (parent is not null)
        {
            line["parent_span_id"] = parent;
        }

        return line;
    }

    private Task PersistAsync(TraceClient client, IEnumerable<JsonObject> events, DateTimeOffset? receivedAt = null) =>
        fixture.Host.Services.GetRequiredService<PersistEvents>().HandleAsync(
            ChunkMessage.Encode(EventChunks.Create(client.Project, string.Join('\n', events.Select(line => line.ToJsonString())), receivedAt ?? fixture.Time.GetUtcNow().AddHours(-1))),
            CancellationToken.None);

    private async Task<(TraceClient Client, TraceReader Reader)> StartAsync()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        return (client, await TraceReader.CreateAsync(fixture.Host, client));
    }
}
