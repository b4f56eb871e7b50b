using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Http;

/// <summary>A request that its sender may repeat, by example of <c>POST /v1/logs</c>.</summary>
[Trait("Category", "Contract")]
public sealed class IdempotencyTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Body = """{"logs":[{"timestamp":"2026-01-26T14:30:00.000Z","level":"info","message":"Once"},{"level":"bad"}]}""";
    private const string OtherBody = """{"logs":[{"timestamp":"2026-01-26T14:30:00.000Z","level":"info","message":"Other"}]}""";

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_is_stored_once()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var first = await PostAsync(logs, Body, "order 1");
        using var second = await PostAsync(logs, Body, "order 1");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", Assert.Single(second.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        await MarkAsync(logs);
        await logs.WaitForAsync(2);
    }

    [Fact]
    public async Task The_body_counts_as_it_is_once_decompressed()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var first = await PostAsync(logs, Body, "key");
        using var content = new ByteArrayContent(Compression.Gzip(Encoding.UTF8.GetBytes(Body)));
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var second = await PostAsync(logs, content, "key");

        Assert.True(second.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_a_conflict()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var first = await PostAsync(logs, Body, "key");
        using var second = await PostAsync(logs, OtherBody, "key");

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        var error = await LogClient.JsonAsync(second);
        Assert.Equal("IDEMPOTENCY_CONFLICT", error["code"]!.GetValue<string>());
        Assert.Equal("This Idempotency-Key was used for another body", error["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Another_organization_may_use_the_same_key()
    {
        var (one, other) = (await LogClient.CreateAsync(fixture.Host), await LogClient.CreateAsync(fixture.Host));

        using var first = await PostAsync(one, Body, "key");
        using var second = await PostAsync(other, OtherBody, "key");

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.False(second.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task A_refused_request_does_not_use_the_key_up()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var refused = await PostAsync(logs, """{"logs":[]}""", "key");
        using var accepted = await PostAsync(logs, Body, "key");

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Fact]
    public async Task Of_many_at_once_one_is_stored_and_all_others_get_its_answer()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync(logs, Body, "key")));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Single(responses, response => !response.Headers.Contains("Idempotent-Replayed"));
        Assert.Single((await Task.WhenAll(responses.Select(response => response.Content.ReadAsStringAsync()))).Distinct());
        await MarkAsync(logs);
        await logs.WaitForAsync(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tab\tbed")]
    [InlineData(256)]
    public async Task A_key_that_is_not_1_to_255_printable_characters_is_refused(object key)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(logs, Body, key as string ?? new string('k', (int)key));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("Idempotency-Key", (await LogClient.JsonAsync(response))["details"]![0]!["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task With_the_api_key_in_the_body_it_is_refused()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var body = JsonNode.Parse(OtherBody)!;
        body["api_key"] = logs.Key;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "key");

        using var response = await fixture.Host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("\"Idempotency-Key\" needs the API key in a header", (await LogClient.JsonAsync(response))["details"]![0]!["message"]!.GetValue<string>());
    }

    // The queue is no strict order: an entry of another batch that is there says that those before it had their chance.
    private static Task<JsonNode> MarkAsync(LogClient logs) => logs.AcceptAsync(LogEntries.Simple("Mark"));

    private static Task<HttpResponseMessage> PostAsync(LogClient logs, string body, string key) =>
        PostAsync(logs, new StringContent(body, Encoding.UTF8, "application/json"), key);

    private static Task<HttpResponseMessage> PostAsync(LogClient logs, HttpContent content, string key)
    {
        content.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return logs.PostAsync(content);
    }
}
