using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>What is kept of an entry: each of its fields with a meaning, as it was sent, and nothing else.</summary>
[Trait("Category", "Contract")]
public sealed class IngestNormalizationTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Required = "\"timestamp\":\"2026-01-26T14:30:00Z\",\"level\":\"info\",\"message\":\"Hello\"";

    [Theory]
    [InlineData("2026-01-26T14:30:00Z", "2026-01-26T14:30:00Z")]
    [InlineData("2026-01-26T14:30:00.1Z", "2026-01-26T14:30:00.1Z")]
    [InlineData("2026-01-26T14:30:00.00Z", "2026-01-26T14:30:00.00Z")]
    [InlineData("2026-01-26T14:30:00.120Z", "2026-01-26T14:30:00.120Z")]
    [InlineData("2026-01-26T14:30:00.1234Z", "2026-01-26T14:30:00.1234Z")]
    [InlineData("2026-01-26T14:30:00.12345Z", "2026-01-26T14:30:00.12345Z")]
    [InlineData("2026-01-26T14:30:00.123456Z", "2026-01-26T14:30:00.123456Z")]
    [InlineData("2026-01-26T14:30:00.1234567Z", "2026-01-26T14:30:00.1234567Z")]
    [InlineData("2026-01-26T14:30:00.12345678Z", "2026-01-26T14:30:00.12345678Z")]
    [InlineData("2026-01-26T14:30:00.000000009Z", "2026-01-26T14:30:00.000000009Z")]
    [InlineData("2026-01-26T14:30:00.123456789+05:30", "2026-01-26T09:00:00.123456789Z")]
    [InlineData("2026-01-26T23:59:59-01:00", "2026-01-27T00:59:59Z")]
    [InlineData("2024-02-29T00:00:00+0100", "2024-02-28T23:00:00Z")]
    [InlineData("2026-01-26T14:30:00-05", "2026-01-26T19:30:00Z")]
    [InlineData("2026-01-26T14:30:00", "2026-01-26T14:30:00Z")]
    [InlineData("2026-01-26t14:30:00z", "2026-01-26T14:30:00Z")]
    [InlineData("2026-01-26T14:30:00,5Z", "2026-01-26T14:30:00.5Z")]
    [InlineData("2026\\u002d01-26T14:30:00\\u005a", "2026-01-26T14:30:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    public Task A_time_is_kept_in_UTC_with_all_its_digits(string sent, string stored) => ExpectTimeAsync(sent, stored);

    [Theory]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")]
    [InlineData("2016-12-31T23:59:60.25Z", "2017-01-01T00:00:00.25Z")]
    [InlineData("2016-12-31T18:59:60-05:00", "2017-01-01T00:00:00Z")]
    [InlineData("2017-01-01T05:29:60+0530", "2017-01-01T00:00:00Z")]
    [InlineData("2016-12-31T23:59:60+02:00", "2016-12-31T22:00:00Z")]
    [InlineData("2016-12-31T23:59:60", "2017-01-01T00:00:00Z")]
    public Task A_leap_second_is_the_next_second(string sent, string stored) => ExpectTimeAsync(sent, stored);

    [Theory]
    [InlineData("\"message\":\"\\ud800\"", "\"message\":\"\\ufffd\"")]
    [InlineData("\"message\":\"\\uDC00\"", "\"message\":\"\\ufffd\"")]
    [InlineData("\"message\":\"\\ud83d \\ude00\"", "\"message\":\"\\ufffd \\ufffd\"")]
    [InlineData("\"message\":\"\\ude00\\ud83d\"", "\"message\":\"\\ufffd\\ufffd\"")]
    [InlineData("\"message\":\"\\ud83d\\ud83d\\ude00\"", "\"message\":\"\\ufffd\\ud83d\\ude00\"")]
    [InlineData("\"message\":\"\\uD83D\\n\"", "\"message\":\"\\ufffd\\n\"")]
    [InlineData("\"message\":\"\\\\ud800\"", "\"message\":\"\\\\ud800\"")]
    public async Task Half_a_surrogate_pair_becomes_the_replacement_character(string sent, string stored)
    {
        const string Others = "\"timestamp\":\"2026-01-26T14:30:00Z\",\"level\":\"info\",";

        Assert.Equal($"{{{Others}{stored}}}", await StoreAsync($"{{{Others}{sent}}}"));
    }

    [Theory]
    [InlineData("\"environment\":\"\\ud800\"", ",\"environment\":\"\\ufffd\"")]
    [InlineData("\"metadata\":{\"a\":[{\"b\":\"\\ud800\"}],\"\\udfff\":1}", ",\"metadata\":{\"a\":[{\"b\":\"\\ufffd\"}],\"\\ufffd\":1}")]
    [InlineData("\"error\":{\"message\":\"\\udfff\",\"stack_trace\":[\"\\ud800\"]}", ",\"error\":{\"message\":\"\\ufffd\",\"stack_trace\":[\"\\ufffd\"]}")]
    [InlineData("\"unknown\":\"\\ud800\"", "")]
    [InlineData("\"\\ud800\":1", "")]
    public async Task Half_a_surrogate_pair_becomes_the_replacement_character_wherever_it_stands(string field, string stored) =>
        Assert.Equal($"{{{Required}{stored}}}", await StoreAsync($"{{{Required},{field}}}"));

    [Theory]
    [InlineData("\"\\ud800\":1")]
    [InlineData("\"other\":{\"\\udc00\":[\"\\ud800\"]}")]
    public async Task Half_a_surrogate_pair_outside_the_entries_changes_nothing(string field)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync($"{{{field},\"logs\":[{{{Required}}}]}}");

        await response.ExpectAcceptedAsync(1, Required.Length + 2);
        Assert.Equal([$"{{{Required}}}"], await logs.ReadStoredAsync(1));
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("info")]
    [InlineData("warn")]
    [InlineData("error")]
    [InlineData("fatal")]
    [InlineData("panic")]
    public async Task Every_level_is_accepted(string level)
    {
        var entry = $$"""{"timestamp":"2026-01-26T14:30:00Z","level":"{{level}}","message":"Hello"}""";

        Assert.Equal(entry, await StoreAsync(entry));
    }

    [Theory]
    [InlineData("\"environment\":\"production\"")]
    [InlineData("\"environment\":\"\"")]
    [InlineData("\"environment\":\"O'Brien's \\\"lab\\\" – 実験室\"")]
    [InlineData("\"project_id\":\"project-7\"")]
    [InlineData("\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"")]
    [InlineData("\"span_id\":\"00f067aa0ba902b7\"")]
    [InlineData("\"parent_span_id\":\"b7ad6b7169203331\"")]
    [InlineData("\"privacy_mode\":true")]
    [InlineData("\"privacy_mode\":false")]
    [InlineData("\"privacy_mode\":\"strict\"")]
    [InlineData("\"metadata\":{}")]
    [InlineData("\"metadata\":{\"unknown\":{\"nested\":[[],{},[null,true,false]]},\"\":\"\"}")]
    [InlineData("\"metadata\":{\"text\":\"größer ≠ 大 😀\",\"escaped\":\"\\u00e9\\ud83d\\ude00\\/\\n\\\"\\\\\",\"\\u0041\":1}")]
    [InlineData("\"metadata\":{\"numbers\":[0,-0,1.0,1.50,1e5,1E+5,1e-7,12345678901234567890123,0.1000000000000000055511151231257827]}")]
    [InlineData("\"metadata\":{\"same\":1,\"same\":2}")]
    [InlineData("\"error\":{}")]
    [InlineData("\"error\":{\"type\":\"TypeError\",\"message\":\"x\",\"stack_trace\":[],\"context\":{\"a\":[1]},\"own\":7}")]
    [InlineData("\"error\":{\"type\":null,\"message\":null,\"stack_trace\":null,\"context\":null}")]
    public async Task An_optional_field_is_kept_as_it_was_sent(string field)
    {
        var entry = $"{{{Required},{field}}}";

        Assert.Equal(entry, await StoreAsync(entry));
    }

    [Fact]
    public async Task All_fields_are_kept_in_one_order()
    {
        Assert.Equal(
            $"{{{Required},\"environment\":\"e\",\"project_id\":\"p\",\"trace_id\":\"t\",\"span_id\":\"s\",\"parent_span_id\":\"q\",\"privacy_mode\":true,\"metadata\":{{\"a\":1}},\"error\":{{\"b\":2}}}}",
            await StoreAsync($"{{\"error\":{{\"b\":2}},\"metadata\":{{\"a\":1}},\"privacy_mode\":true,\"parent_span_id\":\"q\",\"span_id\":\"s\",\"trace_id\":\"t\",\"project_id\":\"p\",\"environment\":\"e\",{Required}}}"));
    }

    [Theory]
    [InlineData("\"hostname\":\"web-1\"")]
    [InlineData("\"nested\":{\"message\":\"not this one\",\"deep\":[{\"level\":\"fatal\"}]}")]
    [InlineData("\"Message\":\"names are told apart by case\"")]
    [InlineData("\"id\":\"chosen by the caller\"")]
    public async Task An_unknown_field_of_an_entry_is_dropped(string field)
    {
        Assert.Equal($"{{{Required}}}", await StoreAsync($"{{{field},{Required}}}"));
    }

    [Theory]
    [InlineData("environment")]
    [InlineData("project_id")]
    [InlineData("trace_id")]
    [InlineData("span_id")]
    [InlineData("parent_span_id")]
    [InlineData("privacy_mode")]
    [InlineData("metadata")]
    [InlineData("error")]
    public async Task Null_in_an_optional_field_means_that_it_is_absent(string field)
    {
        Assert.Equal($"{{{Required}}}", await StoreAsync($"{{{Required},\"{field}\":null}}"));
    }

    [Theory]
    [InlineData("\"message\":\"first\"," + Required, Required)]
    [InlineData("\"level\":\"no level\"," + Required, Required)]
    [InlineData("\"timestamp\":5," + Required, Required)]
    [InlineData(Required + ",\"environment\":\"a\",\"environment\":\"b\"", Required + ",\"environment\":\"b\"")]
    [InlineData(Required + ",\"environment\":\"a\",\"environment\":null", Required)]
    [InlineData(Required + ",\"metadata\":{\"a\":1},\"metadata\":{\"b\":2}", Required + ",\"metadata\":{\"b\":2}")]
    [InlineData(Required + ",\"metadata\":[],\"metadata\":{\"b\":2}", Required + ",\"metadata\":{\"b\":2}")]
    [InlineData(Required + ",\"error\":{\"type\":1},\"error\":{\"type\":\"T\"}", Required + ",\"error\":{\"type\":\"T\"}")]
    [InlineData(Required + ",\"error\":{\"type\":1,\"type\":\"T\"}", Required + ",\"error\":{\"type\":1,\"type\":\"T\"}")]
    [InlineData(Required + ",\"messag\\u0065\":\"last\"", "\"timestamp\":\"2026-01-26T14:30:00Z\",\"level\":\"info\",\"message\":\"last\"")]
    public async Task Of_a_repeated_field_the_last_one_counts(string sent, string stored)
    {
        Assert.Equal($"{{{stored}}}", await StoreAsync($"{{{sent}}}"));
    }

    [Fact]
    public async Task Of_repeated_logs_the_last_ones_count()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        const string Last = "{" + Required + ",\"environment\":\"last\"}";

        using var response = await logs.PostAsync($"{{\"logs\":[{{{Required}}},{{\"level\":\"invalid\"}}],\"logs\":[{Last}]}}");

        await response.ExpectAcceptedAsync(1, Last.Length);
        Assert.Equal([Last], await logs.ReadStoredAsync(1));
    }

    [Fact]
    public async Task White_space_between_tokens_is_dropped_and_within_strings_kept()
    {
        Assert.Equal(
            $"{{{Required},\"metadata\":{{\"a b\":[1,\"  \\t \",{{}}]}}}}",
            await StoreAsync($"\t{{\r\n{Required} , \"metadata\" : {{ \"a b\" :\n[ 1 ,\t\"  \\t \" , {{ }} ] }} }} "));
    }

    [Fact]
    public async Task Bytes_are_counted_as_sent_in_UTF8_with_white_space_and_unknown_fields()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        const string Entry = "{ \"unknown\": \"größer 😀\",\r\n " + Required + "}";

        using var response = await logs.PostAsync($"{{ \"ignored\" : [1, {{}}] , \"logs\" : [ {Entry} ,\n{Entry} ] }}");

        await response.ExpectAcceptedAsync(2, 2 * Encoding.UTF8.GetByteCount(Entry));
    }

    [Fact]
    public async Task Each_entry_has_an_id_of_its_batch_and_place()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await logs.AcceptAsync(LogEntries.Simple("first"), LogEntries.Simple("second"));
        await logs.WaitForAsync(2);

        var ids = (await logs.ReadAsync())["logs"]!.AsArray().Select(entry => entry!["id"]!.GetValue<string>()).ToList();

        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}-000[01]$", id));
        Assert.Equal(ids[0][..32], ids[1][..32]);
        Assert.NotEqual(ids[0], ids[1]);
    }

    private async Task ExpectTimeAsync(string sent, string stored) =>
        Assert.Equal(
            $$"""{"timestamp":"{{stored}}","level":"info","message":"Hello"}""",
            await StoreAsync($$"""{"timestamp":"{{sent}}","level":"info","message":"Hello"}"""));

    private async Task<string> StoreAsync(string entry)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var response = await logs.PostAsync($"{{\"logs\":[{entry}]}}");
        await response.ExpectAcceptedAsync(1, Encoding.UTF8.GetByteCount(entry.Trim()));
        return Assert.Single(await logs.ReadStoredAsync(1));
    }
}
