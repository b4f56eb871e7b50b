using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>What <c>GET /v1/logs/{logId}/context</c> shows around an entry.</summary>
[Trait("Category", "Contract")]
public sealed class LogContextTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private static readonly DateTimeOffset Start = new(2026, 1, 26, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", 20, 20)]
    [InlineData("?before=3&after=5", 3, 5)]
    [InlineData("?before=0&after=0", 0, 0)]
    [InlineData("?after=100", 20, 60)]
    public async Task The_nearest_entries_on_both_sides_are_shown(string query, int before, int after)
    {
        // An entry each 7 s: those after the one in question lie within some minutes.
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([.. Enumerable.Range(0, 121).Chunk(25).Select(part => (IReadOnlyCollection<JsonNode>)[.. part.Select(number => Entry(number, Start.AddSeconds(number * 7)))])]);
        var id = await IdOfAsync(logs, "60");

        var answer = await logs.ReadAsync($"/{id}/context{query}");

        Assert.Equal("60", answer["entry"]!["message"]!.GetValue<string>());
        Assert.Equal(Enumerable.Range(61, after).Reverse().Select(number => $"{number}"), Messages(answer["after"]!));
        Assert.Equal(Enumerable.Range(60 - before, before).Reverse().Select(number => $"{number}"), Messages(answer["before"]!));
    }

    [Fact]
    public async Task Of_a_burst_the_nearest_entries_are_shown()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([.. Enumerable.Range(0, 4).Select(part => (IReadOnlyCollection<JsonNode>)[.. Enumerable.Range(part * 900, 900).Select(number => Entry(number, Start.AddMilliseconds(number)))])]);

        var answer = await logs.ReadAsync($"/{await IdOfAsync(logs, "5")}/context?before=2&after=3");

        Assert.Equal(["8", "7", "6"], Messages(answer["after"]!));
        Assert.Equal(["4", "3"], Messages(answer["before"]!));
    }

    [Fact]
    public async Task Entries_of_other_environments_and_projects_are_left_out()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([.. Enumerable.Range(0, 40).Select(number => With(Entry(number, Start.AddSeconds(number)), number % 4))]);

        Assert.Equal(["28", "24"], Messages((await logs.ReadAsync($"/{await IdOfAsync(logs, "20")}/context?after=2"))["after"]!));
        Assert.Equal(["17", "13"], Messages((await logs.ReadAsync($"/{await IdOfAsync(logs, "21")}/context?before=2"))["before"]!));
        Assert.Equal(["18", "14"], Messages((await logs.ReadAsync($"/{await IdOfAsync(logs, "22")}/context?before=2"))["before"]!));

        static JsonObject With(JsonObject entry, int kind)
        {
            entry.Remove("environment");
            if (kind > 0)
            {
                entry["environment"] = kind > 1 ? "test" : "production";
            }

            if (kind > 2)
            {
                entry["project_id"] = "shop";
            }

            return entry;
        }
    }

    [Theory]
    [InlineData("0197a1b2c3d47e5f8a9b0c1d2e3f4a5b-0000")]
    [InlineData("nonsense")]
    [InlineData("0197a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    public async Task What_is_not_there_is_not_found(string id)
    {
        using var response = await (await fixture.Host.AnyLogClientAsync()).GetAsync($"/{id}/context");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("NOT_FOUND", JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Numbers_out_of_range_are_refused() => await (await fixture.Host.AnyLogClientAsync()).ExpectProblemsAsync(
        "/0197a1b2c3d47e5f8a9b0c1d2e3f4a5b-0000/context?before=101&after=-1",
        ("before", "out_of_range", "\"before\" must be a whole number from 0 to 100"),
        ("after", "out_of_range", "\"after\" must be a whole number from 0 to 100"));

    private static JsonObject Entry(int number, DateTimeOffset time) => Simple($"{number}", time.Iso());

    private static async Task<string> IdOfAsync(LogClient logs, string message) =>
        (await logs.ReadAsync($"{LogReads.Always}&limit=1000&query={message}")).Entries().Single()["id"]!.GetValue<string>();

    private static IEnumerable<string> Messages(JsonNode entries) => entries.AsArray().Select(entry => entry!["message"]!.GetValue<string>());
}
