using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>The stream of <c>GET /v1/logs/tail</c>, as whoever watches it sees it.</summary>
[Trait("Category", "Contract")]
public sealed class LogTailEventTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task New_entries_come_as_events_and_older_ones_do_not()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([Now("sent before")]);
        using var tail = await LogTail.OpenAsync(fixture.Host.Client, logs);

        await logs.AcceptAsync(Now("news"), Simple("long past", DateTimeOffset.UtcNow.AddMinutes(-11).Iso()), Now("more news", "error"));
        var (id, entry) = await tail.EventAsync();
        var (nextId, next) = await tail.EventAsync();

        var page = await logs.ReadAsync("?start=2026-01-01T00:00:00Z&q=news");
        Assert.Equal(page.Entries().Select(stored => stored.ToJsonString()), [next.ToJsonString(), entry.ToJsonString()]);
        Assert.Equal("news", entry["message"]!.GetValue<string>());
        Assert.NotEqual(id, nextId);
    }

    [Fact]
    public async Task A_stream_shows_what_its_filters_let_through()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var tail = await LogTail.OpenAsync(fixture.Host.Client, logs, "?min_level=error&q=disk&metadata.host=a");

        await logs.AcceptAsync(Now("disk", "warn"), On(Now("disk is full", "error"), "b"), On(Now("out of memory", "error"), "a"));
        await logs.AcceptAsync(On(Now("DISK is full", "fatal"), "a"));

        Assert.Equal(["DISK is full"], await tail.MessagesAsync(1));

        static JsonObject On(JsonObject entry, string host)
        {
            entry["metadata"] = new JsonObject { ["host"] = host };
            return entry;
        }
    }

    [Fact]
    public async Task Nobody_sees_the_entries_of_another_organization()
    {
        var (mine, yours) = (await LogClient.CreateAsync(fixture.Host), await LogClient.CreateAsync(fixture.Host));
        using var tail = await LogTail.OpenAsync(fixture.Host.Client, mine);

        await yours.StoreAsync([Now("yours")]);
        await mine.AcceptAsync(Now("mine"));

        Assert.Equal(["mine"], await tail.MessagesAsync(1));
    }

    [Fact]
    public async Task A_client_that_reconnects_gets_what_it_missed()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        string id;
        using (var tail = await LogTail.OpenAsync(fixture.Host.Client, logs))
        {
            await logs.AcceptAsync(Now("seen"));
            id = (await tail.EventAsync()).Id;
        }

        await logs.StoreAsync([Now("missed")]);

        using var resumed = await LogTail.OpenAsync(fixture.Host.Client, logs, lastEventId: id);
        Assert.Equal(["missed"], await resumed.MessagesAsync(1));
    }

    private static JsonObject Now(string message, string level = "info") => Simple(message, DateTimeOffset.UtcNow.Iso(), level);
}
