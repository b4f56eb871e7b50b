using System.Net;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Members;

namespace Serverless.Tests.Logs;

/// <summary>Keys with the scope <c>ingest</c>: they send entries, and open none, so that they may stand in a web page.</summary>
[Trait("Category", "Contract")]
public sealed class WriteOnlyKeyTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";

    [Theory]
    [InlineData("ingest")]
    [InlineData("other ingest")]
    public async Task It_sends_and_every_way_to_read_is_closed_to_it(string scopes)
    {
        var full = await LogClient.CreateAsync(fixture.Host);
        var key = await fixture.Host.CreateKeyAsync(full.Organization, KeyPrefix.LuminaLog, new KeyOptions { Scopes = scopes });
        var page = new LogClient(fixture.Host.Client, key);

        using var sent = await page.PostAsync($"{{\"logs\":[{Entry}]}}");

        await sent.ExpectAcceptedAsync(1, Entry.Length);
        Assert.Equal([Entry], await full.ReadStoredAsync(1));
        foreach (var path in (string[])["", "?query=hello", "/stats", "/fields", "/tail", "/0197a1b2c3d47e5f8a9b0c1d2e3f4a5b-0000/context"])
        {
            using var refused = await page.GetAsync(path);
            await refused.ExpectErrorAsync(HttpStatusCode.Forbidden, "FORBIDDEN", "A key with the scope ingest sends entries, and opens none");
        }
    }

    [Fact]
    public async Task Another_word_closes_nothing()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var key = await fixture.Host.CreateKeyAsync(logs.Organization, KeyPrefix.LuminaLog, new KeyOptions { Scopes = "ingestion read" });

        using var response = await new LogClient(fixture.Host.Client, key).GetAsync("");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_admin_makes_one_and_what_takes_its_place_is_no_more()
    {
        var admin = await MemberClient.CreateAsync(fixture.Host, await fixture.Operator.CreateOrganizationAsync(), Roles.Admin);

        var made = await admin.DoAsync("POST", "/keys", """{"prefix":"ll_","name":"Page","scopes":["ingest"]}""", HttpStatusCode.Created);
        var next = await admin.DoAsync("POST", $"/keys/{made["id"]}/rotate", "{}", HttpStatusCode.Created);

        foreach (var key in new[] { made, next })
        {
            Assert.Equal(["ingest"], key["scopes"]!.AsArray().Select(scope => scope!.GetValue<string>()));
            var page = new LogClient(fixture.Host.Client, key["key"]!.GetValue<string>());
            await page.AcceptAsync(LogEntries.Simple());
            Assert.Equal(HttpStatusCode.Forbidden, (await page.GetAsync("")).StatusCode);
        }
    }
}
