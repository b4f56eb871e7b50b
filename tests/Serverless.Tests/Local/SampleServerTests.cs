using System.Net;
using System.Text.Json.Nodes;
using Serverless.Local.Search;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Local;

/// <summary>The samples that stand in for the web.</summary>
public sealed class SampleServerTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = new();
    private SampleServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await SampleServer.StartAsync();
        _client.BaseAddress = _server.Address;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task What_fits_best_comes_first_and_says_that_it_is_a_sample()
    {
        var results = await FindAsync("circuit breakers");

        Assert.Equal("The circuit breaker pattern (sample)", results[0]!["title"]!.GetValue<string>());
        Assert.All(results, result => Assert.EndsWith("(sample)", result!["title"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.All(results, result => Assert.StartsWith("Sample result, not from the web: ", result!["content"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.All(results, result => Assert.Contains("example.", new Uri(result!["url"]!.GetValue<string>()).Host, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("qwertyuiop")]
    [InlineData("!?")]
    public async Task Where_nothing_fits_it_says_what_there_is_to_set(string query) =>
        Assert.Contains("Search__Provider", Assert.Single(await FindAsync(query))!["content"]!.GetValue<string>(), StringComparison.Ordinal);

    [Theory]
    [InlineData("/search?q=x", HttpStatusCode.Forbidden)]
    [InlineData("/search?format=json", HttpStatusCode.NotFound)]
    [InlineData("/", HttpStatusCode.NotFound)]
    public async Task It_knows_nothing_but_searches_in_JSON(string target, HttpStatusCode status)
    {
        using var response = await _client.GetAsync(target);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task The_application_understands_it()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Configuration["Search:Endpoint"] = _server.Address.AbsoluteUri);
        var agent = await host.RegisterAsync();

        var first = (await agent.FindAsync("Singapore climate policy"))["results"]![0]!;

        Assert.Equal("Climate policy of a city state: Singapore (sample)", first["title"]!.GetValue<string>());
        Assert.Equal(("www.example.org", 0.7m, "2025-02-18T00:00:00Z"), (first["source"]!.GetValue<string>(), first["credibility_score"]!.GetValue<decimal>(), first["published_date"]!.GetValue<string>()));
    }

    private async Task<JsonArray> FindAsync(string query) =>
        JsonNode.Parse(await _client.GetStringAsync($"/search?q={Uri.EscapeDataString(query)}&format=json"))!["results"]!.AsArray();
}
