using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>Bodies that are no JSON, or JSON that no Unicode text can hold.</summary>
[Trait("Category", "Contract")]
public sealed class IngestMalformedTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Good = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";

    // How many containers stand around metadata: the body, the array, the entry.
    private const int Around = 3;

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("   ", 1, 4)]
    [InlineData("{", 1, 2)]
    [InlineData("{\"logs\":[", 1, 10)]
    [InlineData("{\"logs\":[" + Good, 1, 79)]
    [InlineData("{\"logs\":[" + Good + "]", 1, 80)]
    [InlineData("{\"logs\":[{\"message\":\"cut", 1, 25)]
    [InlineData("{\"logs\":[" + Good + "]} x", 1, 82)]
    [InlineData("{\"logs\":[" + Good + "]}{}", 1, 81)]
    [InlineData("{\"logs\":[" + Good + "]},", 1, 81)]
    [InlineData("{\"logs\":[" + Good + ",]}", 1, 80)]
    [InlineData("{\"logs\":[" + Good + "],}", 1, 81)]
    [InlineData("{\"logs\":[,]}", 1, 10)]
    [InlineData("{\"logs\":[" + Good + "" + Good + "]}", 1, 79)]
    [InlineData("// comment\n{\"logs\":[]}", 1, 1)]
    [InlineData("{/* comment */\"logs\":[]}", 1, 2)]
    [InlineData("{\"logs\":[" + Good + "]}\n// comment", 2, 1)]
    [InlineData("{\n\"logs\": [\n  NaN\n]}", 3, 3)]
    [InlineData("{\"logs\":[Infinity]}", 1, 10)]
    [InlineData("{\"logs\":[{\"metadata\":{\"a\":-Infinity}}]}", 1, 28)]
    [InlineData("{\"logs\":[{\"metadata\":{\"a\":NaN}}]}", 1, 27)]
    [InlineData("{\"logs\":[{\"metadata\":{\"a\":01}}]}", 1, 28)]
    [InlineData("{\"logs\":[{\"metadata\":{\"a\":.5}}]}", 1, 27)]
    [InlineData("{\"logs\":[{\"metadata\":{\"a\":+5}}]}", 1, 27)]
    [InlineData("{\"logs\":[{\"metadata\":{\"a\":0x5}}]}", 1, 28)]
    [InlineData("{\"logs\":[{\"metadata\":{\"a\":True}}]}", 1, 27)]
    [InlineData("{'logs':[]}", 1, 2)]
    [InlineData("{logs:[]}", 1, 2)]
    [InlineData("{\"logs\" []}", 1, 9)]
    [InlineData("{\"logs\":[{\"message\":\"tab\there\"}]}", 1, 25)]
    [InlineData("{\"logs\":[{\"message\":\"line\nbreak\"}]}", 1, 26)]
    [InlineData("{\"logs\":[{\"message\":\"\\x41\"}]}", 1, 23)]
    [InlineData("{\"logs\":[{\"message\":\"\\u12g4\"}]}", 1, 26)]
    [InlineData("{\"logs\":[}]", 1, 10)]
    public async Task A_body_that_is_no_JSON_is_refused_and_the_place_named(string body, int line, int place)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync(body);

        var answer = await LogClient.JsonAsync(response);
        var message = answer["error"]!.GetValue<string>();
        Assert.StartsWith($"The body is not valid JSON at line {line}, byte {place}: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", message, StringComparison.Ordinal);
        await response.ExpectInvalidAsync(null, "invalid_json", message);
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task Problems_of_the_entries_before_the_break_are_named_too()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync("""{"logs":[{"timestamp":"2026-01-26T14:30:00Z","level":"info"},}""");

        var message = (await LogClient.JsonAsync(response))["error"]!.GetValue<string>();
        await response.ExpectErrorAsync(
            HttpStatusCode.BadRequest,
            "VALIDATION_ERROR",
            message,
            new(null, null, "invalid_json", message),
            new(0, "message", "missing", "\"message\" is required"));
    }

    [Theory]
    [InlineData(64, "[", "]", true)]
    [InlineData(65, "[", "]", false)]
    [InlineData(64, "{\"a\":", "}", true)]
    [InlineData(65, "{\"a\":", "}", false)]
    public async Task A_body_may_nest_64_deep_and_not_deeper(int depth, string open, string close, bool accepted)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var levels = depth - Around - 1;
        var nested = string.Concat(Enumerable.Repeat(open, levels)) + (open == "[" ? "" : "1") + string.Concat(Enumerable.Repeat(close, levels));
        var entry = $"{Good[..^1]},\"metadata\":{{\"deep\":{nested}}}}}";

        using var response = await logs.PostAsync($"{{\"logs\":[{entry}]}}");

        if (accepted)
        {
            Assert.Equal([entry], await logs.ReadStoredAsync(1));
        }
        else
        {
            var message = (await LogClient.JsonAsync(response))["error"]!.GetValue<string>();
            await response.ExpectInvalidAsync(null, "invalid_json", message);
            Assert.Contains("64", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("80")]
    [InlineData("C3")]
    [InlineData("C328")]
    [InlineData("C080")]
    [InlineData("E282")]
    [InlineData("E28228")]
    [InlineData("F09F98")]
    [InlineData("F4908080")]
    [InlineData("EDA080")]
    public async Task Bytes_that_are_not_UTF8_are_refused_wherever_they_stand(string hexadecimal)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        foreach (var template in new[] { $"{{\"logs\":[{Good},{{\"message\":\"|\"}}]}}", $"{{\"other\":\"|\",\"logs\":[{Good}]}}", $"{{\"|\":1,\"logs\":[{Good}]}}" })
        {
            var parts = template.Split('|').Select(Encoding.UTF8.GetBytes).ToList();
            using var content = new ByteArrayContent([.. parts[0], .. Convert.FromHexString(hexadecimal), .. parts[1]]);

            using var response = await logs.PostAsync(content);

            await response.ExpectInvalidAsync(null, "invalid_encoding", "The body is not UTF-8");
        }

        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_character_cut_by_the_end_of_the_body_is_refused()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes("{\"logs\":[{\"message\":\""), 0xE2, 0x82]);

        using var response = await logs.PostAsync(content);

        await response.ExpectInvalidAsync(null, "invalid_encoding", "The body is not UTF-8");
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{{\"logs\":[{Good}]}}")]);

        using var response = await logs.PostAsync(content);

        await response.ExpectAcceptedAsync(1, Good.Length);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    [InlineData("utf-16BE")]
    public async Task Another_encoding_of_Unicode_is_refused(string encoding)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = new ByteArrayContent(Encoding.GetEncoding(encoding).GetBytes($"{{\"logs\":[{Good}]}}"));

        using var response = await logs.PostAsync(content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await logs.ExpectNothingStoredAsync();
    }
}
