using Serverless.Tests.Hosting;

namespace Serverless.Tests.OpenApi;

/// <summary>The files in <c>requests/</c> work as they stand.</summary>
public sealed class RequestFileTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Theory]
    [InlineData("luminalog")]
    [InlineData("lumiqtrace")]
    [InlineData("lamina")]
    [InlineData("lithtrix")]
    [InlineData("operator")]
    public async Task Every_request_of_a_file_succeeds(string surface)
    {
        var results = await new RequestFile(SourceTree.PathOf("requests", $"{surface}.http")).RunAsync(fixture.Host.Client, await DemoValues.OfAsync(fixture.Host));

        Assert.True(results.Count >= 5);
        Assert.All(results, result => Assert.True(result.Status is >= 200 and < 300, $"{result.Title}: {result.Status} {result.Body}"));
    }

    [Fact]
    public void There_is_one_for_each_surface() =>
        Assert.Equal(
            ["lamina", "lithtrix", "luminalog", "lumiqtrace", "operator"],
            Directory.GetFiles(SourceTree.PathOf("requests"), "*.http").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));
}
