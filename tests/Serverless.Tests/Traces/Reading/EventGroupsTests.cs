using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Tests.Hosting;
using Serverless.Times;
using Serverless.Traces.Hours;
using Serverless.Traces.Reading;

namespace Serverless.Tests.Traces.Reading;

/// <summary>Sums by what no figures are kept by: of a bounded number of events, and honest about it.</summary>
public sealed class EventGroupsTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private static readonly DateTime Noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(1, 5, 58)]
    [InlineData(5, 5, 58)]
    [InlineData(6, 10, 57)]
    [InlineData(20, 20, null)]
    [InlineData(100, 20, null)]
    public async Task A_scan_that_is_bounded_has_everything_since_the_time_it_names(long maxEvents, int expected, int? minute)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        await PersistAsync(fixture.Host, client, 4);
        var filter = new EventFilter(new TimeRange(0, DateTime.MaxValue.Ticks));

        var (count, since) = await fixture.Host.Services.GetRequiredService<EventScan>().ReadAsync(
            client.Project, filter, () => new int[1], static (counts, _) => counts[0]++, new(Timeout.InfiniteTimeSpan, maxEvents), CancellationToken.None);

        Assert.Equal(expected, count[0]);
        Assert.Equal(minute is { } last ? Noon.AddMinutes(last).Ticks + 1 : null, since);
    }

    [Fact]
    public async Task What_takes_too_long_says_since_when_everything_is_counted()
    {
        var time = new AdjustableTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var client = await TraceClient.CreateAsync(host);
        var reader = await TraceReader.CreateAsync(host, client);
        await PersistAsync(host, client, 4);
        const string Query = "userId=u&start=2026-10-05T00:00:00Z";
        var whole = (await reader.ReadAsync("/v1/sessions", Query))["sessions"]![0]!;

        // Each chunk that is opened takes eleven seconds.
        proxy.Fault = request =>
        {
            if (request.Path.Value!.Contains("RowKey='n", StringComparison.Ordinal))
            {
                time.Advance(TimeSpan.FromSeconds(11));
            }

            return StorageFault.None;
        };
        var part = await reader.ReadAsync("/v1/sessions", Query);

        Assert.Equal(20, whole["requests"]!.GetValue<int>());
        Assert.Equal(10, part["sessions"]![0]!["requests"]!.GetValue<int>());
        Assert.Equal(Noon.AddMinutes(57).AddTicks(1), part["completeSince"]!.GetValue<DateTime>().ToUniversalTime());
    }

    [Fact]
    public async Task Costs_tell_the_twenty_dearest_users_apart_and_cost_no_more_when_they_are_not_asked_to()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var reader = await TraceReader.CreateAsync(fixture.Host, client);
        await PersistAsync(fixture.Host, client, Enumerable.Range(0, 25).Select(user => Event(Noon.AddMinutes(user), $"u-{user:D2}", 100 - user)));
        const string Range = "start=2026-10-05T00:00:00Z&end=2026-10-05T23:59:59.9999999Z";
        await reader.ReadAsync("/v1/events", "limit=1");
        await fixture.Proxy.ResetWhenQuietAsync();

        Assert.Null((await reader.ReadAsync("/v1/costs", Range))["byUser"]);

        // The session and the project, the hours of the range, and those of the month.
        Assert.Equal(["table POST", "table GET", "table GET", "table GET"], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));
        fixture.Proxy.Reset();
        var byUser = (await reader.ReadAsync("/v1/costs", $"{Range}&groupBy=user"))["byUser"]!;

        // Narrow chunks, wide ones and segments beside these.
        Assert.Equal(["table POST", .. Enumerable.Repeat("table GET", 6)], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));
        Assert.Equal(Enumerable.Range(0, 20).Select(user => ($"u-{user:D2}", 100 - user)), byUser["users"]!.AsArray().Select(user => (user!["userId"]!.GetValue<string>(), user["cost"]!.GetValue<int>())));
        Assert.Equal("""{"users":5,"cost":390,"requests":5,"inputTokens":0,"outputTokens":0,"cachedTokens":0,"unpricedRequests":0}""", byUser["others"]!.ToJsonString());
        Assert.Null(byUser["completeSince"]);
    }

    // Chunks of five events, a minute apart, the newest at one before the full hour.
    private static async Task PersistAsync(ServerlessHost host, TraceClient client, int chunks)
    {
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            await PersistAsync(host, client, Enumerable.Range(0, 5).Select(number => Event(Noon.AddMinutes(59 - chunk).AddSeconds(-number), "u", 1)));
        }
    }

    private static Task PersistAsync(ServerlessHost host, TraceClient client, IEnumerable<JsonObject> events) =>
        host.Services.GetRequiredService<PersistEvents>().HandleAsync(
            ChunkMessage.Encode(EventChunks.Create(client.Project, string.Join('\n', events.Select(line => line.ToJsonString())))), CancellationToken.None);

    private static JsonObject Event(DateTime time, string user, decimal cost)
    {
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        (line["timestamp"], line["user_id"], line["session_id"], line["cost_usd"]) = (time.ToString("O", CultureInfo.InvariantCulture), user, "s", cost);
        return line;
    }
}
