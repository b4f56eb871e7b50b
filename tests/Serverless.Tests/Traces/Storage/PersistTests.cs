using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Tests.Hosting;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Traces.Storage;

/// <summary>Events on their way into the table: each once, whatever is delivered, and their figures with them.</summary>
public sealed class PersistTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    [Fact]
    public async Task An_event_that_is_repeated_in_a_batch_is_stored_and_counted_once()
    {
        var (client, reader) = await StartAsync();
        var line = TraceEvents.With("cost_usd", "0.5") + "\n";

        using var response = await client.PostAsync(line + line + TraceEvents.Lines(1) + line);
        Assert.Equal(4, (await LogClient.JsonAsync(response))["accepted"]!.GetValue<int>());

        await reader.WaitForAsync(2);
        await ExpectAsync(reader, events: 2, cost: 0.5m);
    }

    [Fact]
    public async Task A_batch_that_is_sent_again_changes_nothing()
    {
        var (client, reader) = await StartAsync();
        var lines = TraceEvents.Lines(20) + TraceEvents.With("cost_usd", "0.25");
        await SendAsync(client, lines);
        await reader.WaitForAsync(21);
        var rows = await reader.RowKeysAsync();

        await SendAsync(client, lines);
        await SendAsync(client, lines + "\n" + TraceEvents.Lines(1));

        await reader.WaitForAsync(22);
        await ExpectAsync(reader, events: 22, cost: 0.25m);
        Assert.Equal(rows.Count + 1, (await reader.RowKeysAsync()).Count);
    }

    [Fact]
    public async Task Batches_with_the_same_events_sent_at_once_store_each_once()
    {
        const int Senders = 16;
        var (client, reader) = await StartAsync();
        var lines = TraceEvents.Lines(30) + TraceEvents.With("cost_usd", "0.125") + "\n";

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAsync(client, lines + TraceEvents.Lines(1))));

        await reader.WaitForAsync(31 + Senders);
        await ExpectAsync(reader, events: 31 + Senders, cost: 0.125m);
    }

    [Fact]
    public async Task A_message_that_is_delivered_twice_to_two_instances_at_once_is_stored_once()
    {
        var (client, reader) = await StartAsync();
        await using var second = await ServerlessHost.StartAsync(fixture.Host.Account);
        var message = ChunkMessage.Encode(EventChunks.Create(client.Project, TraceEvents.Lines(100)));
        PersistEvents[] instances = [.. new[] { fixture.Host, second }.Select(host => host.Services.GetRequiredService<PersistEvents>())];

        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => instances[number % 2].HandleAsync(message, CancellationToken.None)));

        Assert.Equal(100, await reader.CountStoredAsync());
        await ExpectAsync(reader, events: 100, cost: 0);
    }

    [Fact]
    public async Task A_message_of_several_batches_is_stored_whole_and_once_when_it_comes_again()
    {
        var (client, reader) = await StartAsync();
        var message = ChunkMessage.Encode(EventChunks.Create(client.Project, TraceEvents.Lines(20)), EventChunks.Create(client.Project, TraceEvents.Lines(30)));
        var persist = fixture.Host.Services.GetRequiredService<PersistEvents>();

        await persist.HandleAsync(message, CancellationToken.None);
        await persist.HandleAsync(message, CancellationToken.None);

        Assert.Equal(50, await reader.CountStoredAsync());
        await ExpectAsync(reader, events: 50, cost: 0);
    }

    [Fact]
    public async Task Instances_that_add_to_one_hour_at_once_lose_nothing()
    {
        const int Batches = 20;
        var (client, reader) = await StartAsync();
        await using var second = await ServerlessHost.StartAsync(fixture.Host.Account);
        PersistEvents[] instances = [.. new[] { fixture.Host, second }.Select(host => host.Services.GetRequiredService<PersistEvents>())];

        await Task.WhenAll(Enumerable.Range(0, Batches).Select(number =>
        {
            var lines = TraceEvents.Lines(9) + TraceEvents.With("event_id", $"\"{Guid.NewGuid()}\"").Insert(1, "\"cost_usd\":0.1,");
            return instances[number % 2].HandleAsync(ChunkMessage.Encode(EventChunks.Create(client.Project, lines)), CancellationToken.None);
        }));

        Assert.Equal(10 * Batches, await reader.CountStoredAsync());
        await ExpectAsync(reader, events: 10 * Batches, cost: 0.1m * Batches);
    }

    [Fact]
    public async Task A_batch_over_many_hours_finds_its_way_into_each()
    {
        var (client, reader) = await StartAsync();
        var lines = Enumerable.Range(0, 100).Select(number => At(new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(37 * number)));
        var batch = string.Join('\n', lines);

        await SendAsync(client, batch);
        await reader.WaitForAsync(100);
        await SendAsync(client, batch);
        await SendAsync(client, TraceEvents.Lines(1));
        await reader.WaitForAsync(101);

        var overview = await reader.ReadAsync($"/v1/projects/{client.Project}/overview", "start=2026-03-01T00:00:00Z&end=2026-03-04T00:00:00Z");
        Assert.Equal(100, overview["kpis"]!["totalRequests"]!.GetValue<int>());
        var timeline = overview["timeline"]!.AsArray().Select(hour => hour!["requests"]!.GetValue<int>()).ToList();
        Assert.Equal(100, timeline.Sum());
        Assert.All(timeline.Take(60), requests => Assert.InRange(requests, 1, 2));
    }

    [Fact]
    public async Task A_minute_with_thousands_of_events_knows_them_all()
    {
        const int Events = 5_000;
        var (client, reader) = await StartAsync();
        var ids = Enumerable.Range(0, Events).Select(_ => Guid.NewGuid().ToString()).ToArray();
        var persist = fixture.Host.Services.GetRequiredService<PersistEvents>();
        await Task.WhenAll(ids.Chunk(500).Select(some => persist.HandleAsync(Message(client, some), CancellationToken.None)));
        Assert.Equal(Events, await reader.CountStoredAsync());

        // Another instance knows them from the table alone.
        await using var second = await ServerlessHost.StartAsync(fixture.Host.Account);
        await second.Services.GetRequiredService<PersistEvents>().HandleAsync(Message(client, [.. ids, Guid.NewGuid().ToString()]), CancellationToken.None);

        Assert.Equal(Events + 1, await reader.CountStoredAsync());
        Assert.True((await reader.RowKeysAsync()).Count(key => key.Contains("-ids-", StringComparison.Ordinal)) > 1, "The ids of the minute stand in one row.");
        await ExpectAsync(reader, Events + 1, cost: 0);
    }

    [Fact]
    public async Task A_batch_that_does_not_fit_a_message_leaves_no_parts_behind()
    {
        var (client, reader) = await StartAsync();
        var random = new Random(7);
        var lines = Enumerable.Range(0, 100).Select(_ =>
        {
            var line = TraceEvents.Simple(Guid.NewGuid().ToString());
            line["tags"] = new JsonObject([.. Enumerable.Range(0, 20).Select(tag => KeyValuePair.Create($"tag{tag}", (JsonNode?)$"{random.NextInt64():x}{random.NextInt64():x}{random.NextInt64():x}"))]);
            return line.ToJsonString();
        });

        await SendAsync(client, string.Join('\n', lines));

        await reader.WaitForAsync(100);
        await ExpectAsync(reader, events: 100, cost: 0);
        await Eventually.TrueAsync(async () => !(await reader.RowKeysAsync()).Any(key => key.StartsWith("p-", StringComparison.Ordinal)));
    }

    private static BinaryData Message(TraceClient client, IEnumerable<string> ids) =>
        ChunkMessage.Encode(EventChunks.Create(client.Project, string.Join('\n', ids.Select(id => TraceEvents.Simple(id).ToJsonString()))));

    private static string At(DateTime time)
    {
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        line["timestamp"] = time.ToString("O");
        return line.ToJsonString();
    }

    private static async Task SendAsync(TraceClient client, string lines)
    {
        using var response = await client.PostAsync(lines);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    // What is listed, what is counted and what is summed up agree.
    private static async Task ExpectAsync(TraceReader reader, int events, decimal cost)
    {
        var all = await reader.ReadAllAsync();
        Assert.Equal(events, all.Count);
        Assert.Equal(events, all.Select(found => found["event_id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(events, (await reader.ReadAsync("/v1/events"))["total"]!.GetValue<int>());
        var costs = await reader.ReadAsync("/v1/costs", "start=2026-11-01T00:00:00Z&end=2026-12-01T00:00:00Z");
        Assert.Equal(events, costs["byModel"]!.AsArray().Sum(model => model!["requests"]!.GetValue<int>()));
        Assert.Equal(cost, costs["byModel"]!.AsArray().Sum(model => model!["cost"]!.GetValue<decimal>()));
    }

    private async Task<(TraceClient Client, TraceReader Reader)> StartAsync()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        return (client, await TraceReader.CreateAsync(fixture.Host, client));
    }
}
