using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Runs;

/// <summary>Runs that are to give out some outputs of their app alone.</summary>
[Trait("Category", "Contract")]
public sealed class OutputChoiceTests(ContractFixture fixture) : IClassFixture<ContractFixture>, IAsyncLifetime
{
    // The second output would fail, as its step asks for something that is not there.
    private const string App =
        """
        {"name":"Two","parameters":[{"id":"who","name":"Who","type":"text"}],
         "steps":[{"id":"greet","kind":"text","template":"Hello {{inputs.Who}}"},{"id":"loud","kind":"text","template":"{{steps.greet}}!"},
                  {"id":"fetch","kind":"http","method":"GET","url":"https://none.invalid/","retries":0},{"id":"fetched","kind":"text","template":"{{steps.fetch}}"}],
         "outputs":[{"id":"quiet","label":"Quiet","type":"text","step":"greet"},{"id":"loud","label":"Loud","type":"text","step":"loud"},{"id":"page","label":"Page","type":"text","step":"fetched"}]}
        """;

    private LaminaClient _client = null!;

    public async Task InitializeAsync()
    {
        _client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        await _client.DoAsync("PUT", "/v1/apps/two", App, HttpStatusCode.Created);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Only_these_are_given_out_and_only_their_steps_are_carried_out()
    {
        var accepted = await _client.DoAsync("POST", "/v1/apps/two/runs", """{"inputs":{"Who":"Ann"},"outputs":["Loud"]}""", HttpStatusCode.Accepted);
        var ended = await _client.DoAsync("GET", $"/v1/runs/{accepted["runId"]}/wait");

        Assert.Equal("""[{"id":"loud","label":"Loud","type":"pending","value":null,"status":"pending","error":null}]""", accepted["outputs"]!.ToJsonString());
        Assert.Equal("""[{"id":"loud","label":"Loud","type":"text","value":"Hello Ann!","status":"completed","error":null}]""", ended["outputs"]!.ToJsonString());
        Assert.Equal("completed", ended["status"]!.GetValue<string>());
        Assert.Equal("""{"totalOutputs":1,"completedOutputs":1,"failedOutputs":0,"percentComplete":100}""", ended["progress"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""["Quiet","Loud","Quiet"]""", "Quiet,Loud")]
    [InlineData("""["Loud","Quiet"]""", "Quiet,Loud")]
    [InlineData("[]", "Quiet,Loud,Page")]
    [InlineData("null", "Quiet,Loud,Page")]
    public async Task They_stand_in_the_order_of_the_app_each_once_and_where_none_is_named_all_of_them_do(string outputs, string labels)
    {
        var run = await _client.DoAsync("POST", "/v1/apps/two/runs", $$$"""{"inputs":{"Who":"Ann"},"outputs":{{{outputs}}}}""", HttpStatusCode.Accepted);

        Assert.Equal(labels.Split(','), run["outputs"]!.AsArray().Select(output => output!["label"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_output_that_there_is_not_is_said_with_all_else_that_is_wrong() =>
        (await _client.SendAsync("POST", "/v1/apps/two/runs", """{"inputs":{"Whom":"Ann"},"outputs":["Loud","loud","Video"]}""")).AssertInvalid(
            "Invalid inputs",
            ("Who", "missing_no_default", "\"Who\" is required: no default is configured for this parameter."),
            ("Whom", "unknown_parameter", "\"Whom\": there is no such parameter."),
            ("outputs[1]", "invalid_option", "\"outputs[1]\": invalid option \"loud\". Must be one of: Quiet, Loud, Page"),
            ("outputs[2]", "invalid_option", "\"outputs[2]\": invalid option \"Video\". Must be one of: Quiet, Loud, Page"));

    [Theory]
    [InlineData("\"Loud\"", "outputs", "must be an array of strings.")]
    [InlineData("[1]", "outputs[0]", "must be a string.")]
    public async Task What_is_no_list_of_labels_is_refused(string outputs, string param, string problem) =>
        (await _client.SendAsync("POST", "/v1/apps/two/runs", $$$"""{"inputs":{"Who":"Ann"},"outputs":{{{outputs}}}}""")).AssertInvalid(
            "Invalid inputs", (param, "invalid_type", $"\"{param}\": {problem}"));

    [Fact]
    public async Task The_choice_is_part_of_what_a_repetition_has_to_repeat()
    {
        var first = await PostAsync("""{"inputs":{"Who":"Ann"},"outputs":["Loud"]}""");
        var again = await PostAsync("""{"inputs":{"Who":"Ann"},"outputs":["Loud"]}""");

        Assert.Equal(first.Body, again.Body);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotent-Replayed")));
        foreach (var other in (string[])["""{"inputs":{"Who":"Ann"},"outputs":["Quiet"]}""", """{"inputs":{"Who":"Ann"}}"""])
        {
            (await PostAsync(other)).AssertError(HttpStatusCode.Conflict, "IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for another body");
        }
    }

    [Fact]
    public async Task The_app_keeps_all_it_has()
    {
        await _client.DoAsync("POST", "/v1/apps/two/runs", """{"inputs":{"Who":"Ann"},"outputs":["Loud"]}""", HttpStatusCode.Accepted);

        var app = await _client.DoAsync("GET", "/v1/apps/two");

        Assert.Equal(["Quiet", "Loud", "Page"], app["outputs"]!.AsArray().Select(output => output!["label"]!.GetValue<string>()));
        Assert.Equal("""{"id":"who","key":"who","name":"Who","type":"text","required":true,"description":""}""", Assert.Single(app["parameters"]!.AsArray())!.ToJsonString());
    }

    private Task<LaminaAnswer> PostAsync(string body) => _client.SendAsync("POST", "/v1/apps/two/runs", body, ("Idempotency-Key", "key"));
}
