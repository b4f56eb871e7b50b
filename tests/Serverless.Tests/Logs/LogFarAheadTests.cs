using System.Net;
using System.Text.Json.Nodes;
using Serverless.Ingestion.Chunks;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>Entries whose time is so far ahead that it can only be wrong: they stand where they were received.</summary>
public sealed class LogFarAheadTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    private const string Ahead = "2099-01-01T00:00:00Z";
    private const string Warning = "\"timestamp\" is more than 24 hours ahead: it is kept as sent, and ordered and expired by its time of receipt";

    [Fact]
    public async Task The_answer_warns_of_each_and_of_no_other()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var now = DateTimeOffset.UtcNow;
        JsonObject[] entries =
            [Simple("now", now.Iso()), Simple("ahead", Ahead), Simple("", now.Iso()), Simple("a day", now.AddHours(23.9).Iso()), Simple("more", now.AddHours(24.1).Iso())];

        using var response = await logs.PostAsync($"{{\"logs\":[{string.Join(',', entries.Select(entry => entry.ToJsonString()))}]}}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = (await LogClient.JsonAsync(response)).AsObject();
        Assert.Equal(["message", "processed", "bytes_used", "debug_user_id", "rejected", "errors", "warnings"], answer.Select(member => member.Key));
        Assert.Equal(4, answer["processed"]!.GetValue<int>());
        Assert.Equal(
            [(1, "timestamp", "far_ahead", Warning), (4, "timestamp", "far_ahead", Warning)],
            answer["warnings"]!.AsArray().Select(warning => (
                warning!["index"]!.GetValue<int>(), warning["field"]!.GetValue<string>(), warning["code"]!.GetValue<string>(), warning["message"]!.GetValue<string>())));
    }

    [Fact]
    public async Task Of_logs_that_stand_there_twice_the_last_ones_are_warned_of()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync($"{{\"logs\":[{Simple("first", Ahead)}],\"logs\":[{Simple("second")}]}}");

        Assert.False((await LogClient.JsonAsync(response)).AsObject().ContainsKey("warnings"));
    }

    [Fact]
    public async Task It_is_shown_as_sent_and_stands_where_it_was_received()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var before = DateTimeOffset.UtcNow;
        await logs.StoreAsync([Simple("ahead", Ahead)]);
        var between = DateTimeOffset.UtcNow.AddMilliseconds(1);
        await logs.StoreAsync([Simple("later", between.AddSeconds(1).Iso()), Simple("earlier", before.AddSeconds(-1).Iso())]);

        Assert.Equal(["later", "ahead", "earlier"], await logs.MessagesAsync(""));
        Assert.Equal(["ahead"], await logs.MessagesAsync($"?start={Uri.EscapeDataString(before.AddMilliseconds(-1).Iso())}&end={Uri.EscapeDataString(between.Iso())}"));
        Assert.Empty(await logs.MessagesAsync("?start=2098-01-01T00:00:00Z"));
        var first = await logs.ReadAsync("?limit=2");
        Assert.Equal(Ahead, first.Entries().Last()["timestamp"]!.GetValue<string>());
        Assert.Equal(["earlier"], (await logs.ReadAsync($"?limit=2&cursor={first.NextCursor()}")).Entries().Select(entry => entry["message"]!.GetValue<string>()));
        var stats = JsonNode.Parse(await logs.BodyAsync($"/stats?interval=1h&start={Uri.EscapeDataString(before.AddHours(-1).Iso())}&end={Uri.EscapeDataString(between.AddHours(1).Iso())}"))!;
        Assert.Equal(3, stats["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Its_chunk_is_kept_from_its_receipt_on()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);

        await logs.StoreAsync([Simple("ahead", Ahead), Simple("beside it", before.Iso())]);

        var chunk = Assert.Single(await logs.ChunksAsync());
        Assert.InRange(chunk.Header.Max, before.UtcTicks, DateTimeOffset.UtcNow.UtcTicks);
        Assert.True(ChunkKey.IsNarrow(chunk.Header));
    }

    [Fact]
    public async Task What_the_version_before_stored_by_its_own_time_is_read_by_its_receipt()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var now = DateTimeOffset.UtcNow;
        await logs.StoreAsync(
            LogChunk.Create(logs.Organization, now.AddMinutes(-10), Simple("ahead", Ahead)),
            LogChunk.Create(logs.Organization, now.AddMinutes(-20), Simple("wide", Ahead), Simple("beside it", now.AddMinutes(-20).Iso())),
            LogChunk.Create(logs.Organization, now.AddMinutes(-5), Simple("newer", now.AddMinutes(-5).Iso())),
            LogChunk.Create(logs.Organization, now.AddMinutes(-30), Simple("older", now.AddMinutes(-30).Iso())));

        var first = await logs.ReadAsync("?limit=2");
        var rest = await logs.ReadAsync($"?limit=10&cursor={first.NextCursor()}");

        Assert.Equal(["newer", "ahead"], first.Entries().Select(entry => entry["message"]!.GetValue<string>()));

        // Of one time, they stand in the order of their ids.
        Assert.Equal(["beside it", "wide", "older"], rest.Entries().Select(entry => entry["message"]!.GetValue<string>()));
    }
}
