using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Http;

/// <summary>What a client may ask for by convention, on every surface.</summary>
[Trait("Category", "Contract")]
public sealed class ConventionalHeaderTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Problem = "application/problem+json";

    [Theory]
    [InlineData("/v1/logs", "INVALID_API_KEY", "Invalid or missing API key")]
    [InlineData("/v1/events", "NOT_AUTHENTICATED", "Not authenticated")]
    [InlineData("/v1/runs", "AUTH_MISSING_KEY", "Missing API key")]
    [InlineData("/v1/me", "INVALID_API_KEY", "The API key is missing or not recognised")]
    [InlineData("/v1/admin/organizations", "AUTH_MISSING_KEY", "Missing admin key")]
    public async Task An_error_is_a_problem_document_to_whoever_asks_for_one(string path, string code, string detail)
    {
        using var response = await GetAsync(path, $"text/html, {Problem}; q=0.5");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal($"{Problem}; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("Accept", response.Headers.Vary);
        var expected = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = "Unauthorized",
            ["status"] = 401,
            ["detail"] = detail,
            ["code"] = code,
            ["retryable"] = false,
            ["requestId"] = Assert.Single(response.Headers.GetValues("X-Request-Id")),
        };
        Assert.Equal(expected.ToJsonString(), JsonNode.Parse(await response.Content.ReadAsStringAsync())!.ToJsonString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData($"{Problem}; q=0")]
    [InlineData("no media type at all")]
    public async Task Everybody_else_gets_the_envelope_of_the_surface(string? accept)
    {
        using var response = await GetAsync("/v1/events", accept);

        Assert.Equal("""{"error":"Not authenticated"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_problem_document_names_everything_that_is_wrong()
    {
        var logs = await fixture.Host.AnyLogClientAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/logs?limit=0&nothing=1");
        request.Headers.Add("x-api-key", logs.Key);
        request.Headers.Add("Accept", Problem);

        using var response = await fixture.Host.Client.SendAsync(request);

        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("VALIDATION_ERROR", problem["code"]!.GetValue<string>());
        Assert.Equal(
            """[{"index":null,"field":"nothing","code":"unknown_parameter","detail":"There is no parameter \u0022nothing\u0022"},{"index":null,"field":"limit","code":"out_of_range","detail":"\u0022limit\u0022 must be a whole number from 1 to 1000"}]""",
            problem["errors"]!.ToJsonString());
    }

    [Fact]
    public async Task Logs_tell_what_is_left_of_the_budgets_of_the_key_and_of_its_organization()
    {
        var logs = new LogClient(fixture.Host.Client, await fixture.Host.CreateLogKeyAsync("Indie"));

        using var response = await logs.GetAsync("/stats");

        Assert.Equal("\"key\";q=60;w=60, \"organization\";q=60;w=60", Assert.Single(response.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal("\"key\";r=59;t=1, \"organization\";r=59;t=1", Assert.Single(response.Headers.GetValues("RateLimit")));
    }

    [Fact]
    public async Task LumiqTrace_tells_what_is_left_of_the_budget_of_the_session_and_of_the_organization_for_its_ai()
    {
        var reader = await TraceReader.CreateAsync(fixture.Host, await TraceClient.CreateAsync(fixture.Host));

        using var data = await reader.GetAsync("/v1/costs");
        using var ai = await reader.GetAsync("/v1/ai/anomalies");

        Assert.Equal("\"session\";q=300;w=60", Assert.Single(data.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"session\";r=299;t=", Assert.Single(data.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        Assert.Equal("\"organization\";q=20;w=3600", Assert.Single(ai.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"organization\";r=19;t=", Assert.Single(ai.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lithtrix_tells_what_is_left_of_the_budget_of_the_agent_and_of_the_address_that_registers()
    {
        using var body = new StringContent($$"""{"agent_name":"test","owner_identifier":"{{Guid.NewGuid()}}"}""", System.Text.Encoding.UTF8, "application/json");
        using var registered = await fixture.Host.Client.PostAsync("/v1/register", body);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/me");
        request.Headers.Authorization = new("Bearer", JsonNode.Parse(await registered.Content.ReadAsStringAsync())!["api_key"]!.GetValue<string>());
        using var known = await fixture.Host.Client.SendAsync(request);

        Assert.Equal("\"address\";q=20;w=3600", Assert.Single(registered.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"address\";r=", Assert.Single(registered.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        Assert.Equal("\"agent\";q=60;w=60", Assert.Single(known.Headers.GetValues("RateLimit-Policy")));
        Assert.StartsWith("\"agent\";r=59;t=", Assert.Single(known.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> GetAsync(string path, string? accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return fixture.Host.Client.SendAsync(request);
    }
}
