using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Operator;

/// <summary>What models cost an organization.</summary>
public sealed class PriceEndpoints(SurfaceEndpoint endpoint, OrganizationPrices prices)
{
    private const string Root = OperatorSurface.Root + "organizations/{organization}/prices";

    private static readonly ApiOperation GetPrices = OperatorSurface.OfOrganization(OrganizationPrices.Show);
    private static readonly ApiOperation ReplacePrices = OperatorSurface.OfOrganization(OrganizationPrices.Replace);

    /// <summary><c>GET organizations/{organization}/prices</c>.</summary>
    [Function(nameof(GetPrices))]
    public Task GetPricesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, GetPrices, (context, cancellationToken) => prices.ShowAsync(context, organization, cancellationToken));

    /// <summary><c>PUT organizations/{organization}/prices</c>.</summary>
    [Function(nameof(ReplacePrices))]
    public Task ReplacePricesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, ReplacePrices, (context, cancellationToken) => prices.ReplaceAsync(context, organization, cancellationToken));
}
