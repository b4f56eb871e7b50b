using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Events whose time is so far ahead that it can only be wrong: they stand, and count, where they were received.</summary>
[Trait("Category", "Contract")]
public sealed class EventsFarAheadTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Ahead = "2099-01-01T00:00:00Z";
    private const string Warning = "\"timestamp\" is more than 24 hours ahead: it is kept as sent, and ordered and expired by its time of receipt";

    [Fact]
    public async Task The_answer_warns_of_each_and_of_no_other()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var (ahead, now) = (Event(Ahead), Event(DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture)));

        using var lines = await client.PostAsync($"{now.ToJsonString()}\n\n{ahead.ToJsonString()}\n");
        using var array = await client.PostJsonAsync($"{{\"events\":[{ahead.ToJsonString()}],\"events\":[{now.ToJsonString()},{ahead.ToJsonString()}]}}");

        await ExpectAsync(lines, $"Line 3: {Warning}");
        await ExpectAsync(array, $"Event 2: {Warning}");

        static async Task ExpectAsync(HttpResponseMessage response, string warning)
        {
            var answer = (await LogClient.JsonAsync(response)).AsObject();
            Assert.Equal((202, 2), ((int)response.StatusCode, answer["accepted"]!.GetValue<int>()));
            Assert.Equal(["accepted", "cv", "warnings"], answer.Select(member => member.Key));
            Assert.Equal(warning, Assert.Single(answer["warnings"]!.AsArray())!.GetValue<string>());
        }
    }

    [Fact]
    public async Task It_is_shown_as_sent_and_counts_where_it_was_received()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var reader = await TraceReader.CreateAsync(fixture.Host, client);
        var ahead = Event(Ahead);
        using (await client.PostAsync(ahead.ToJsonString()))
        {
            await reader.WaitForAsync(1);
        }

        var later = Event(DateTime.UtcNow.AddSeconds(1).ToString("O", CultureInfo.InvariantCulture));
        using (await client.PostAsync(later.ToJsonString()))
        {
            await reader.WaitForAsync(2);
        }

        var found = await reader.ReadAllAsync();
        var costs = await reader.ReadAsync("/v1/costs");

        Assert.Equal([Id(later), Id(ahead)], found.Select(line => Id(line.AsObject())));
        Assert.Equal(Ahead, found[1]["timestamp"]!.GetValue<string>());
        Assert.Equal(2, costs["byModel"]![0]!["requests"]!.GetValue<int>());
        Assert.Empty(await reader.ReadAllAsync("start=2098-01-01T00:00:00Z"));
        Assert.Equal(0, (await reader.ReadAsync("/v1/events", "start=2098-01-01T00:00:00Z"))["total"]!.GetValue<int>());
    }

    private static string Id(JsonObject line) => line["event_id"]!.GetValue<string>();

    private static JsonObject Event(string timestamp)
    {
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        line["timestamp"] = timestamp;
        return line;
    }
}
