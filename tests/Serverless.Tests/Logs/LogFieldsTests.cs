using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>The fields of <c>GET /v1/logs/fields</c>, and the groups of <c>GET /v1/logs/stats</c>.</summary>
[Trait("Category", "Contract")]
public sealed class LogFieldsTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task Fields_are_named_as_questions_name_them_with_their_most_frequent_values()
    {
        var logs = await StoreAsync(
            Entry("a", "test", """{"user":{"id":7,"tags":["x"]},"ok":true}"""),
            Entry("b", "test", """{"user":{"id":"7"},"none":null}"""),
            Entry("c", "production", """{"user":{"id":8}}"""));

        var answer = await logs.ReadAsync("/fields" + LogReads.Always);

        Assert.Equal(
            """
            {"entries":3,"is_sample":false,"fields":[
            {"name":"environment","count":3,"values":[{"value":"test","count":2},{"value":"production","count":1}]},
            {"name":"level","count":3,"values":[{"value":"info","count":3}]},
            {"name":"metadata.user.id","count":3,"values":[{"value":"7","count":2},{"value":"8","count":1}]},
            {"name":"metadata.none","count":1,"values":[{"value":"null","count":1}]},
            {"name":"metadata.ok","count":1,"values":[{"value":"true","count":1}]}]}
            """.ReplaceLineEndings(""),
            answer.ToJsonString());
        Assert.Equal(1, (await logs.ReadAsync($"/fields{LogReads.Always}&query=metadata.user.id:8"))["entries"]!.GetValue<int>());
    }

    [Fact]
    public async Task Of_many_entries_the_newest_are_a_sample()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([.. Enumerable.Range(0, 11).Select(batch => (IReadOnlyCollection<JsonNode>)[.. Enumerable.Range(0, 1000).Select(number => Entry("x", batch == 0 ? "old" : "new", $$"""{"n":{{number}}}""", batch))])]);

        var answer = await logs.ReadAsync("/fields" + LogReads.Always);

        Assert.Equal((10_000, true), (answer["entries"]!.GetValue<int>(), answer["is_sample"]!.GetValue<bool>()));
        Assert.Equal("""[{"value":"new","count":10000}]""", answer["fields"]!.AsArray().First(field => field!["name"]!.GetValue<string>() == "environment")!["values"]!.ToJsonString());
        Assert.Equal(10, answer["fields"]!.AsArray().First(field => field!["name"]!.GetValue<string>() == "metadata.n")!["values"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("environment", """[{"value":"test","total":2,"counts":[2,0]},{"value":null,"total":1,"counts":[0,1]},{"value":"production","total":1,"counts":[0,1]}]""")]
    [InlineData("metadata.user.id", """[{"value":"7","total":2,"counts":[2,0]},{"value":null,"total":1,"counts":[0,1]},{"value":"8","total":1,"counts":[0,1]}]""")]
    [InlineData("level", """[{"value":"info","total":4,"counts":[2,2]}]""")]
    public async Task Counts_can_be_told_by_the_values_of_a_field(string field, string groups)
    {
        var logs = await StoreAsync(
            Entry("a", "test", """{"user":{"id":7}}"""), Entry("b", "test", """{"user":{"id":7}}"""), Entry("c", "production", """{"user":{"id":8}}""", 1), Entry("d", null, "{}", 1));

        var answer = await logs.ReadAsync($"/stats?start=2026-01-26T12:00:00Z&end=2026-01-26T12:01:59Z&interval=1m&group_by={field}");

        Assert.Equal(groups, answer["groups"]!.ToJsonString());
        Assert.Null(answer["rest"]);
        Assert.Equal(4, answer["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_is_empty_is_not_taken_for_what_is_missing_unless_it_is_a_label_to_group_by()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync([Entry("a", "", "{}")], [Entry("b", null, "{}")]);
        const string Minute = "/stats?start=2026-01-26T12:00:00Z&end=2026-01-26T12:00:59Z&interval=1m";

        Assert.Equal(1, (await logs.ReadAsync(Minute + "&query=environment:%22%22"))["total"]!.GetValue<int>());
        Assert.Equal(["a"], await logs.MessagesAsync(LogReads.Always + "&query=environment:%22%22"));
        Assert.Equal("""[{"value":null,"total":2,"counts":[2]}]""", (await logs.ReadAsync(Minute + "&group_by=environment"))["groups"]!.ToJsonString());
        Assert.Equal("""[{"value":null,"total":1,"counts":[1]}]""", (await logs.ReadAsync(Minute + "&group_by=environment&q=a"))["groups"]!.ToJsonString());
    }

    [Fact]
    public async Task Beyond_the_ten_most_frequent_values_the_others_are_one()
    {
        var logs = await StoreAsync([.. Enumerable.Range(0, 13).SelectMany(value => Enumerable.Range(0, 20 - value).Select(_ => Entry("x", null, $$"""{"v":"v{{value:D2}}"}""")))]);

        var answer = await logs.ReadAsync("/stats?start=2026-01-26T12:00:00Z&end=2026-01-26T12:00:59Z&interval=1m&group_by=metadata.v");

        Assert.Equal(Enumerable.Range(0, 10).Select(value => $"v{value:D2}"), answer["groups"]!.AsArray().Select(group => group!["value"]!.GetValue<string>()));
        Assert.Equal("""{"value":null,"total":27,"counts":[27]}""", answer["rest"]!.ToJsonString());
    }

    [Theory]
    [InlineData("message")]
    [InlineData("timestamp")]
    [InlineData("nothing")]
    [InlineData("metadata.")]
    public async Task What_cannot_be_grouped_by_is_refused(string field) => await (await fixture.Host.AnyLogClientAsync()).ExpectProblemsAsync(
        $"/stats?group_by={field}", ("group_by", "invalid_option", "\"group_by\" must be a field that questions can be about, but for message and timestamp"));

    [Fact]
    public async Task A_question_that_makes_no_sense_is_refused_with_the_place()
    {
        var logs = await fixture.Host.AnyLogClientAsync();
        foreach (var path in new[] { "", "/stats", "/fields", "/tail" })
        {
            await logs.ExpectProblemsAsync($"{path}?query=a%20(b", ("query", "invalid_format", "\"query\" makes no sense at character 3: there is no \")\" for this \"(\""));
        }
    }

    private async Task<LogClient> StoreAsync(params JsonObject[] entries)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.StoreAsync(entries);
        return logs;
    }

    private static JsonObject Entry(string message, string? environment, string metadata, int minute = 0)
    {
        var entry = Simple(message, $"2026-01-26T12:{minute:D2}:10Z");
        if (environment is not null)
        {
            entry["environment"] = environment;
        }

        entry["metadata"] = JsonNode.Parse(metadata);
        return entry;
    }
}
