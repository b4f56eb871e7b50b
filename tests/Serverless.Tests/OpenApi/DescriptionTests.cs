using System.Net;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.OpenApi;

/// <summary>The description of the API itself.</summary>
[Trait("Category", "Contract")]
public sealed class DescriptionTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string UpdateVariable = "UPDATE_DESCRIPTION";

    private static readonly string AgreedPath = SourceTree.PathOf("docs", "openapi.json");
    private static readonly string[] Surfaces = ["lamina", "lithtrix", "luminalog", "lumiqtrace", "members", "operator", "service"];

    [Fact]
    public void Every_endpoint_is_declared_beside_its_function() =>
        Assert.Empty(new RouteTable().Endpoints.Where(endpoint => endpoint.Operation is null).Select(endpoint => endpoint.Function.Name));

    [Fact]
    public async Task It_describes_every_endpoint()
    {
        var api = DescribedApi.Parse(await GetAsync("/openapi.json"));

        Assert.StartsWith("3.1", api.Document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(
            new RouteTable().Endpoints.Select(endpoint => $"{endpoint.Method} {endpoint.Path}").Order(StringComparer.Ordinal),
            api.Operations.Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_surface_has_a_description_of_its_own_and_together_they_are_the_whole()
    {
        var whole = DescribedApi.Parse(await GetAsync("/openapi.json"));
        var parts = await Task.WhenAll(Surfaces.Select(async surface => DescribedApi.Parse(await GetAsync($"/openapi/{surface}.json"))));

        Assert.All(parts, part => Assert.Single(part.Document["tags"]!.AsArray()));
        Assert.Equal(
            whole.Operations.Select(operation => operation.Id).Order(StringComparer.Ordinal),
            parts.SelectMany(part => part.Operations).Select(operation => operation.Id).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("nothing.json")]
    [InlineData(".json")]
    [InlineData("luminalog")]
    public async Task Of_other_surfaces_there_is_none(string file)
    {
        // The whole has been made by then, and is at hand.
        await GetAsync("/openapi.json");
        using var response = await fixture.Host.Client.GetAsync($"/openapi/{file}");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("NOT_FOUND", JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Whoever_has_it_is_told_so()
    {
        using var first = await fixture.Host.Client.GetAsync("/openapi/luminalog.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/luminalog.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await fixture.Host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task It_is_what_was_agreed_on()
    {
        var current = await GetAsync("/openapi.json");
        if (Environment.GetEnvironmentVariable(UpdateVariable) is not null)
        {
            await File.WriteAllTextAsync(AgreedPath, current);
        }

        var agreed = Spell(await File.ReadAllTextAsync(AgreedPath));
        var now = Spell(current);
        var changed = agreed.Keys.Union(now.Keys)
            .Where(operation => agreed.GetValueOrDefault(operation) != now.GetValueOrDefault(operation))
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.True(changed.Count == 0, $"{string.Join(", ", changed)} changed. If that is meant, run this test with {UpdateVariable}=1, and commit {AgreedPath}.");
    }

    private static Dictionary<string, string> Spell(string json)
    {
        var api = DescribedApi.Parse(json);
        return api.Operations.ToDictionary(operation => operation.Id, api.Spell, StringComparer.Ordinal);
    }

    private async Task<string> GetAsync(string path) => await fixture.Host.Client.GetStringAsync(path);
}
