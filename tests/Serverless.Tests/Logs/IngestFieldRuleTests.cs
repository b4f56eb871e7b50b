using Serverless.Http;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>The rules for the fields of an entry, each broken once and each met at its limit.</summary>
[Trait("Category", "Contract")]
public sealed class IngestFieldRuleTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const int MaxMessage = 10_240;
    private const int MaxObject = 102_400;
    private const int MaxLabel = 256;
    private const string TimestampRule = "\"timestamp\" must be an ISO 8601 time such as 2026-01-26T14:30:00.000Z, with at most 9 digits of fraction";
    private const string LevelRule = "\"level\" must be one of: debug, info, warn, error, fatal, panic";

    private static readonly string[] RequiredTexts = ["timestamp", "level", "message"];
    private static readonly string[] OptionalTexts = ["environment", "project_id", "trace_id", "span_id", "parent_span_id"];

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public async Task A_broken_rule_is_named(string field, string value, string code, string message)
    {
        using var response = await PostAsync(With(field, value));

        await response.ExpectNothingValidAsync(new ErrorDetail(0, field, code, message));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"type\":\"Error\",\"message\":\"\",\"stack_trace\":[]}")]
    public async Task A_message_may_be_empty_when_there_is_an_error(string error)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var entry = $"{{\"timestamp\":\"2026-01-26T14:30:00Z\",\"level\":\"error\",\"message\":\"\",\"error\":{error}}}";

        using var response = await logs.PostAsync($"{{\"logs\":[{entry}]}}");

        await response.ExpectAcceptedAsync(1, entry.Length);
        Assert.Equal([entry], await logs.ReadStoredAsync(1));
    }

    [Theory]
    [InlineData("\"error\":null", "message", "too_short", "\"message\" must not be empty")]
    [InlineData("\"metadata\":{}", "message", "too_short", "\"message\" must not be empty")]
    [InlineData("\"error\":{\"type\":5}", "error.type", "invalid_type", "\"error.type\" must be a string")]
    public async Task An_empty_message_without_an_error_is_that_entrys_problem_alone(string field, string name, string code, string message)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        const string Start = "{\"timestamp\":\"2026-01-26T14:30:00Z\",\"level\":\"error\",\"message\":\"";

        using var response = await logs.PostAsync($"{{\"logs\":[{Start}\",{field}}},{Start}x\"}}]}}");

        var answer = await LogClient.JsonAsync(response);
        Assert.Equal((200, 1, 1), ((int)response.StatusCode, answer["processed"]!.GetValue<int>(), answer["rejected"]!.GetValue<int>()));
        var error = Assert.Single(answer["errors"]!.AsArray())!;
        Assert.Equal((0, name, code, message), (error["index"]!.GetValue<int>(), error["field"]!.GetValue<string>(), error["code"]!.GetValue<string>(), error["message"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("INFO")]
    [InlineData("Info")]
    [InlineData("warning")]
    [InlineData("trace")]
    [InlineData(" info")]
    [InlineData("info\\u0000")]
    public async Task Another_level_is_refused(string level)
    {
        using var response = await PostAsync(With("level", $"\"{level}\""));

        await response.ExpectNothingValidAsync(new ErrorDetail(0, "level", "invalid_option", LevelRule));
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("1769437800")]
    [InlineData("2026-01-26")]
    [InlineData("2026-01-26T14:30Z")]
    [InlineData("2026-01-26 14:30:00Z")]
    [InlineData("2026-1-26T14:30:00Z")]
    [InlineData("26-01-26T14:30:00Z")]
    [InlineData("+2026-01-26T14:30:00Z")]
    [InlineData("20260126T143000Z")]
    [InlineData("2026-13-26T14:30:00Z")]
    [InlineData("2026-00-26T14:30:00Z")]
    [InlineData("2026-02-30T14:30:00Z")]
    [InlineData("2025-02-29T14:30:00Z")]
    [InlineData("2026-01-00T14:30:00Z")]
    [InlineData("2026-01-26T24:00:00Z")]
    [InlineData("2026-01-26T14:60:00Z")]
    [InlineData("2026-01-26T14:30:61Z")]
    [InlineData("2026-01-26T14:30:00.Z")]
    [InlineData("2026-01-26T14:30:00.0123456789Z")]
    [InlineData("2026-01-26T14:30:00.1.2Z")]
    [InlineData("2026-01-26T14:30:00ZZ")]
    [InlineData("2026-01-26T14:30:00Z ")]
    [InlineData(" 2026-01-26T14:30:00Z")]
    [InlineData("2026-01-26T14:30:00 UTC")]
    [InlineData("2026-01-26T14:30:00+24:00")]
    [InlineData("2026-01-26T14:30:00+05:60")]
    [InlineData("2026-01-26T14:30:00+5")]
    [InlineData("2026-01-26T14:30:00+05:")]
    [InlineData("2026-01-26T14:30:00+05:3")]
    [InlineData("2026-01-26T14:30:00+053")]
    [InlineData("2026-01-26T14:30:00+05:300")]
    [InlineData("２０２６-01-26T14:30:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    public async Task What_is_no_time_is_refused(string timestamp)
    {
        using var response = await PostAsync(With("timestamp", $"\"{timestamp}\""));

        await response.ExpectNothingValidAsync(new ErrorDetail(0, "timestamp", "invalid_format", TimestampRule));
    }

    [Theory]
    [InlineData("type", "5", "a string")]
    [InlineData("type", "{}", "a string")]
    [InlineData("message", "[\"x\"]", "a string")]
    [InlineData("message", "true", "a string")]
    [InlineData("stack_trace", "\"at main\"", "an array of strings")]
    [InlineData("stack_trace", "{}", "an array of strings")]
    [InlineData("stack_trace", "[\"at main\",5]", "an array of strings")]
    [InlineData("stack_trace", "[null]", "an array of strings")]
    [InlineData("stack_trace", "[[\"at main\"]]", "an array of strings")]
    [InlineData("stack_trace", "[{}]", "an array of strings")]
    [InlineData("context", "\"x\"", "an object")]
    [InlineData("context", "[]", "an object")]
    [InlineData("context", "0", "an object")]
    public async Task A_field_of_the_error_of_another_type_is_refused(string field, string value, string type)
    {
        using var response = await PostAsync(With("error", $"{{\"own\":{{\"type\":[]}},\"{field}\":{value},\"after\":1}}"));

        await response.ExpectNothingValidAsync(new ErrorDetail(0, $"error.{field}", "invalid_type", $"\"error.{field}\" must be {type}"));
    }

    // Bytes of UTF-8 count, however a character is spelled: "\u00e9" is two, "\ud83d\ude00" four.
    [Theory]
    [InlineData("a", 1)]
    [InlineData("é", 2)]
    [InlineData("\\u00e9", 2)]
    [InlineData("\\n", 1)]
    [InlineData("😀", 4)]
    [InlineData("\\ud83d\\ude00", 4)]
    public async Task A_message_may_have_10_KB_of_UTF8_and_not_a_byte_more(string character, int bytes)
    {
        var most = string.Concat(Enumerable.Repeat(character, MaxMessage / bytes));

        using var largest = await PostAsync(With("message", $"\"{most}\""));
        using var larger = await PostAsync(With("message", $"\"{most}.\""));

        Assert.True(largest.IsSuccessStatusCode);
        await larger.ExpectNothingValidAsync(
            new ErrorDetail(0, "message", "too_long", $"\"message\" must be at most {MaxMessage} bytes of UTF-8, not {MaxMessage + 1}"));
    }

    [Theory]
    [InlineData("environment", "a", 1)]
    [InlineData("environment", "é", 2)]
    [InlineData("project_id", "a", 1)]
    [InlineData("project_id", "\\u00e9", 2)]
    [InlineData("trace_id", "a", 1)]
    [InlineData("span_id", "a", 1)]
    [InlineData("parent_span_id", "a", 1)]
    [InlineData("privacy_mode", "a", 1)]
    public async Task A_label_may_have_256_bytes_and_not_one_more(string field, string character, int bytes)
    {
        var most = string.Concat(Enumerable.Repeat(character, MaxLabel / bytes));

        using var largest = await PostAsync(With(field, $"\"{most}\""));
        using var larger = await PostAsync(With(field, $"\"{most}.\""));

        Assert.True(largest.IsSuccessStatusCode);
        await larger.ExpectNothingValidAsync(
            new ErrorDetail(0, field, "too_long", $"\"{field}\" must be at most {MaxLabel} bytes of UTF-8, not {MaxLabel + 1}"));
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("error")]
    public async Task An_object_may_have_100_KB_without_its_white_space_and_not_a_byte_more(string field)
    {
        var most = new string('x', MaxObject - "{'a':''}".Length);

        using var largest = await PostAsync(With(field, $"{{  \"a\" :\n \"{most}\"  }}"));
        using var larger = await PostAsync(With(field, $"{{\"a\":\"{most}x\"}}"));

        Assert.True(largest.IsSuccessStatusCode);
        await larger.ExpectNothingValidAsync(
            new ErrorDetail(0, field, "too_large", $"\"{field}\" must be at most {MaxObject} bytes of JSON, not {MaxObject + 1}"));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("\"entry\"")]
    [InlineData("[]")]
    [InlineData("true")]
    public async Task An_entry_that_is_no_object_is_refused(string entry)
    {
        using var response = await PostAsync(entry);

        await response.ExpectNothingValidAsync(new ErrorDetail(0, null, "invalid_type", "An entry must be an object"));
    }

    [Fact]
    public async Task Every_problem_of_an_entry_is_named_at_once()
    {
        using var response = await PostAsync(
            """{"timestamp":"soon","level":"loud","message":12,"environment":1,"project_id":2,"trace_id":3,"span_id":4,"parent_span_id":5,"privacy_mode":6,"metadata":7,"error":{"type":8,"message":9,"stack_trace":10,"context":11}}""");

        await response.ExpectNothingValidAsync(
            new(0, "timestamp", "invalid_format", TimestampRule),
            new(0, "level", "invalid_option", LevelRule),
            new(0, "message", "invalid_type", "\"message\" must be a string"),
            new(0, "environment", "invalid_type", "\"environment\" must be a string"),
            new(0, "project_id", "invalid_type", "\"project_id\" must be a string"),
            new(0, "trace_id", "invalid_type", "\"trace_id\" must be a string"),
            new(0, "span_id", "invalid_type", "\"span_id\" must be a string"),
            new(0, "parent_span_id", "invalid_type", "\"parent_span_id\" must be a string"),
            new(0, "privacy_mode", "invalid_type", "\"privacy_mode\" must be a boolean or a string"),
            new(0, "metadata", "invalid_type", "\"metadata\" must be an object"),
            new(0, "error.type", "invalid_type", "\"error.type\" must be a string"),
            new(0, "error.message", "invalid_type", "\"error.message\" must be a string"),
            new(0, "error.stack_trace", "invalid_type", "\"error.stack_trace\" must be an array of strings"),
            new(0, "error.context", "invalid_type", "\"error.context\" must be an object"));
    }

    public static TheoryData<string, string, string, string> BrokenRules()
    {
        var cases = new TheoryData<string, string, string, string>();
        foreach (var name in RequiredTexts)
        {
            cases.Add(name, "", "missing", $"\"{name}\" is required");
            cases.Add(name, "null", "missing", $"\"{name}\" is required");
            AddEach(cases, name, "a string", "5", "true", "{}", "[\"x\"]");
        }

        foreach (var name in OptionalTexts)
        {
            AddEach(cases, name, "a string", "5", "false", "{}", "[]");
        }

        AddEach(cases, "privacy_mode", "a boolean or a string", "1", "{}", "[]");
        AddEach(cases, "metadata", "an object", "\"{}\"", "5", "true", "[]");
        AddEach(cases, "error", "an object", "\"Error\"", "5", "true", "[]");
        cases.Add("message", "\"\"", "too_short", "\"message\" must not be empty");
        return cases;
    }

    private static void AddEach(TheoryData<string, string, string, string> cases, string field, string type, params string[] values)
    {
        foreach (var value in values)
        {
            cases.Add(field, value, "invalid_type", $"\"{field}\" must be {type}");
        }
    }

    // A valid entry but for one field; an empty value leaves the field out.
    private static string With(string field, string value)
    {
        var entry = LogEntries.Simple();
        entry.Remove(field);
        var rest = string.Concat(entry.Select(pair => $",\"{pair.Key}\":{pair.Value!.ToJsonString()}"));
        return $"{{{(value.Length == 0 ? "" : $"\"{field}\":{value}")}{(value.Length == 0 ? rest[1..] : rest)}}}";
    }

    private async Task<HttpResponseMessage> PostAsync(string entry)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        return await logs.PostAsync($"{{\"logs\":[{entry}]}}");
    }
}
