using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Organizations;

namespace Serverless.Members;

/// <summary>What models cost the organization.</summary>
public sealed class OwnPrices(MembersEndpoint endpoint, OrganizationPrices prices)
{
    private const string Root = MembersSurface.Root + "/prices";

    private static readonly ApiOperation GetOwnPrices = MembersSurface.Operation(OrganizationPrices.Show, nameof(GetOwnPrices));
    private static readonly ApiOperation ReplaceOwnPrices = MembersSurface.Operation(OrganizationPrices.Replace, nameof(ReplaceOwnPrices), Access.Define);

    /// <summary><c>GET /v1/organization/prices</c>.</summary>
    [Function(nameof(GetOwnPrices))]
    public Task GetOwnPricesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, GetOwnPrices, prices.ShowAsync);

    /// <summary><c>PUT /v1/organization/prices</c>.</summary>
    [Function(nameof(ReplaceOwnPrices))]
    public Task ReplaceOwnPricesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ReplaceOwnPrices, prices.ReplaceAsync);
}
