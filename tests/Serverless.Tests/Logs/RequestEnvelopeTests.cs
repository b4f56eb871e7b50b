using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>What holds for every answer: its request id, and unknown paths and methods.</summary>
[Trait("Category", "Contract")]
public sealed class RequestEnvelopeTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";
    private const string Allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    [Theory]
    [InlineData("a")]
    [InlineData("-")]
    [InlineData(Allowed)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    public async Task A_well_formed_request_id_is_echoed(string id)
    {
        using var accepted = await SendAsync(HttpMethod.Post, "/v1/logs", Header(id));
        using var refused = await SendAsync(HttpMethod.Post, "/v1/logs", Header(id), withKey: false);

        await accepted.ExpectAcceptedAsync(1, Entry.Length);
        await refused.ExpectUnauthorizedAsync();
        Assert.Equal(id, accepted.RequestId());
        Assert.Equal(id, refused.RequestId());
    }

    [Fact]
    public async Task A_request_id_may_have_128_characters_and_not_one_more()
    {
        var longest = new string('a', 128);

        using var echoed = await SendAsync(HttpMethod.Post, "/v1/logs", Header(longest));
        using var replaced = await SendAsync(HttpMethod.Post, "/v1/logs", Header(longest + "a"));

        Assert.Equal(longest, echoed.RequestId());
        Assert.True(Guid.TryParseExact(replaced.RequestId(), "D", out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("slash/slash")]
    [InlineData("a,b")]
    [InlineData("quo\"te")]
    public async Task Another_request_id_is_replaced_by_a_new_UUID(string? id)
    {
        using var first = await SendAsync(HttpMethod.Post, "/v1/logs", Header(id), withKey: false);
        using var second = await SendAsync(HttpMethod.Post, "/v1/logs", Header(id), withKey: false);

        await first.ExpectUnauthorizedAsync();
        Assert.True(Guid.TryParseExact(first.RequestId(), "D", out _));
        Assert.NotEqual(first.RequestId(), second.RequestId());
    }

    [Theory]
    [InlineData("GET", "/v1/logs/unknown")]
    [InlineData("POST", "/v1/logs/unknown")]
    [InlineData("POST", "/v1/logs/tail/more")]
    [InlineData("DELETE", "/v1/logs/0190-0000")]
    public async Task An_unknown_path_below_logs_is_answered_in_their_envelope(string method, string path)
    {
        using var response = await SendAsync(new(method), path);

        await response.ExpectErrorAsync(HttpStatusCode.NotFound, "NOT_FOUND", "There is nothing at this path");
    }

    [Theory]
    [InlineData("GET", "/v1")]
    [InlineData("POST", "/v1/logsandmore")]
    [InlineData("POST", "/v2/logs")]
    [InlineData("PUT", "/favicon.ico")]
    public async Task An_unknown_path_elsewhere_is_answered_in_Laminas_envelope(string method, string path)
    {
        using var response = await SendAsync(new(method), path);

        await response.ExpectAsync(
            HttpStatusCode.NotFound,
            $$"""{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"{{response.RequestId()}}"}""");
    }

    [Theory]
    [InlineData("PUT", "/v1/logs", "GET, POST")]
    [InlineData("DELETE", "/v1/logs", "GET, POST")]
    [InlineData("PATCH", "/v1/logs", "GET, POST")]
    [InlineData("PUT", "/v1/logs/", "GET, POST")]
    [InlineData("PUT", "/v1/logs/stats", "GET")]
    [InlineData("DELETE", "/v1/logs/stats", "GET")]
    [InlineData("PATCH", "/v1/logs/stats", "GET")]
    [InlineData("POST", "/v1/logs/stats", "GET")]
    [InlineData("PUT", "/v1/logs/tail", "GET")]
    [InlineData("DELETE", "/v1/logs/tail", "GET")]
    [InlineData("PATCH", "/v1/logs/tail", "GET")]
    [InlineData("POST", "/v1/logs/tail", "GET")]
    public async Task A_known_path_asked_with_the_wrong_method_names_the_right_ones(string method, string path, string allow)
    {
        using var response = await SendAsync(new(method), path);

        await response.ExpectErrorAsync(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", $"This path answers {allow} only");
        Assert.Equal(allow.Split(", "), response.Content.Headers.Allow);
    }

    private static (string Name, string Value)? Header(string? requestId) => requestId is null ? null : ("X-Request-Id", requestId);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, (string Name, string Value)? header = null, bool withKey = true)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method != HttpMethod.Get)
        {
            request.Content = new StringContent($"{{\"logs\":[{Entry}]}}", Encoding.UTF8, "application/json");
        }

        if (withKey)
        {
            request.Headers.Add("x-api-key", await fixture.Host.CreateLogKeyAsync());
        }

        if (header is { } sent)
        {
            request.Headers.TryAddWithoutValidation(sent.Name, sent.Value);
        }

        return await fixture.Host.Client.SendAsync(request);
    }
}
