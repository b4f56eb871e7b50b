using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Operator;

namespace Serverless.Tests.Logs;

/// <summary>What an organization has taken out of its entries is nowhere: not in what is stored, and not in what is found.</summary>
public sealed class LogRedactionTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private const string Rules = """{"emails":true,"cards":true,"addresses":true,"keys":["password"]}""";
    private const string Required = "\"timestamp\":\"2026-01-26T14:30:00Z\",\"level\":\"info\",\"message\":";

    private const string Sent =
        "{" + Required + "\"" + """Bob bob\u0040example.com paid with 4111 1111 1111 1111 from 10.0.0.1","environment":"bob@example.com","metadata":{ "user":{"Password":{"a":1},"mail":"bob@example.com"},"card":4111111111111111},"error":{"type":"E","message":"::1","stack_trace":["at 10.0.0.1"],"context":{"password":"x"}}}""";

    private const string Stored =
        "{" + Required + "\"" + """Bob [email] paid with [card] from [ip]","environment":"bob@example.com","metadata":{"user":{"Password":"[redacted]","mail":"[email]"},"card":"[card]"},"error":{"type":"E","message":"[ip]","stack_trace":["at [ip]"],"context":{"password":"[redacted]"}}}""";

    [Fact]
    public async Task Entries_are_stored_and_found_without_what_was_taken_out()
    {
        var logs = await CreateAsync(Rules);

        using var response = await logs.PostAsync($"{{\"logs\":[{Sent}]}}");

        // What is charged is what was sent.
        await response.ExpectAcceptedAsync(1, Encoding.UTF8.GetByteCount(Sent));
        Assert.Equal([Stored], await logs.ReadStoredAsync(1));
        Assert.Single(await logs.MessagesAsync(LogReads.Always + "&query=paid"));
        Assert.Single(await logs.MessagesAsync(LogReads.Always + "&query=email"));
        Assert.Single(await logs.MessagesAsync(LogReads.Always + "&query=metadata.user.password:%22[redacted]%22".Replace("password", "Password", StringComparison.Ordinal)));
        foreach (var query in (string[])["example", "1111", "metadata.user.mail:%22bob@example.com%22", "metadata.card:4111111111111111"])
        {
            Assert.Empty(await logs.MessagesAsync($"{LogReads.Always}&query={query}"));
        }
    }

    [Theory]
    [InlineData("true", "10.0.0.1")]
    [InlineData("false", "[ip]")]
    [InlineData("\"true\"", "[ip]")]
    [InlineData("null", "[ip]")]
    public async Task An_entry_in_privacy_mode_is_left_as_it_is(string privacyMode, string message)
    {
        var logs = await CreateAsync(Rules);

        await PostAsync(logs, $"{{\"logs\":[{{{Required}\"10.0.0.1\",\"privacy_mode\":{privacyMode}}}]}}");

        var field = privacyMode == "null" ? "" : $",\"privacy_mode\":{privacyMode}";
        Assert.Equal([$"{{{Required}\"{message}\"{field}}}"], await logs.ReadStoredAsync(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_in_the_body_is_no_way_around(bool isFirst)
    {
        var logs = await CreateAsync(Rules);
        var (first, last) = isFirst ? ($"\"api_key\":\"{logs.Key}\",", "") : ("", $",\"api_key\":\"{logs.Key}\"");

        using var content = new StringContent($"{{{first}\"logs\":[{Sent},{Sent.Replace("Bob ", "Ann ", StringComparison.Ordinal)}]{last}}}", Encoding.UTF8, "application/json");
        using var response = await fixture.Host.Client.PostAsync("/v1/logs", content);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([Stored.Replace("Bob ", "Ann ", StringComparison.Ordinal), Stored], await logs.ReadStoredAsync(2));
        Assert.Empty(await logs.MessagesAsync(LogReads.Always + "&query=example"));
    }

    [Fact]
    public async Task A_large_batch_with_its_key_at_the_end_is_staged_without_it_too()
    {
        var logs = await CreateAsync(Rules);
        var noise = new Random(1);
        var entries = Enumerable.Range(0, 30).Select(number =>
        {
            var bytes = new byte[60_000];
            noise.NextBytes(bytes);
            return $"{{{Required}\"{number} 10.0.0.1\",\"metadata\":{{\"data\":\"{Convert.ToHexString(bytes)[..90_000]}\",\"password\":1}}}}";
        });
        var body = $"{{\"logs\":[{string.Join(',', entries)}]}}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = new StringContent(body.Insert(1, $"\"api_key\":\"{logs.Key}\","), Encoding.UTF8, "application/json") };

        using var response = await fixture.Host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var stored = await logs.ReadStoredAsync(30);
        Assert.All(stored, entry => Assert.True(entry.Contains(" [ip]\"", StringComparison.Ordinal) && entry.Contains("\"password\":\"[redacted]\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_change_holds_for_the_very_next_request_through_another_instance()
    {
        await using var other = await OperatorClient.StartHostAsync(fixture.Host.Account);
        var logs = await CreateAsync("{}");
        var there = new LogClient(other.Client, logs.Key, other.Account);
        await PostAsync(there, $"{{\"logs\":[{{{Required}\"a 10.0.0.1\"}}]}}");
        await fixture.Operator.DoAsync("PUT", $"organizations/{logs.Organization}/redaction", Rules);

        await PostAsync(there, $"{{\"logs\":[{{{Required}\"b 10.0.0.1\"}}]}}");
        await fixture.Operator.DoAsync("PUT", $"organizations/{logs.Organization}/redaction", "{}");
        await PostAsync(logs, $"{{\"logs\":[{{{Required}\"c 10.0.0.1\"}}]}}");

        await logs.WaitForAsync(3);
        Assert.Equal(["a 10.0.0.1", "b [ip]", "c 10.0.0.1"], (await logs.MessagesAsync(LogReads.Always)).Order());
    }

    [Fact]
    public async Task Redaction_costs_no_transaction()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await OperatorClient.StartHostAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        await new OperatorClient(host.Client).DoAsync("PUT", $"organizations/{logs.Organization}/redaction", Rules);
        await logs.AcceptAsync(LogEntries.Simple());
        await PersistedAsync();
        proxy.Reset();

        await logs.AcceptAsync(LogEntries.Simple("10.0.0.1"));
        await PersistedAsync();

        Assert.Equal(["table POST", "queue POST", "queue GET", "table PUT", "queue DELETE"], proxy.Transactions.Select(transaction => transaction.ToString()));

        Task PersistedAsync() => proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));
    }

    [Fact]
    public async Task A_repetition_is_redacted_once()
    {
        var logs = await CreateAsync(Rules);
        var answers = new List<string>();
        foreach (var _ in (int[])[1, 2])
        {
            using var content = new StringContent($"{{\"logs\":[{Sent}]}}", Encoding.UTF8, "application/json");
            content.Headers.TryAddWithoutValidation("Idempotency-Key", "again");
            using var response = await logs.PostAsync(content);
            answers.Add(await response.Content.ReadAsStringAsync());
        }

        Assert.Single(answers.Distinct());
        Assert.Equal([Stored], await logs.ReadStoredAsync(1));
    }

    [Fact]
    public async Task What_becomes_longer_by_it_still_has_room()
    {
        var logs = await CreateAsync("""{"addresses":true,"keys":["a"]}""");
        var metadata = string.Join(',', Enumerable.Repeat("{\"a\":1}", 12_000));

        await PostAsync(logs, $"{{\"logs\":[{{{Required}\"::1\",\"metadata\":{{\"b\":[{metadata}]}}}}]}}");

        Assert.Equal([$"{{{Required}\"[ip]\",\"metadata\":{{\"b\":[{metadata.Replace("1", "\"[redacted]\"", StringComparison.Ordinal)}]}}}}"], await logs.ReadStoredAsync(1));
    }

    private static async Task PostAsync(LogClient logs, string body)
    {
        using var response = await logs.PostAsync(body);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    private async Task<LogClient> CreateAsync(string rules)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var set = await fixture.Operator.DoAsync("PUT", $"organizations/{logs.Organization}/redaction", rules);
        Assert.Equal(JsonNode.Parse(rules)!["addresses"]?.GetValue<bool>() ?? false, set["addresses"]!.GetValue<bool>());
        return logs;
    }
}
