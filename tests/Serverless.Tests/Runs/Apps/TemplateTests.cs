using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Apps;

/// <summary><c>/v1/templates</c>: definitions to start from.</summary>
[Trait("Category", "Contract")]
public sealed class TemplateTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task Templates_are_listed_and_shown_with_their_definition()
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host);

        var list = await lamina.DoAsync("GET", "/v1/templates");
        var one = await lamina.DoAsync("GET", "/v1/templates/delayed-notification");

        Assert.Equal(
            ["delayed-notification", "page-summary", "product-description", "research-brief", "translation"],
            list.AsArray().Select(template => template!["templateId"]!.GetValue<string>()));
        const string Head = """
            "templateId":"delayed-notification","name":"Delayed notification","description":"Posts a message as JSON to an address, a minute after it was asked to."
            """;
        Assert.Equal($"{{{Head}}}", list[0]!.ToJsonString());
        Assert.Equal(
            JsonNode.Parse(
                $$$"""
                {{{{Head}}},"definition":{"name":"Delayed notification","description":"Posts a message as JSON to an address, a minute after it was asked to.",
                 "parameters":[{"id":"address","name":"Address","type":"text","description":"Where to post the message."},
                   {"id":"message","name":"Message","type":"text","description":"The message.","default":"A minute has passed."}],
                 "steps":[{"id":"pause","kind":"delay","seconds":60,"retries":2,"timeoutSeconds":60},
                   {"id":"notify","kind":"http","method":"POST","url":"{{inputs.Address}}","headers":{"Content-Type":"application/json"},
                    "body":"{\"text\":\"{{inputs.Message}}\"}","after":["pause"],"retries":2,"timeoutSeconds":60}],
                 "outputs":[{"id":"response","label":"Response","type":"text","step":"notify"}]}}
                """)!.ToJsonString(),
            one.ToJsonString());
    }

    [Fact]
    public async Task Every_template_s_definition_is_one_that_can_be_put()
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host, scopes: "admin");

        foreach (var template in (await lamina.DoAsync("GET", "/v1/templates")).AsArray())
        {
            var shown = await lamina.DoAsync("GET", $"/v1/templates/{template!["templateId"]}");
            await lamina.DoAsync("PUT", $"/v1/apps/my-{template["templateId"]}", shown["definition"]!.ToJsonString(), HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task An_app_made_of_a_template_is_the_workspace_s_own()
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host, scopes: "admin");

        var made = await lamina.SendAsync("POST", "/v1/templates/research-brief/apps", """{"appId":"brief"}""");
        var named = await lamina.SendAsync("POST", "/v1/templates/research-brief/apps", """{"appId":"brief-2","name":"My brief"}""");
        var list = await lamina.GetAsync("/v1/apps?search=brief");

        const string Rest = """
            "description":"Searches the web from two sides at once and writes a brief that weighs both.","parameters":[{"id":"claim","key":"claim","name":"Claim","type":"text","required":true,"description":"The claim to look into."}],"outputs":[{"label":"Brief","type":"text"},{"label":"For","type":"json"},{"label":"Against","type":"json"}]}}
            """;
        made.AssertIs(HttpStatusCode.Created, """{"data":{"appId":"brief","name":"Research brief",""" + Rest);
        named.AssertIs(HttpStatusCode.Created, """{"data":{"appId":"brief-2","name":"My brief",""" + Rest);
        Assert.Equal("/v1/apps/brief-2", named.Headers.Location?.ToString());
        var shown = (await lamina.DoAsync("GET", "/v1/apps/brief")).AsObject();
        Assert.True(JsonNode.DeepEquals((await lamina.DoAsync("GET", "/v1/templates/research-brief"))["definition"], shown["definition"]));
        shown.Remove("definition");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(made.Body)!["data"], shown));
        list.AssertIs(
            HttpStatusCode.OK,
            """{"data":[{"appId":"brief","name":"Research brief","description":"Searches the web from two sides at once and writes a brief that weighs both.","isPublic":false},{"appId":"brief-2","name":"My brief","description":"Searches the web from two sides at once and writes a brief that weighs both.","isPublic":false}]}""");
    }

    [Theory]
    [InlineData("brief")]
    [InlineData("echo")]
    public async Task An_app_that_is_there_is_not_replaced_by_a_template(string appId)
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host, scopes: "admin");
        await lamina.DoAsync("POST", "/v1/templates/research-brief/apps", """{"appId":"brief"}""", HttpStatusCode.Created);

        var answer = await lamina.SendAsync("POST", "/v1/templates/translation/apps", $$"""{"appId":"{{appId}}"}""");

        answer.AssertInvalid("Invalid request body", ("appId", "duplicate", "\"appId\": must not be the id of an app that is there already."));
        Assert.Equal("Research brief", (await lamina.DoAsync("GET", "/v1/apps/brief"))["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_request_is_told()
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host, scopes: "admin");

        var empty = await lamina.SendAsync("POST", "/v1/templates/translation/apps");
        var wrong = await lamina.SendAsync("POST", "/v1/templates/translation/apps", """{"appId":"A b","name":5}""");

        empty.AssertInvalid("Invalid request body", ("appId", "missing_no_default", "\"appId\" is required: no default is configured for this parameter."));
        wrong.AssertInvalid(
            "Invalid request body",
            ("appId", "invalid_format", "\"appId\": must be 1 to 64 of a-z, 0-9 and -."),
            ("name", "invalid_type", "\"name\": must be a string."));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/apps")]
    public async Task An_unknown_template_is_not_found(string method, string below)
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host, scopes: "admin");

        var answer = await lamina.SendAsync(method, $"/v1/templates/echo{below}");

        answer.AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Template not found");
    }

    [Fact]
    public async Task Templates_need_a_key()
    {
        var answer = await new LaminaClient(fixture.Host.Client, key: null).GetAsync("/v1/templates");

        answer.AssertError(HttpStatusCode.Unauthorized, "AUTH_MISSING_KEY", "Missing API key");
    }
}
