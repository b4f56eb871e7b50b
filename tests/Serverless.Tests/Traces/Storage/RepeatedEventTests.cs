using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Traces.Storage;

/// <summary>Events whose id comes again with a time in another hour: they count once, at the latest after the next upkeep.</summary>
public sealed class RepeatedEventTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private const decimal Cost = 0.25m;

    // Past, and not past retention.
    private static readonly DateTimeOffset Day = new(DateTime.UtcNow.Date.AddDays(-2), TimeSpan.Zero);

    [Fact]
    public async Task In_one_batch_the_first_copy_counts_whatever_hours_they_are_of()
    {
        var (client, reader) = await StartAsync();
        var (id, other) = (NewId(), NewId());
        var batch = Event(id, 8, 59.9) + Event(id, 9, 0.1) + Event(other, 9, 0.2) + Event(id, 7, 0);

        await PersistAsync(client, batch, receivedAt: 12);
        await PersistAsync(client, batch, receivedAt: 13);

        await ExpectAsync(client, reader, (id, 8), (other, 9));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_that_comes_later_counts_until_the_next_upkeep_and_the_first_received_stays(bool isCompacted)
    {
        var (client, reader) = await StartAsync();
        var (id, bystander, neighbour) = (NewId(), NewId(), NewId());
        await PersistAsync(client, Event(id, 9, 5) + Event(bystander, 9, 6), receivedAt: 10);
        await PersistAsync(client, Event(neighbour, 10, 30), receivedAt: 11);
        if (isCompacted)
        {
            await RunUpkeepAsync();
        }

        var later = Event(id, 10, 5);
        await PersistAsync(client, later, receivedAt: 12);
        Assert.Equal(4, await TotalAsync(reader));
        await RunUpkeepAsync();

        await ExpectAsync(client, reader, (id, 9), (bystander, 9), (neighbour, 10));
        await PersistAsync(client, later, receivedAt: 12);
        await PersistAsync(client, Event(id, 10, 7), receivedAt: 13);
        await ExpectAsync(client, reader, (id, 9), (bystander, 9), (neighbour, 10));
        await RunUpkeepAsync();
        await ExpectAsync(client, reader, (id, 9), (bystander, 9), (neighbour, 10));
    }

    [Fact]
    public async Task Of_many_copies_in_many_hours_one_is_left_and_an_hour_without_any_others_is_empty()
    {
        var (client, reader) = await StartAsync();
        string[] ids = [.. Enumerable.Range(0, 150).Select(_ => NewId())];
        for (var hour = 0; hour < 4; hour++)
        {
            foreach (var part in ids.Chunk(40))
            {
                await PersistAsync(client, string.Concat(part.Select((id, second) => Event(id, hour, second % 60))), receivedAt: 10 - hour);
            }
        }

        Assert.Equal(600, await TotalAsync(reader));

        await RunUpkeepAsync();

        // The last hour was received first.
        await ExpectAsync(client, reader, [.. ids.Select(id => (id, 3))]);
    }

    [Fact]
    public async Task The_look_costs_two_transactions_where_nothing_came_and_two_more_where_something_did()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder => builder.Services.AddSingleton<TimeProvider>(time));
        var client = await TraceClient.CreateAsync(host);
        await PersistAsync(host, client, Event(NewId(), 9, 5) + Event(NewId(), 10, 5), receivedAt: 10);

        // What was written within a minute is looked at once more.
        time.Advance(TimeSpan.FromMinutes(2));
        await RunUpkeepAsync(host);
        proxy.Reset();
        await RunUpkeepAsync(host);
        var idle = proxy.Transactions.Count;
        await PersistAsync(host, client, Event(NewId(), 9, 7) + Event(NewId(), 10, 7), receivedAt: 11);
        proxy.Reset();

        await RunUpkeepAsync(host);

        // How far upkeep had come, and what cannot be read (2), partitions (2), five kinds of past rows and staged parts (7), what was compared and what is new (2), fresh chunks (1).
        Assert.Equal(14, idle);

        // All ids, the note of it, and for each of two hours its segment, the block of that, and the segment that takes its place.
        Assert.Equal(idle + 2 + (2 * 3), proxy.Transactions.Count);
    }

    private static string NewId() => Guid.NewGuid().ToString();

    private static string Event(string id, int hour, double second)
    {
        var line = TraceEvents.Simple(id);
        line["timestamp"] = Day.AddHours(hour).AddMinutes(second < 30 ? 0 : 59).AddSeconds(second).ToString("O", CultureInfo.InvariantCulture);
        line["cost_usd"] = Cost;
        return line.ToJsonString() + "\n";
    }

    private static Task PersistAsync(ServerlessHost host, TraceClient client, string lines, int receivedAt) =>
        host.Services.GetRequiredService<PersistEvents>()
            .HandleAsync(ChunkMessage.Encode(EventChunks.Create(client.Project, lines, Day.AddHours(receivedAt))), CancellationToken.None);

    private static Task RunUpkeepAsync(ServerlessHost host) => host.Services.GetRequiredService<TraceUpkeep>().RunAsync(CancellationToken.None);

    private static string Range(int from, int to) =>
        string.Create(CultureInfo.InvariantCulture, $"start={Day.AddHours(from):yyyy-MM-dd'T'HH:mm:ss'Z'}&end={Day.AddHours(to):yyyy-MM-dd'T'HH:mm:ss'Z'}");

    private static async Task<int> TotalAsync(TraceReader reader) => (await reader.ReadAsync("/v1/events", $"limit=1&{Range(0, 24)}"))["total"]!.GetValue<int>();

    // Lists, totals, figures and costs, hour by hour.
    private static async Task ExpectAsync(TraceClient client, TraceReader reader, params (string Id, int Hour)[] expected)
    {
        var listed = await reader.ReadAllAsync($"limit=200&{Range(0, 24)}");
        Assert.Equal(
            expected.Select(kept => $"{kept.Id} {kept.Hour}").Order(StringComparer.Ordinal),
            listed.Select(found => $"{found["event_id"]} {found["timestamp"]!.GetValue<DateTime>().Hour}").Order(StringComparer.Ordinal));
        Assert.Equal(expected.Length, await TotalAsync(reader));
        var overview = await reader.ReadAsync($"/v1/projects/{client.Project}/overview", Range(0, 24));
        Assert.Equal(
            expected.GroupBy(kept => kept.Hour).OrderBy(hour => hour.Key).Select(hour => (hour.Key, hour.Count(), hour.Count() * Cost)),
            overview["timeline"]!.AsArray().Where(hour => Requests(hour!) > 0).Select(hour => (hour!["hour"]!.GetValue<DateTime>().Hour, Requests(hour), CostOf(hour))));
        var costs = (await reader.ReadAsync("/v1/costs", Range(0, 24)))["byModel"]!.AsArray();
        Assert.Equal((expected.Length, expected.Length * Cost), (costs.Sum(model => Requests(model!)), costs.Sum(model => CostOf(model!))));
    }

    private static int Requests(JsonNode figures) => figures["requests"]!.GetValue<int>();

    private static decimal CostOf(JsonNode figures) => figures["cost"]!.GetValue<decimal>();

    private Task PersistAsync(TraceClient client, string lines, int receivedAt) => PersistAsync(fixture.Host, client, lines, receivedAt);

    private Task RunUpkeepAsync() => RunUpkeepAsync(fixture.Host);

    private async Task<(TraceClient Client, TraceReader Reader)> StartAsync()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        return (client, await TraceReader.CreateAsync(fixture.Host, client));
    }
}
