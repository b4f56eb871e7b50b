using System.Net;
using System.Text.Json.Nodes;
using Serverless.Redaction;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>What an organization and a project have taken out of events, together.</summary>
public sealed class EventRedactionTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private static readonly RedactionRules Addresses = RedactionRules.None with { Addresses = true };

    [Fact]
    public async Task Error_texts_and_tags_are_sent_on_without_what_either_takes_out()
    {
        var client = await CreateAsync(new(Emails: true, Cards: false, Addresses: false, ["token"]), Addresses with { Keys = ["ssn"] });

        var stored = await SendAsync(
            client,
            """{"error_message":"bob\u0040example.com at 10.0.0.1","error_code":"::1","user_id":"bob@example.com","tags":{ "Token":"x", "ssn":"", "a":"10.0.0.1", "b@c.de":"\n"}}""");

        Assert.Equal("[email] at [ip]", stored["error_message"]!.GetValue<string>());
        Assert.Equal("[ip]", stored["error_code"]!.GetValue<string>());
        Assert.Equal("bob@example.com", stored["user_id"]!.GetValue<string>());
        Assert.Equal("""{"Token":"[redacted]","ssn":"[redacted]","a":"[ip]","[email]":"\n"}""", stored["tags"]!.ToJsonString());
    }

    [Fact]
    public async Task Events_in_an_array_are_redacted_too()
    {
        var client = await CreateAsync(Addresses, RedactionRules.None);
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        line["error_message"] = "10.0.0.1";

        using var response = await client.PostJsonAsync(new JsonArray(line).ToJsonString());

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains("\"error_message\":\"[ip]\"", Assert.Single(await client.TakeSentEventsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_is_cut_after_it_was_redacted()
    {
        var client = await CreateAsync(RedactionRules.None with { Emails = true }, RedactionRules.None);
        var beginning = new string('x', 493) + " ";

        var stored = await SendAsync(client, new JsonObject { ["error_message"] = $"{beginning}bob@example.com and more" }.ToJsonString());

        Assert.Equal($"{beginning}[email", stored["error_message"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_change_holds_for_the_very_next_batch_through_another_instance()
    {
        await using var other = await ServerlessHost.StartAsync(fixture.Proxy.Account, fixture.Configure);
        var client = await CreateAsync(RedactionRules.None, RedactionRules.None);
        var there = new TraceClient(other.Client, client.Key, client.Project, other.Account);
        await SendAsync(there, """{"error_message":"10.0.0.1"}""");
        await SetAsync(client, Addresses, RedactionRules.None);

        var stored = await SendAsync(there, """{"error_message":"10.0.0.1","tags":{"a":"b"},"input_tokens":1000}""");

        // What it cost was known before it was redacted anew, and is still the price of its tokens.
        Assert.Equal("[ip]", stored["error_message"]!.GetValue<string>());
        Assert.Equal((0.0025m, "priced"), (stored["cost_usd"]!.GetValue<decimal>(), stored["cost_source"]!.GetValue<string>()));
        Assert.Equal("b", stored["tags"]!["a"]!.GetValue<string>());
    }

    private static async Task<JsonNode> SendAsync(TraceClient client, string fields)
    {
        var line = TraceEvents.Simple(Guid.NewGuid().ToString());
        using var response = await client.PostAsync($"{line.ToJsonString()[..^1]},{fields[1..]}");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return JsonNode.Parse(Assert.Single(await client.TakeSentEventsAsync()))!;
    }

    private async Task<TraceClient> CreateAsync(RedactionRules organization, RedactionRules project)
    {
        var client = await fixture.CreateClientAsync();
        await SetAsync(client, organization, project);
        return client;
    }

    private async Task SetAsync(TraceClient client, RedactionRules organization, RedactionRules project)
    {
        await fixture.Accounts.UpdateAsync(client.Organization, new Dictionary<string, string> { [TenantColumns.Redaction] = organization.ToText() });
        await fixture.Projects.UpdateAsync(client.Project, found => found with { Redaction = project });
    }
}
