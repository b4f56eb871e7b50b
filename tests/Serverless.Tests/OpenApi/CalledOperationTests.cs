using Serverless.Tests.Hosting;

namespace Serverless.Tests.OpenApi;

/// <summary>Begins when all tests that run side by side are over.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AfterAllOthers
{
    /// <summary>Its name.</summary>
    public const string Name = "After all others";
}

/// <summary>Every operation of the description is called by contract tests. Only a run of all of them can say so: it says nothing by itself.</summary>
[Collection(AfterAllOthers.Name)]
[Trait("Category", "Contract")]
public sealed class CalledOperationTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    // A run that calls fewer was asked for a few tests.
    private const double OfAll = 0.8;

    [Fact]
    public async Task Every_operation_is_called_by_some_contract_test()
    {
        var api = DescribedApi.Parse(await fixture.Host.Client.GetStringAsync("/openapi.json"));
        var missing = api.Operations.Select(operation => operation.Id).Except(DescribedExchanges.Called, StringComparer.Ordinal).ToList();

        Assert.True(missing.Count == 0 || missing.Count > api.Operations.Count * (1 - OfAll), $"No contract test calls {string.Join(", ", missing)}.");
    }
}
