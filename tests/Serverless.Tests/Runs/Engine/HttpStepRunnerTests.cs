using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Steps;
using Serverless.Tests.Hosting;
using Serverless.Tests.Outbound;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Steps that send requests, on real sockets.</summary>
public sealed class HttpStepRunnerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_request_carries_what_the_step_says_with_its_values_put_in()
    {
        await using var receiver = Answering(200, "thanks");
        var step = new HttpStep("POST", receiver.Url + "people/{{inputs.Who}}?said={{steps.text}}")
        {
            Id = "call",
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Who"] = "{{inputs.Who}}", ["Content-Type"] = "application/vnd.api+json" },
            Body = """{"who":"{{inputs.Who}}","said":"{{steps.text}}"}""",
        };
        var (result, run) = await RunAsync(step, who: "A/B", text: "\"Hi\" & bye");

        Assert.Equal(new StepCompleted("thanks"), result);
        var request = Assert.Single(receiver.Requests);
        Assert.StartsWith("POST /people/A%2FB?said=%22Hi%22%20%26%20bye HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Who: A/B\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/vnd.api+json\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"\r\nIdempotency-Key: {run.Id}:call\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n{\"who\":\"A/B\",\"said\":\"\\\"Hi\\\" & bye\"}", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_is_JSON_unless_the_step_says_otherwise()
    {
        await using var receiver = Answering(200, "");
        await RunAsync(new HttpStep("PUT", receiver.Url) { Id = "call", Body = "{}" });
        await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call" });

        Assert.Contains("\r\nContent-Type: application/json\r\n", receiver.Requests[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Content-", receiver.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_may_send_another_idempotency_key()
    {
        await using var receiver = Answering(200, "");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["idempotency-key"] = "{{inputs.Who}}" };
        await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call", Headers = headers });

        Assert.Contains("\r\nidempotency-key: you\r\n", Assert.Single(receiver.Requests), StringComparison.Ordinal);
        Assert.DoesNotContain("Idempotency-Key", receiver.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/items/1/name", "second")]
    [InlineData("/items/0", """{"name":"first"}""")]
    [InlineData("/count", "2")]
    [InlineData("/none", "null")]
    [InlineData("", """{"items":[{"name":"first"},{"name":"second"}],"count":2,"none":null}""")]
    public async Task A_pointer_takes_a_part_of_the_answer(string part, string expected)
    {
        await using var receiver = Answering(201, """{"items":[{"name":"first"},{"name":"second"}],"count":2,"none":null}""");

        Assert.Equal(new StepCompleted(expected), (await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call", Pointer = part })).Result);
    }

    [Theory]
    [InlineData("/half", "\ufffd")]
    [InlineData("/items", """["\ufffd"]""")]
    public async Task Half_a_surrogate_pair_in_an_answer_becomes_the_replacement_character(string part, string expected)
    {
        await using var receiver = Answering(200, """{"half":"\ud800","items":["\udfff"]}""");

        Assert.Equal(new StepCompleted(expected), (await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call", Pointer = part })).Result);
    }

    [Theory]
    [InlineData("{}", "the server answered with JSON that has nothing at /a")]
    [InlineData("<html>", "the server answered with something else than JSON")]
    public async Task An_answer_without_the_part_that_is_pointed_to_fails_the_step(string body, string reason)
    {
        await using var receiver = Answering(200, body);

        Assert.Equal(new StepFailed(reason), (await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call", Pointer = "/a" })).Result);
    }

    [Theory]
    [InlineData(301, false)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(409, false)]
    [InlineData(422, false)]
    [InlineData(425, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task A_status_tells_whether_another_try_may_succeed(int status, bool mayPass)
    {
        await using var receiver = Answering(status, "no");

        Assert.Equal(new StepFailed($"the server answered {status}") { MayPass = mayPass }, (await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call" })).Result);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("61", 60)]
    [InlineData("Sat, 21 Nov 2026 12:00:09 GMT", 9)]
    [InlineData("Sat, 21 Nov 2026 11:59:59 GMT", null)]
    [InlineData("soon", null)]
    public async Task A_server_may_say_when_to_try_again(string header, int? seconds)
    {
        await using var receiver = Receiver.Saying($"HTTP/1.1 503 Busy\nRetry-After: {header}\nContent-Length: 0\n\n");

        var failed = Assert.IsType<StepFailed>((await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call" })).Result);

        Assert.Equal((true, seconds), (failed.MayPass, (int?)failed.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task A_server_that_breaks_off_may_be_asked_again()
    {
        await using var receiver = Receiver.Start((_, connection, _) =>
        {
            connection.Dispose();
            return Task.CompletedTask;
        });

        var failed = Assert.IsType<StepFailed>((await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call" })).Result);

        Assert.True(failed.MayPass);
        Assert.StartsWith("the server ", failed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/", "its URL must lead to a public address")]
    [InlineData("{{inputs.Who}}", "its URL is none")]
    [InlineData("ftp://example.com/", "its URL must be an absolute http or https URL")]
    public async Task A_request_that_may_not_be_sent_is_not_tried_again(string url, string reason) =>
        Assert.Equal(new StepFailed(reason), (await RunAsync(new HttpStep("GET", url) { Id = "call" })).Result);

    [Fact]
    public async Task A_value_that_cannot_stand_where_it_should_fails_the_step()
    {
        var header = new HttpStep("GET", "http://127.0.0.1:1/") { Id = "call", Headers = new Dictionary<string, string> { ["X-Who"] = "{{inputs.Who}}" } };
        var body = new HttpStep("POST", "http://127.0.0.1:1/") { Id = "call", Body = """{"who":{{inputs.Who}}}""" };

        Assert.Equal(new StepFailed("a value in its header X-Who is not printable ASCII"), (await RunAsync(header, who: "a\r\nb")).Result);
        Assert.Equal(new StepFailed("a value in its JSON body should be JSON, and is not"), (await RunAsync(body, who: "no JSON")).Result);
    }

    [Theory]
    [InlineData("ok/users/{{inputs.Who}}/posts", "..")]
    [InlineData("ok/users/{{inputs.Who}}/posts", ".")]
    [InlineData("ok/users/{{inputs.Who}}/posts", "")]
    [InlineData("ok/users/{{inputs.Who}}", "")]
    [InlineData("ok/users/{{inputs.Who}}?a=b", "")]
    [InlineData("ok/users/.{{inputs.Who}}/posts", ".")]
    [InlineData("ok/users/{{inputs.Who}}%2E/posts", ".")]
    [InlineData("ok/%2e{{inputs.Who}}", "")]
    [InlineData("ok/{{inputs.Who}}{{steps.text}}/x", ".")]
    [InlineData("ok\\{{inputs.Who}}\\x", "..")]
    [InlineData("ok/{{inputs.Who}}#x", "..")]
    [InlineData("ok/{{steps.text}}x/{{inputs.Who}}", "..")]
    public async Task A_value_cannot_lead_to_another_resource(string path, string who)
    {
        await using var receiver = Answering(200, "");

        var (result, _) = await RunAsync(new HttpStep("DELETE", receiver.Url + path) { Id = "call" }, who, text: who);

        Assert.Equal(new StepFailed("a value makes a segment of its URL's path empty, \".\" or \"..\""), result);
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData("ok/users/{{inputs.Who}}/posts", "../..", "/ok/users/..%2F../posts")]
    [InlineData("ok/users/{{inputs.Who}}/posts", "..\\x", "/ok/users/..%5Cx/posts")]
    [InlineData("ok/users/{{inputs.Who}}/posts", "%2e%2e", "/ok/users/%252e%252e/posts")]
    [InlineData("ok/users/{{inputs.Who}}/posts", "a?b=c#d", "/ok/users/a%3Fb%3Dc%23d/posts")]
    [InlineData("ok/users/{{inputs.Who}}/posts", "\0\r\n", "/ok/users/%00%0D%0A/posts")]
    [InlineData("ok/users/{{inputs.Who}}/posts", "...", "/ok/users/.../posts")]
    [InlineData("ok/users/a{{inputs.Who}}/", "", "/ok/users/a/")]
    [InlineData("ok/?q={{inputs.Who}}", "", "/ok/?q=")]
    [InlineData("ok?q={{inputs.Who}}/x", "..", "/ok?q=../x")]
    [InlineData("ok#{{inputs.Who}}", "..", "/ok")]
    public async Task Any_other_value_is_one_part_of_the_address(string path, string who, string sent)
    {
        await using var receiver = Answering(200, "");

        await RunAsync(new HttpStep("GET", receiver.Url + path) { Id = "call" }, who);

        Assert.StartsWith($"GET {sent} HTTP/1.1\r\n", Assert.Single(receiver.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{inputs.Who}}{{steps.text}}", "http://example.com")]
    [InlineData("{{inputs.Who}}.{{steps.text}}/", "http://example")]
    [InlineData("{{inputs.Who}}{{steps.text}}/", "http://example.com:80")]
    [InlineData("{{inputs.Who}}{{steps.text}}/", "http://")]
    [InlineData("{{inputs.Who}}{{steps.text}}/", "http:\\\\example.com")]
    [InlineData("{{inputs.Who}}{{steps.text}}/", "example.com")]
    [InlineData("{{inputs.Who}}{{steps.text}}/", "")]
    public async Task After_an_address_of_its_own_no_value_is_part_of_the_host(string url, string who) => Assert.Equal(
        new StepFailed("its URL must name its host without placeholders"), (await RunAsync(new HttpStep("GET", url) { Id = "call" }, who)).Result);

    [Fact]
    public async Task An_address_of_its_own_is_gone_on_from()
    {
        await using var receiver = Answering(200, "");

        await RunAsync(new HttpStep("GET", "{{inputs.Who}}/{{steps.text}}?q=1") { Id = "call" }, who: receiver.Url + "a", text: "b/c");

        Assert.StartsWith("GET /a/b%2Fc?q=1 HTTP/1.1\r\n", Assert.Single(receiver.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_templates_come_to_is_bounded()
    {
        var (value, many) = (new string('x', 32 * 1024), string.Concat(Enumerable.Repeat("{{inputs.Who}}", 5_000)));
        HttpStep Step(string url) => new("POST", url) { Id = "call" };
        const string Nowhere = "http://127.0.0.1:1/";

        async Task<string> ReasonOfAsync(HttpStep step) => Assert.IsType<StepFailed>((await RunAsync(step, who: value)).Result).Reason;

        Assert.Equal("its URL is larger than 8192 bytes", await ReasonOfAsync(Step(Nowhere + many)));
        Assert.Equal("its body is larger than 1048576 bytes", await ReasonOfAsync(Step(Nowhere) with { Body = many }));
        Assert.Equal("its body is larger than 1048576 bytes", await ReasonOfAsync(Step(Nowhere) with { Body = $$"""{"a":"{{many}}"}""" }));
        Assert.Equal(
            "its header X-Who is larger than 8192 bytes",
            await ReasonOfAsync(Step(Nowhere) with { Headers = new Dictionary<string, string> { ["X-Who"] = many } }));
    }

    [Theory]
    [InlineData("\u00ef\u00bb\u00bf{\"a\":1}")]
    [InlineData("\u00ff\u00fe{\0\"\0a\0\"\0:\01\0}\0")]
    [InlineData("\u00fe\u00ff\0{\0\"\0a\0\"\0:\01\0}")]
    public async Task An_answer_with_a_byte_order_mark_is_what_follows_it(string body)
    {
        await using var receiver = Answering(200, body);

        Assert.Equal(new StepCompleted("1"), (await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call", Pointer = "/a" })).Result);
        Assert.Equal(new StepCompleted("{\"a\":1}"), (await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call" })).Result);
    }

    [Fact]
    public async Task An_answer_of_more_than_a_megabyte_fails_the_step()
    {
        await using var receiver = Answering(200, new string('x', (1024 * 1024) + 1));

        Assert.Equal(new StepFailed("the server answered with more than 1048576 bytes"), (await RunAsync(new HttpStep("GET", receiver.Url) { Id = "call" })).Result);
    }

    private static Receiver Answering(int status, string body) =>
        Receiver.Saying($"HTTP/1.1 {status} {(HttpStatusCode)status}\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\n\n{body}");

    private static async Task<(StepResult Result, Run Run)> RunAsync(HttpStep step, string who = "you", string text = "text")
    {
        using var outgoing = new Outgoing();
        var run = Run(App(Text("text", "Text"), step)) with { Inputs = new Dictionary<string, string> { ["Who"] = who } };
        run = run.With("text", new(StepStatus.Completed) { Output = text });
        var runners = new StepRunners([new HttpStepRunner(outgoing.Http, new FrozenTime(Now))], TimeProvider.System, NullLogger<StepRunners>.Instance);
        return ((await runners.TryAsync(run, step, CancellationToken.None))!, run);
    }
}
