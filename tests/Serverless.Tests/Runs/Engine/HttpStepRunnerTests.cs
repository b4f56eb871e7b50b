using System.Net;
using System.Text;
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
        return (await new HttpStepRunner(outgoing.Http, new FrozenTime(Now)).RunAsync(step, new StepCall(run, step), CancellationToken.None), run);
    }
}
