using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;

namespace Serverless.Tests.Operator;

/// <summary>A list that has organizations of nobody else in it.</summary>
public sealed class ManyOrganizationsTests
{
    [Fact]
    public async Task Several_hundred_are_listed_page_by_page()
    {
        await using var host = await OperatorClient.StartHostAsync();
        var client = new OperatorClient(host.Client);
        var made = new List<string>();
        foreach (var some in Enumerable.Range(0, 320).Chunk(32))
        {
            made.AddRange(await Task.WhenAll(some.Select(_ => client.CreateOrganizationAsync())));
        }

        // Rows of other kinds lie between them.
        await client.CreateAsync($"organizations/{made[0]}/keys", """{"prefix":"ll_","name":"x"}""");
        await client.CreateAsync($"organizations/{made[1]}/members", """{"email":"a@example.com","password":"correct horse","role":"owner"}""");

        await host.Services.GetRequiredService<AccountUpkeep>().RunAsync(CancellationToken.None);
        var (items, pages) = await client.ListAsync("organizations");
        Assert.Equal(7, pages);
        Assert.Equal(made.Order(StringComparer.Ordinal), items.Select(item => item["id"]!.GetValue<string>()));
        Assert.Equal((2, 320), ((await client.ListAsync("organizations?limit=200")).Pages, items.Count));
        Assert.Equal(10, (await client.ListAsync("organizations?limit=32")).Pages);
        var first = await client.SendAsync("GET", "organizations?limit=1");
        Assert.Equal(1, first.Json["pagination"]!["limit"]!.GetValue<int>());
        Assert.Equal(items[0].ToJsonString(), Assert.Single(first.Json["data"]!.AsArray())!.ToJsonString());
    }
}
