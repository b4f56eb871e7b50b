using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using StandardWebhooks;
using Stripe;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>Triggers that are fired by those who send webhooks, as they send them.</summary>
[Trait("Category", "Contract")]
public sealed class SenderTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string GitHubSecret = "It's a Secret to Everybody";
    private const string StripeSecret = "whsec_4f1d0c9b8a7e6f5d4c3b2a1908f7e6d5";
    private const string StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private const string Issue =
        """
        {"action":"opened","issue":{"url":"https://api.github.com/repos/octocat/Hello-World/issues/1347","number":1347,"title":"Found a bug: “quotes” & 100 %","user":{"login":"octocat","id":1,"type":"User"},
        "labels":[{"id":208045946,"name":"bug","color":"f29513"}],"state":"open","locked":false,"assignee":null,"comments":0,"created_at":"2026-11-22T13:33:48Z","body":"I'm having a problem with this."},
        "repository":{"id":1296269,"name":"Hello-World","full_name":"octocat/Hello-World","private":false},"sender":{"login":"octocat","id":1,"type":"User"}}
        """;

    [Fact]
    public async Task GitHub_starts_a_run_for_each_delivery_once()
    {
        var client = await CreateClientAsync();
        var made = await client.SendAsync("PUT", "/v1/triggers/github", Definition($$$"""{"type":"hmac","preset":"github","secret":"{{{GitHubSecret}}}"}""", "/issue/title"));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.DoesNotContain("Everybody", made.Body + (await client.GetAsync("/v1/triggers/github")).Body + (await client.GetAsync("/v1/triggers")).Body, StringComparison.Ordinal);

        var ping = await SendGitHubAsync(client, "ping", """{"zen":"Keep it logically awesome.","hook_id":482733,"hook":{"type":"Repository","active":true,"events":["issues"]}}""");
        Assert.Equal((HttpStatusCode.NoContent, ""), (ping.Status, ping.Body));

        var first = await SendGitHubAsync(client, "issues", Issue);
        var again = await SendGitHubAsync(client, "issues", Issue);
        var form = await SendGitHubAsync(client, "issues", "payload=" + Uri.EscapeDataString(Issue.Replace("1347", "1348", StringComparison.Ordinal)).Replace("%20", "+", StringComparison.Ordinal), "application/x-www-form-urlencoded");
        var forged = await SendGitHubAsync(client, "issues", Issue, secret: "guessed");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.Status, again.Status, form.Status));
        Assert.Equal((false, true, false), (first.IsReplayed, again.IsReplayed, form.IsReplayed));
        Assert.Equal(first.RunId, again.RunId);
        Assert.NotEqual(first.RunId, form.RunId);
        Assert.Equal("Found a bug: “quotes” & 100 %", await ResultAsync(client, first.RunId));
        Assert.Equal("Found a bug: “quotes” & 100 %", await ResultAsync(client, form.RunId));
        Assert.Equal(HttpStatusCode.Unauthorized, forged.Status);
        Assert.Contains("\"error\":\"Invalid webhook signature\",\"code\":\"WEBHOOK_INVALID_SECRET\"", forged.Body, StringComparison.Ordinal);
        Assert.Equal(2, (await client.DoAsync("GET", "/v1/runs")).AsArray().Count);
    }

    [Fact]
    public async Task Stripe_starts_a_run_for_each_event_once()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/stripe", Definition($$$"""{"type":"hmac","preset":"stripe","secret":"{{{StripeSecret}}}"}""", "/data/object/amount"), HttpStatusCode.Created);
        const string Event =
            """
            {"id":"evt_3MtwBwLkdIwHu7ix28a3tqPa","object":"event","api_version":"2026-10-29.clover","created":1680728287,"data":{"object":{"id":"ch_3MtwBwLkdIwHu7ix","object":"charge","amount":2000,"currency":"usd"}},
            "livemode":false,"pending_webhooks":1,"request":{"id":"req_1","idempotency_key":"key_1"},"type":"charge.succeeded"}
            """;

        var first = await SendAsync(Event, DateTimeOffset.UtcNow.AddSeconds(-4));

        // A retry is signed anew, and is not the same to the letter.
        var again = await SendAsync(Event.Replace("\"pending_webhooks\":1", "\"pending_webhooks\":2", StringComparison.Ordinal), DateTimeOffset.UtcNow);
        var stale = await SendAsync(Event.Replace("evt_3", "evt_4", StringComparison.Ordinal), DateTimeOffset.UtcNow.AddMinutes(-6));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Unauthorized), (first.Status, again.Status, stale.Status));
        Assert.Equal((first.RunId, true), (again.RunId, again.IsReplayed));
        Assert.Contains("The webhook was signed more than five minutes from now", stale.Body, StringComparison.Ordinal);
        Assert.Equal("2000", await ResultAsync(client, first.RunId));
        Assert.Single((await client.DoAsync("GET", "/v1/runs")).AsArray());

        Task<SenderAnswer> SendAsync(string body, DateTimeOffset at)
        {
            // What is sent is what Stripe's own library takes.
            var header = TestSignatures.Stripe(StripeSecret, body, at);
            EventUtility.ValidateSignature(body, header, StripeSecret, tolerance: 600);
            return PostAsync(client, "stripe", body, "application/json", ("Stripe-Signature", header), ("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"));
        }
    }

    [Fact]
    public async Task Whoever_follows_the_Standard_Webhooks_starts_a_run_for_each_message_once()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/standard", Definition($$$"""{"type":"hmac","preset":"standard-webhooks","secret":"{{{StandardSecret}}}"}""", "/data/id"), HttpStatusCode.Created);

        var first = await SendAsync("msg_1", """{"type":"user.created","timestamp":"2026-11-22T20:26:10Z","data":{"id":"1f81eb52"}}""");
        var again = await SendAsync("msg_1", """{"type":"user.created","timestamp":"2026-11-22T20:26:10Z","data":{"id":"1f81eb52"}}""");
        var other = await SendAsync("msg_2", """{"type":"user.created","timestamp":"2026-11-22T20:26:10Z","data":{"id":"1f81eb52"}}""");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.Status, again.Status, other.Status));
        Assert.Equal((first.RunId, true), (again.RunId, again.IsReplayed));
        Assert.NotEqual(first.RunId, other.RunId);
        Assert.Equal("1f81eb52", await ResultAsync(client, first.RunId));

        Task<SenderAnswer> SendAsync(string id, string body)
        {
            var now = DateTimeOffset.UtcNow;
            var signature = new StandardWebhook(StandardSecret).Sign(id, now, body);
            return PostAsync(client, "standard", body, "application/json", ("webhook-id", id), ("webhook-timestamp", $"{now.ToUnixTimeSeconds()}"), ("webhook-signature", signature));
        }
    }

    [Fact]
    public async Task Any_other_sender_signs_the_body_in_a_header_of_its_own()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/shop", Definition("""{"type":"hmac","header":"X-Shop-Signature","prefix":"sha256=","secret":"secret"}""", "/0/name"), HttpStatusCode.Created);
        Assert.Equal(
            """{"type":"hmac","preset":null,"header":"X-Shop-Signature","prefix":"sha256=","encoding":"hex","algorithm":"sha256"}""",
            (await client.DoAsync("GET", "/v1/triggers/shop"))["verify"]!.ToJsonString());

        var signed = await SendAsync("""[{"name":"Shoe"}]""");
        var broken = await SendAsync("[");
        var unsigned = await PostAsync(client, "shop", """[{"name":"Shoe"}]""", "application/json");
        var secret = await PostAsync(client, "shop", """[{"name":"Shoe"}]""", "application/json", ("x-trigger-secret", "secret"));
        var text = await PostAsync(client, "shop", "Shoe", "text/plain", ("X-Shop-Signature", TestSignatures.GitHub("secret", "Shoe")));

        Assert.Equal("Shoe", await ResultAsync(client, signed.RunId));
        Assert.Equal(HttpStatusCode.BadRequest, broken.Status);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (unsigned.Status, secret.Status));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.Status);

        Task<SenderAnswer> SendAsync(string body) => PostAsync(client, "shop", body, "application/json", ("X-Shop-Signature", TestSignatures.GitHub("secret", body)));
    }

    [Fact]
    public async Task A_delivery_id_or_an_idempotency_key_names_the_same_run()
    {
        var client = await CreateClientAsync();
        var secret = ("x-trigger-secret", (await client.DoAsync("PUT", "/v1/triggers/greet", """{"appId":"echo","inputs":{"Text":"Hello"},"deliveryIdHeader":"X-Delivery"}""", HttpStatusCode.Created))["secret"]!.GetValue<string>());

        var first = await PostAsync(client, "greet", "{}", "application/json", secret, ("X-Delivery", "1"));
        var again = await PostAsync(client, "greet", """{"try":2}""", "application/json", secret, ("X-Delivery", "1"));
        var other = await PostAsync(client, "greet", "{}", "application/json", secret, ("X-Delivery", "2"));
        var none = await PostAsync(client, "greet", "{}", "application/json", secret);
        var keyed = await PostAsync(client, "greet", "{}", "application/json", secret, ("Idempotency-Key", "1"));
        var keyedAgain = await PostAsync(client, "greet", "{}", "application/json", secret, ("Idempotency-Key", "1"));
        var conflict = await PostAsync(client, "greet", """{"try":2}""", "application/json", secret, ("Idempotency-Key", "1"));

        Assert.Equal((first.RunId, true), (again.RunId, again.IsReplayed));
        Assert.Equal((keyed.RunId, true), (keyedAgain.RunId, keyedAgain.IsReplayed));
        Assert.Equal(4, new[] { first, other, none, keyed }.Select(answer => answer.RunId).Distinct().Count());
        Assert.Equal(HttpStatusCode.Conflict, conflict.Status);
        Assert.Equal(4, (await client.DoAsync("GET", "/v1/runs")).AsArray().Count);
    }

    [Fact]
    public async Task A_pointer_that_finds_nothing_leaves_what_the_trigger_has_and_then_the_default()
    {
        var client = await CreateClientAsync();
        await client.DoAsync(
            "PUT", "/v1/apps/greeting",
            """
            {"name":"Greeting","parameters":[{"id":"who","name":"Who","type":"text"},{"id":"place","name":"Place","type":"text","default":"here"},{"id":"what","name":"What","type":"text"}],
            "steps":[{"id":"greet","kind":"text","template":"{{inputs.Who}} {{inputs.Place}} {{inputs.What}}"}],"outputs":[{"id":"greeting","label":"Greeting","type":"text","step":"greet"}]}
            """,
            HttpStatusCode.Created);
        var made = await client.DoAsync(
            "PUT", "/v1/triggers/greet",
            """{"appId":"greeting","inputs":{"Who":"nobody"},"inputsFromBody":{"Who":"/who","Place":"/a~1b/0","What":"/what"}}""", HttpStatusCode.Created);
        var secret = ("x-trigger-secret", made["secret"]!.GetValue<string>());
        Assert.Equal("""{"Who":"/who","Place":"/a~1b/0","What":"/what"}""", made["inputsFromBody"]!.ToJsonString());

        Assert.Equal("nobody here {\"n\": 1}", await SendAsync("""{"who":null,"inputs":{"Who":"not asked for"},"what":{"n": 1}}"""));
        Assert.Equal("Ann there 1.50", await SendAsync("""{"who":"Ann","a/b":["there"],"what":1.50}"""));
        Assert.Equal("Ann Smith here true", await SendAsync("who=nobody&who=Ann+Smith&what=true", "application/x-www-form-urlencoded"));

        var answer = await PostAsync(client, "greet", """{"what":null}""", "application/json", secret);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("""{"param":"What","code":"missing_no_default",""", answer.Body, StringComparison.Ordinal);

        async Task<string> SendAsync(string body, string mediaType = "application/json") => await ResultAsync(client, (await PostAsync(client, "greet", body, mediaType, secret)).RunId);
    }

    [Fact]
    public async Task What_a_sender_signs_with_stays_unless_another_is_given()
    {
        var client = await CreateClientAsync();
        var without = Definition("""{"type":"hmac","preset":"github"}""", "/issue/title");
        (await client.SendAsync("PUT", "/v1/triggers/github", without)).AssertInvalid(
            "Invalid trigger", ("verify.secret", "missing_no_default", "\"verify.secret\" is required: there is none yet for senders that sign like this."));
        var open = (await client.DoAsync("PUT", "/v1/triggers/github", """{"appId":"echo","inputs":{"Text":"Hello"}}""", HttpStatusCode.Created))["secret"]!.GetValue<string>();

        var signed = await client.DoAsync("PUT", "/v1/triggers/github", Definition($$$"""{"type":"hmac","preset":"github","secret":"{{{GitHubSecret}}}"}""", "/issue/title"));
        await client.DoAsync("PUT", "/v1/triggers/github", without);
        Assert.Null(signed["secret"]);
        Assert.Equal(HttpStatusCode.Accepted, (await SendGitHubAsync(client, "issues", Issue)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(client, "github", Issue, "application/json", ("x-trigger-secret", open))).Status);

        // The secret of one way of signing is none of another's.
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync("PUT", "/v1/triggers/github", Definition("""{"type":"hmac","preset":"stripe"}""", "/id"))).Status);

        var again = (await client.DoAsync("PUT", "/v1/triggers/github", """{"appId":"echo","inputs":{"Text":"Hello"}}"""))["secret"]!.GetValue<string>();
        Assert.NotEqual(open, again);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendGitHubAsync(client, "issues", Issue)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(client, "github", "{}", "application/json", ("x-trigger-secret", again))).Status);
    }

    [Theory]
    [InlineData("""{"type":"hmac"}""", "verify.header missing_no_default")]
    [InlineData("""{"type":"hmac","preset":"gitlab","header":"X-Sig","secret":"s"}""", "verify.header not_allowed, verify.preset invalid_option")]
    [InlineData("""{"type":"secret","secret":"s","prefix":"a"}""", "verify.secret not_allowed, verify.prefix not_allowed")]
    [InlineData("""{"type":"basic"}""", "verify.type invalid_option")]
    [InlineData("""{"type":"hmac","preset":"standard-webhooks","secret":"whsec_§"}""", "verify.secret invalid_format")]
    [InlineData("""{"type":"hmac","header":"X Sig","prefix":"a b","encoding":"utf8","algorithm":"md5","secret":""}""", "verify.header invalid_format, verify.prefix invalid_format, verify.encoding invalid_option, verify.algorithm invalid_option, verify.secret too_short")]
    [InlineData("\"hmac\"", "verify invalid_type")]
    public async Task What_makes_no_sense_is_named(string verify, string expected)
    {
        var client = await CreateClientAsync();

        var answer = await client.SendAsync("PUT", "/v1/triggers/new", $$"""{"appId":"echo","verify":{{verify}}}""");

        Assert.Equal(expected, string.Join(", ", JsonNode.Parse(answer.Body)!["details"]!.AsArray().Select(detail => $"{detail!["param"]} {detail["code"]}")));
    }

    [Fact]
    public async Task Pointers_and_headers_that_are_none_are_named()
    {
        var client = await CreateClientAsync();

        var answer = await client.SendAsync(
            "PUT", "/v1/triggers/new",
            """{"appId":"echo","inputsFromBody":{"Text":"issue/title","A":"/a~2","B":1,"C":""},"deliveryIdHeader":"X Delivery","rotateSecret":true,"verify":{"type":"hmac","preset":"github","secret":"s"}}""");

        Assert.Equal(
            ["deliveryIdHeader invalid_format", "inputsFromBody.A invalid_format", "inputsFromBody.B invalid_type", "inputsFromBody.Text invalid_format", "rotateSecret not_allowed"],
            JsonNode.Parse(answer.Body)!["details"]!.AsArray().Select(detail => $"{detail!["param"]} {detail["code"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_trigger_that_is_off_or_whose_workspace_is_suspended_takes_no_signature()
    {
        var client = await CreateClientAsync();
        var definition = Definition($$$"""{"type":"hmac","preset":"github","secret":"{{{GitHubSecret}}}"}""", "/issue/title");
        await client.DoAsync("PUT", "/v1/triggers/github", definition.Insert(1, "\"active\":false,"), HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendGitHubAsync(client, "issues", Issue)).Status);

        await client.DoAsync("PUT", "/v1/triggers/github", definition);
        await fixture.Operator.DoAsync("PATCH", $"organizations/{client.Workspace}", """{"status":"suspended"}""");
        Assert.Equal(HttpStatusCode.Forbidden, (await SendGitHubAsync(client, "ping", "{}")).Status);
    }

    private static string Definition(string verify, string pointer) => $$$"""{"appId":"echo","inputsFromBody":{"Text":"{{{pointer}}}"},"verify":{{{verify}}}}""";

    // The headers are those of a delivery that GitHub has recorded.
    private Task<SenderAnswer> SendGitHubAsync(LaminaClient client, string kind, string body, string mediaType = "application/json", string secret = GitHubSecret) => PostAsync(
        client,
        "github",
        body,
        mediaType,
        ("User-Agent", "GitHub-Hookshot/044aadd"),
        ("Accept", "*/*"),
        ("X-GitHub-Delivery", Guid.NewGuid().ToString()),
        ("X-GitHub-Event", kind),
        ("X-GitHub-Hook-ID", "292430182"),
        ("X-GitHub-Hook-Installation-Target-ID", "79929171"),
        ("X-GitHub-Hook-Installation-Target-Type", "repository"),
        ("X-Hub-Signature", "sha1=7d38cdd689735b008b3c702edd92eea23791c5f6"),
        ("X-Hub-Signature-256", TestSignatures.GitHub(secret, body)));

    private async Task<SenderAnswer> PostAsync(LaminaClient client, string trigger, string body, string mediaType, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/triggers/{client.Workspace}-{trigger}/fire") { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new(mediaType);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await fixture.Host.Client.SendAsync(request);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Contains("Idempotent-Replayed"));
    }

    private static async Task<string> ResultAsync(LaminaClient client, string runId) =>
        JsonNode.Parse((await client.GetAsync($"/v1/runs/{runId}/wait")).Body)!["data"]!["outputs"]![0]!["value"]!.GetValue<string>();

    private Task<LaminaClient> CreateClientAsync() => LaminaClient.CreateAsync(fixture.Host, "admin");

    private sealed record SenderAnswer(HttpStatusCode Status, string Body, bool IsReplayed)
    {
        public string RunId => JsonNode.Parse(Body)!["data"]!["runId"]!.GetValue<string>();
    }
}
