using System.Net;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Members;

/// <summary>What models cost the organization, as its members see it.</summary>
[Trait("Category", "Contract")]
public sealed class OwnPriceTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task An_admin_sets_prices_and_every_member_sees_them()
    {
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var (admin, member) = (await MemberClient.CreateAsync(fixture.Host, organization, Roles.Admin), await MemberClient.CreateAsync(fixture.Host, organization, Roles.Member));

        var set = await admin.DoAsync("PUT", "/prices", """{"prices":[{"model":"mine-*","input":0.2,"output":0.4}]}""");

        Assert.Equal("""[{"model":"mine-*","input":0.2,"output":0.4,"cachedInput":null,"from":null}]""", set["prices"]!.ToJsonString());
        Assert.Equal(set.ToJsonString(), (await member.DoAsync("GET", "/prices")).ToJsonString());
        Assert.Equal(set.ToJsonString(), (await fixture.Operator.DoAsync("GET", $"organizations/{organization}/prices")).ToJsonString());
        (await member.SendAsync("PUT", "/prices", """{"prices":[]}""")).AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "This needs the role admin or owner");
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_the_operators_words()
    {
        var owner = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync());

        (await owner.SendAsync("PUT", "/prices", "{}")).AssertInvalid(
            "Invalid request body", ("prices", "missing_no_default", "\"prices\" is required: no default is configured for this parameter."));
    }
}
