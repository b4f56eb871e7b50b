using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>What a host says of itself, without a key.</summary>
[Trait("Category", "Contract")]
public sealed class HealthTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Theory]
    [InlineData("GET", "/health", HttpStatusCode.OK, """{"status":"ok"}""")]
    [InlineData("GET", "/ready", HttpStatusCode.OK, """{"status":"ready"}""")]
    [InlineData("GET", "/health/x", HttpStatusCode.NotFound, """{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"r"}""")]
    [InlineData("POST", "/ready", HttpStatusCode.MethodNotAllowed, """{"error":"This path answers GET only","code":"METHOD_NOT_ALLOWED","retryable":false,"requestId":"r"}""")]
    public async Task It_is_up_and_ready(string method, string path, HttpStatusCode status, string body)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.Add("X-Request-Id", "r");

        using var response = await fixture.Host.Client.SendAsync(request);

        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(status, response.StatusCode);
    }
}
