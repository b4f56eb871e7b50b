using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Http;

/// <summary>What the framework itself refuses leaves in the envelope of the surface that owns the path.</summary>
[Trait("Category", "Contract")]
public sealed class EnvelopeTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Theory]
    [InlineData("/v1/logs/unknown", """{"error":"There is nothing at this path","code":"NOT_FOUND","requestId":"id-1"}""")]
    [InlineData("/v1/ingest/unknown", """{"error":"There is nothing at this path"}""")]
    [InlineData("/v1/auth/unknown", """{"error":"There is nothing at this path"}""")]
    [InlineData("/v1/projects/1/unknown", """{"error":"There is nothing at this path"}""")]
    [InlineData("/v1/apps/1/unknown", """{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"id-1"}""")]
    [InlineData("/v1/search/unknown", """{"status":"error","error_code":"NOT_FOUND","message":"There is nothing at this path"}""")]
    [InlineData("/v1/keys/unknown", """{"status":"error","error_code":"NOT_FOUND","message":"There is nothing at this path"}""")]
    [InlineData("/unknown", """{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"id-1"}""")]
    [InlineData("/console/assets/unknown", """{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"id-1"}""")]
    [InlineData("/v1/logsandmore", """{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"id-1"}""")]
    public async Task An_unknown_path_is_a_404(string path, string body)
    {
        using var response = await SendAsync(HttpMethod.Get, path);

        await AssertAsync(HttpStatusCode.NotFound, body, response);
    }

    [Theory]
    [InlineData("/v1/logs", "GET, POST")]
    [InlineData("/v1/logs/stats", "GET")]
    [InlineData("/v1/logs/tail", "GET")]
    public async Task Another_method_is_a_405_that_says_which_are_allowed(string path, string allow)
    {
        using var response = await SendAsync(HttpMethod.Patch, path);

        await AssertAsync(
            HttpStatusCode.MethodNotAllowed,
            $$"""{"error":"This path answers {{allow}} only","code":"METHOD_NOT_ALLOWED","requestId":"id-1"}""",
            response);
        Assert.Equal(allow.Split(", "), response.Content.Headers.Allow);
    }

    // The host adds headers of its own before it passes a request on.
    [Theory]
    [InlineData(8_000, 10, 10)]
    [InlineData(10, 90, 10)]
    [InlineData(10, 15, 2_000)]
    public async Task What_the_host_just_lets_through_is_answered_by_the_surface(int pathLength, int headers, int headerLength)
    {
        (string, string)[] given = [.. Enumerable.Range(0, headers).Select(number => ($"x-header-{number}", new string('h', headerLength)))];

        using var response = await SendAsync(HttpMethod.Get, "/v1/logs/" + new string('p', pathLength), given);

        await AssertAsync(HttpStatusCode.NotFound, """{"error":"There is nothing at this path","code":"NOT_FOUND","requestId":"id-1"}""", response);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Request-Id", "id-1");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await fixture.Host.Client.SendAsync(request);
    }

    private static async Task AssertAsync(HttpStatusCode status, string body, HttpResponseMessage response)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("id-1", Assert.Single(response.Headers.GetValues("X-Request-Id")));
        Assert.Equal(JsonNode.Parse(body)!.ToJsonString(), JsonNode.Parse(await response.Content.ReadAsStringAsync())!.ToJsonString());
    }
}
