using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs.Apps;

/// <summary><c>/v1/apps</c>: what is found, shown, defined and removed, and by whom.</summary>
[Trait("Category", "Contract")]
public sealed class AppTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string GreetingSchema =
        """
        {"data":{"appId":"greeting","name":"Greeting","description":"Greets people","parameters":[{"id":"who","key":"who","name":"Who","type":"text","required":true,"description":"Whom to greet"},{"id":"place","key":"place","name":"Place","type":"options","required":true,"description":"","options":["Studio","Urban","Park"],"default":"Park"},{"id":"picture","key":"picture","name":"Picture","type":"url","required":true,"description":"","default":"https://example.com/a.png"}],"outputs":[{"label":"Greeting","type":"text"}]}}
        """;

    // A step says the tries and the time that it has, also when it was put without them.
    private const string GreetingDefinition =
        """
        {"name":"Greeting","description":"Greets people","parameters":[{"id":"who","name":"Who","type":"text","description":"Whom to greet"},{"id":"place","name":"Place","type":"options","options":["Studio","Urban","Park"],"default":"Park"},{"id":"picture","name":"Picture","type":"url","default":"https://example.com/a.png","media":["image/*"]}],"steps":[{"id":"greet","kind":"text","template":"Hello {{inputs.Who}} in the {{inputs.Place}}","retries":2,"timeoutSeconds":60},{"id":"shout","kind":"text","template":"{{steps.greet}}!","retries":2,"timeoutSeconds":60}],"outputs":[{"id":"greeting","label":"Greeting","type":"text","step":"shout"}]}
        """;

    private static readonly string GreetingSchemaWithDefinition = $$$"""{{{GreetingSchema[..^2]}}},"definition":{{{GreetingDefinition}}}}}""";

    private const string EchoSchema =
        """
        {"data":{"appId":"echo","name":"Echo","description":"Gives back the text it is given.","parameters":[{"id":"text","key":"text","name":"Text","type":"text","required":true,"description":"What to give back."}],"outputs":[{"label":"Text","type":"text"}]}}
        """;

    [Fact]
    public async Task A_list_has_the_built_in_apps_and_the_workspace_s_own()
    {
        var (lamina, other) = (await CreateAdminAsync(), await CreateAdminAsync());
        await lamina.DoAsync("PUT", "/v1/apps/greeting", Definitions.Greeting, HttpStatusCode.Created);
        await lamina.DoAsync("PUT", "/v1/apps/a-first", Definitions.WithStep("\"kind\":\"text\",\"template\":\"t\""), HttpStatusCode.Created);

        Assert.Equal(["echo", "fetch", "pipeline", "research", "summarize", "a-first", "greeting"], await IdsAsync(lamina, ""));
        Assert.Equal(["echo", "fetch", "pipeline", "research", "summarize"], await IdsAsync(other, ""));
    }

    [Fact]
    public async Task An_app_in_a_list_says_what_it_is_and_whose()
    {
        var lamina = await CreateAdminAsync();
        await lamina.DoAsync("PUT", "/v1/apps/greeting", Definitions.Greeting, HttpStatusCode.Created);

        var built = await lamina.GetAsync("/v1/apps?limit=1");
        var own = await lamina.GetAsync("/v1/apps?search=greet");

        built.AssertIs(HttpStatusCode.OK, """{"data":[{"appId":"echo","name":"Echo","description":"Gives back the text it is given.","isPublic":true}]}""");
        own.AssertIs(HttpStatusCode.OK, """{"data":[{"appId":"greeting","name":"Greeting","description":"Greets people","isPublic":false}]}""");
    }

    [Theory]
    [InlineData("?search=ECHO", "echo")]
    [InlineData("?search=GIVES+back", "echo")]
    [InlineData("?search=pEoPlE", "own-one")]
    [InlineData("?search=own-", "own-one own-two")]
    [InlineData("?search=e&limit=2", "echo fetch")]
    [InlineData("?search=own-&limit=1", "own-one")]
    [InlineData("?search=nowhere", "")]
    [InlineData("?search=&limit=100", "echo fetch pipeline research summarize own-one own-two")]
    [InlineData("?unknown=1&limit=2", "echo fetch")]
    public async Task Apps_are_found_by_id_name_and_description(string query, string expected)
    {
        var lamina = await CreateAdminAsync();
        await lamina.DoAsync("PUT", "/v1/apps/own-one", Definitions.Greeting, HttpStatusCode.Created);
        await lamina.DoAsync("PUT", "/v1/apps/own-two", Definitions.WithStep("\"kind\":\"text\",\"template\":\"t\""), HttpStatusCode.Created);

        Assert.Equal(expected, string.Join(' ', await IdsAsync(lamina, query)));
    }

    [Fact]
    public async Task Fifty_are_listed_unless_more_are_asked_for()
    {
        var lamina = await CreateAdminAsync();
        await Task.WhenAll(Enumerable.Range(0, 46).Select(number => lamina.DoAsync(
            "PUT", $"/v1/apps/own-{number}", Definitions.WithStep("\"kind\":\"text\",\"template\":\"t\""), HttpStatusCode.Created)));

        Assert.Equal(50, (await IdsAsync(lamina, "")).Count);
        Assert.Equal(51, (await IdsAsync(lamina, "?limit=100")).Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("ten")]
    [InlineData("")]
    [InlineData("5&limit=6")]
    public async Task A_limit_that_is_no_number_from_1_to_100_is_refused(string limit)
    {
        var lamina = await LaminaClient.CreateAsync(fixture.Host);

        var answer = await lamina.GetAsync($"/v1/apps?limit={limit}");

        answer.AssertInvalid("Invalid query parameters", ("limit", "out_of_range", "\"limit\": must be a whole number from 1 to 100."));
    }

    [Fact]
    public async Task The_schema_says_what_an_app_asks_for_and_gives_out()
    {
        var lamina = await CreateAdminAsync();
        await lamina.DoAsync("PUT", "/v1/apps/greeting", Definitions.Greeting, HttpStatusCode.Created);

        var builtIn = await lamina.GetAsync("/v1/apps/echo");
        var own = await lamina.GetAsync("/v1/apps/greeting");

        builtIn.AssertIs(HttpStatusCode.OK, EchoSchema);
        own.AssertIs(HttpStatusCode.OK, GreetingSchemaWithDefinition);
        Assert.Equal("no-cache, private", own.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Only_whoever_may_define_an_app_sees_its_definition()
    {
        const string Secret = "Bearer of-the-receiver";
        var organization = await fixture.Operator.CreateOrganizationAsync();
        var (admin, plain) = (await KeyAsync("admin"), await KeyAsync(""));
        await admin.DoAsync("PUT", "/v1/apps/secretive", Definitions.WithStep($$"""
            "kind":"http","method":"POST","url":"https://example.com/","headers":{"Authorization":"{{Secret}}"}
            """), HttpStatusCode.Created);

        foreach (var role in (string[])[Roles.Admin, Roles.Owner])
        {
            Assert.Equal(Secret, (await (await SessionAsync(role)).DoAsync("GET", "/v1/apps/secretive"))["data"]!["definition"]!["steps"]![0]!["headers"]!["Authorization"]!.GetValue<string>());
        }

        Assert.Equal(Secret, (await admin.DoAsync("GET", "/v1/apps/secretive"))["definition"]!["steps"]![0]!["headers"]!["Authorization"]!.GetValue<string>());
        foreach (var seen in (JsonNode[])[await plain.DoAsync("GET", "/v1/apps/secretive"), (await (await SessionAsync(Roles.Member)).DoAsync("GET", "/v1/apps/secretive"))["data"]!])
        {
            Assert.Equal(["appId", "name", "description", "parameters", "outputs"], seen.AsObject().Select(property => property.Key));
        }

        async Task<LaminaClient> KeyAsync(string scopes) =>
            new(fixture.Host.Client, await fixture.Host.CreateKeyAsync(organization, KeyPrefix.Lamina, new KeyOptions { Scopes = scopes }));

        Task<SessionClient> SessionAsync(string role) => SessionClient.CreateAsync(fixture.Host, organization, role);
    }

    [Fact]
    public async Task A_definition_is_put_back_as_it_was_shown()
    {
        var lamina = await CreateAdminAsync();
        await lamina.DoAsync("PUT", "/v1/apps/everything", Definitions.OfEverything, HttpStatusCode.Created);
        var shown = await lamina.GetAsync("/v1/apps/everything");

        await lamina.DoAsync("PUT", "/v1/apps/everything", JsonNode.Parse(shown.Body)!["data"]!["definition"]!.ToJsonString());

        (await lamina.GetAsync("/v1/apps/everything")).AssertIs(HttpStatusCode.OK, shown.Body);
    }

    [Fact]
    public async Task A_schema_that_is_known_is_not_sent_again_until_it_changes()
    {
        var lamina = await CreateAdminAsync();
        await lamina.DoAsync("PUT", "/v1/apps/greeting", Definitions.Greeting, HttpStatusCode.Created);
        var tag = (await lamina.GetAsync("/v1/apps/greeting")).Headers.ETag!;
        Assert.False(tag.IsWeak);

        foreach (var known in (string[])[tag.Tag, $"W/{tag.Tag}", $"\"other\", {tag.Tag}", "*"])
        {
            var same = await lamina.GetAsync("/v1/apps/greeting", ("If-None-Match", known));
            Assert.Equal((HttpStatusCode.NotModified, "", null), (same.Status, same.Body, same.ContentType));
            Assert.Equal(tag, same.Headers.ETag);
        }

        foreach (var unknown in (string[])["\"other\"", tag.Tag.Trim('"')])
        {
            (await lamina.GetAsync("/v1/apps/greeting", ("If-None-Match", unknown))).AssertIs(HttpStatusCode.OK, GreetingSchemaWithDefinition);
        }

        await lamina.DoAsync("PUT", "/v1/apps/greeting", Definitions.Greeting.Replace("Whom", "Who", StringComparison.Ordinal));
        var changed = await lamina.GetAsync("/v1/apps/greeting", ("If-None-Match", tag.Tag));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.NotEqual(tag, changed.Headers.ETag);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("Echo")]
    [InlineData("a%2Fb")]
    [InlineData("a'b")]
    public async Task An_unknown_app_is_not_found(string appId)
    {
        var lamina = await CreateAdminAsync();

        foreach (var method in (string[])["GET", "DELETE"])
        {
            (await lamina.SendAsync(method, $"/v1/apps/{appId}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "App not found");
        }
    }

    [Fact]
    public async Task An_app_of_another_workspace_is_not_found()
    {
        var (lamina, other) = (await CreateAdminAsync(), await CreateAdminAsync());
        await lamina.DoAsync("PUT", "/v1/apps/greeting", Definitions.Greeting, HttpStatusCode.Created);

        (await other.GetAsync("/v1/apps/greeting")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "App not found");
        (await other.SendAsync("DELETE", "/v1/apps/greeting")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "App not found");
        Assert.Equal(HttpStatusCode.OK, (await lamina.GetAsync("/v1/apps/greeting")).Status);
    }

    [Fact]
    public async Task An_app_is_made_then_replaced_then_removed()
    {
        var lamina = await CreateAdminAsync();

        var made = await lamina.SendAsync("PUT", "/v1/apps/greeting", Definitions.Greeting);
        var replaced = await lamina.SendAsync("PUT", "/v1/apps/greeting", Definitions.Greeting.Replace("Greets people", "Greets", StringComparison.Ordinal));
        var read = await lamina.GetAsync("/v1/apps/greeting");
        var removed = await lamina.SendAsync("DELETE", "/v1/apps/greeting");
        var removedTwice = await lamina.SendAsync("DELETE", "/v1/apps/greeting");
        var gone = await lamina.GetAsync("/v1/apps/greeting");

        made.AssertIs(HttpStatusCode.Created, GreetingSchema);
        Assert.Equal("/v1/apps/greeting", made.Headers.Location?.ToString());
        replaced.AssertIs(HttpStatusCode.OK, GreetingSchema.Replace("Greets people", "Greets", StringComparison.Ordinal));
        Assert.Null(replaced.Headers.Location);
        read.AssertIs(HttpStatusCode.OK, GreetingSchemaWithDefinition.Replace("Greets people", "Greets", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.NoContent, ""), (removed.Status, removed.Body));
        removedTwice.AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "App not found");
        gone.AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "App not found");
    }

    [Fact]
    public async Task A_bad_definition_is_refused_with_all_its_problems_and_changes_nothing()
    {
        var lamina = await CreateAdminAsync();
        await lamina.DoAsync("PUT", "/v1/apps/greeting", Definitions.Greeting, HttpStatusCode.Created);

        var answer = await lamina.SendAsync(
            "PUT",
            "/v1/apps/greeting",
            """{"name":"A","steps":[{"id":"a","kind":"text","template":"{{inputs.B}}"},{"id":"b","kind":"http","url":"ftp://a"}],"outputs":[{"id":"o","label":"O","type":"text","step":"c"}]}""");
        var badId = await lamina.SendAsync("PUT", "/v1/apps/Greeting", Definitions.Greeting);

        answer.AssertInvalid(
            "Invalid app definition",
            ("steps[1].url", "invalid_format", "\"steps[1].url\": must begin with http://, https:// or a placeholder."),
            ("steps[0].template", "unknown_parameter", "\"steps[0].template\": there is no parameter \"B\"."),
            ("outputs[0].step", "unknown_step", "\"outputs[0].step\": there is no step \"c\"."));
        badId.AssertInvalid("Invalid app definition", ("appId", "invalid_format", "\"appId\": must be 1 to 64 of a-z, 0-9 and -."));
        (await lamina.GetAsync("/v1/apps/greeting")).AssertIs(HttpStatusCode.OK, GreetingSchemaWithDefinition);
    }

    [Fact]
    public async Task Hundreds_of_problems_are_all_told()
    {
        var lamina = await CreateAdminAsync();
        var steps = Enumerable.Repeat("""{"id":"A","kind":"delay","retries":9,"timeoutSeconds":0,"after":["x","y","z"]}""", 20);

        var answer = await lamina.SendAsync("PUT", "/v1/apps/a", $$"""{"name":"A","steps":[{{string.Join(',', steps)}}],"outputs":[{"id":"o","label":"O","type":"text","step":"A"}]}""");

        Assert.Equal((20 * 7) + 19, JsonNode.Parse(answer.Body)!["details"]!.AsArray().Count);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_becomes_the_replacement_character()
    {
        var lamina = await CreateAdminAsync();
        var definition = Definitions.WithStep("\"kind\":\"text\",\"template\":\"\\ud800\"").Replace("\"name\":\"A\"", "\"name\":\"A\",\"description\":\"half \\udfff\"", StringComparison.Ordinal);

        var answer = await lamina.SendAsync("PUT", "/v1/apps/halves", definition);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal("half \ufffd", JsonNode.Parse((await lamina.SendAsync("GET", "/v1/apps/halves")).Body)!["data"]!["description"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("\"\\ufffd\"")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        var lamina = await CreateAdminAsync();

        var answer = await lamina.SendAsync("PUT", "/v1/apps/greeting", body);

        answer.AssertInvalid("The body is not valid JSON", (null, "invalid_type", "The body must be a JSON object, in UTF-8"));
    }

    [Fact]
    public async Task A_definition_is_as_large_as_it_may_be_and_no_larger()
    {
        var lamina = await CreateAdminAsync();
        var room = (64 * 1024) - Definitions.WithStep("\"kind\":\"text\",\"template\":\"\"").Length;

        // Outside the basic plane a character takes more room where it is kept than where it was sent.
        var largest = await lamina.SendAsync(
            "PUT", "/v1/apps/a", Definitions.WithStep($"\"kind\":\"text\",\"template\":\"{string.Concat(Enumerable.Repeat("😀", room / 4))}\""));
        var tooLarge = await lamina.SendAsync("PUT", "/v1/apps/b", Definitions.WithStep($"\"kind\":\"text\",\"template\":\"{new string('x', room + 1)}\""));

        Assert.Equal(HttpStatusCode.Created, largest.Status);
        Assert.Equal(HttpStatusCode.OK, (await lamina.GetAsync("/v1/apps/a")).Status);
        tooLarge.AssertError(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE", "The body is larger than 65536 bytes");
    }

    [Theory]
    [InlineData("PUT", "/v1/apps/greeting")]
    [InlineData("DELETE", "/v1/apps/greeting")]
    [InlineData("POST", "/v1/templates/translation/apps")]
    public async Task Only_an_admin_key_defines_apps(string method, string path)
    {
        var reader = await LaminaClient.CreateAsync(fixture.Host, scopes: "runs administrator");

        var answer = await reader.SendAsync(method, path, "not even JSON");

        answer.AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "This needs an API key with the scope \"admin\"");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_built_in_app_stays_as_it_is(string method)
    {
        var lamina = await CreateAdminAsync();

        var answer = await lamina.SendAsync(method, "/v1/apps/echo", Definitions.Greeting);

        answer.AssertError(HttpStatusCode.Forbidden, "FORBIDDEN", "The app \"echo\" is built in and cannot be changed");
        (await lamina.GetAsync("/v1/apps/echo")).AssertIs(HttpStatusCode.OK, EchoSchema);
    }

    [Fact]
    public async Task Another_method_is_not_allowed()
    {
        var lamina = await CreateAdminAsync();

        var answer = await lamina.SendAsync("POST", "/v1/apps/echo");

        answer.AssertError(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", "This path answers DELETE, GET, PUT only");
    }

    private Task<LaminaClient> CreateAdminAsync() => LaminaClient.CreateAsync(fixture.Host, scopes: "runs admin");

    private static async Task<IReadOnlyList<string>> IdsAsync(LaminaClient lamina, string query) =>
        [.. (await lamina.DoAsync("GET", "/v1/apps" + query)).AsArray().Select(app => app!["appId"]!.GetValue<string>())];
}
