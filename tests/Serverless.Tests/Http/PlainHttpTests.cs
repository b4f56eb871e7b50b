using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;

namespace Serverless.Tests.Http;

/// <summary>
/// Plain HTTP is refused, as the last proxy saw it. A host with a front end of its own learns from that how a request came, whatever the
/// client says, so that these are no contract tests.
/// </summary>
public sealed class PlainHttpTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";

    [Theory]
    [InlineData("/v1/logs", """{"error":"Plain HTTP is not served: send the request over HTTPS","code":"FORBIDDEN","requestId":"id-1"}""")]
    [InlineData("/v1/events", """{"error":"Plain HTTP is not served: send the request over HTTPS"}""")]
    [InlineData("/v1/runs", """{"error":"Plain HTTP is not served: send the request over HTTPS","code":"FORBIDDEN","retryable":false,"requestId":"id-1"}""")]
    [InlineData("/v1/me", """{"status":"error","error_code":"FORBIDDEN","message":"Plain HTTP is not served: send the request over HTTPS"}""")]
    public async Task It_is_a_403_in_the_envelope_of_the_surface(string path, string body)
    {
        using var response = await SendAsync(HttpMethod.Get, path, "http");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("id-1", Assert.Single(response.Headers.GetValues("X-Request-Id")));
        Assert.Equal(JsonNode.Parse(body)!.ToJsonString(), JsonNode.Parse(await response.Content.ReadAsStringAsync())!.ToJsonString());
    }

    [Theory]
    [InlineData("http")]
    [InlineData("HTTP")]
    [InlineData("https, http")]
    [InlineData("https,http")]
    [InlineData("ws")]
    public async Task It_is_refused_before_its_key_is_looked_at(string forwarded)
    {
        using var known = await SendAsync(HttpMethod.Post, "/v1/logs", forwarded, await fixture.Host.CreateLogKeyAsync());
        using var unknown = await SendAsync(HttpMethod.Get, "/v1/logs/unknown", forwarded);

        await ExpectRefusedAsync(known);
        await ExpectRefusedAsync(unknown);
    }

    [Theory]
    [InlineData("https")]
    [InlineData("HTTPS")]
    [InlineData("http, https")]
    [InlineData("http,https")]
    public async Task A_request_whose_last_hop_was_HTTPS_is_served(string forwarded)
    {
        using var response = await SendAsync(HttpMethod.Post, "/v1/logs", forwarded, await fixture.Host.CreateLogKeyAsync());

        await response.ExpectAcceptedAsync(1, Entry.Length);
    }

    private static Task ExpectRefusedAsync(HttpResponseMessage response) =>
        response.ExpectErrorAsync(HttpStatusCode.Forbidden, "FORBIDDEN", "Plain HTTP is not served: send the request over HTTPS");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string forwarded, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = method == HttpMethod.Post ? new StringContent($"{{\"logs\":[{Entry}]}}", Encoding.UTF8, "application/json") : null;
        request.Headers.Add("X-Request-Id", "id-1");
        request.Headers.Add("X-Forwarded-Proto", forwarded);
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        return await fixture.Host.Client.SendAsync(request);
    }
}
