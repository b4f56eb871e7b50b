using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>Registering: what is asked for, what is given, and that a pair is given away once.</summary>
[Trait("Category", "Contract")]
public sealed class RegistrationTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Path = "/v1/register";
    private const string Taken = "This owner has registered an agent of this name already";

    private HttpClient Http => fixture.Host.Client;

    [Fact]
    public async Task A_new_agent_gets_a_key_that_works_at_once()
    {
        var owner = $"{Guid.NewGuid():N}@example.com";
        var answer = await AgentClient.RegisterAsync(Http, "my-Agent_1", owner);

        Assert.Equal(201, answer.Status);
        Assert.Equal(["api_key", "agent_id", "message"], answer.Json.Select(member => member.Key));
        var (key, id) = (answer.Json["api_key"]!.GetValue<string>(), answer.Json["agent_id"]!.GetValue<string>());
        Assert.StartsWith("ltx_", key, StringComparison.Ordinal);
        Assert.Equal(id, Guid.ParseExact(id, "D").ToString());
        Assert.Equal(8, Guid.Parse(id).Version);
        Assert.Equal(
            $$"""{"agent_id":"{{id}}","agent_name":"my-Agent_1","owner_identifier":"{{owner}}","tier":"free"}""",
            (await new AgentClient(Http, key).GetAsync("/v1/me")).Body);
    }

    [Fact]
    public async Task A_pair_is_taken_for_good_and_another_is_not()
    {
        var pair = (Name: "taken", Owner: $"{Guid.NewGuid():N}@example.com");
        Assert.Equal(201, (await AgentClient.RegisterAsync(Http, pair.Name, pair.Owner)).Status);

        (await AgentClient.RegisterAsync(Http, pair.Name, pair.Owner)).AssertError(409, "AGENT_ALREADY_EXISTS", Taken);
        Assert.Equal(201, (await AgentClient.RegisterAsync(Http, pair.Name, $"{Guid.NewGuid():N}@example.com")).Status);
        Assert.Equal(201, (await AgentClient.RegisterAsync(Http, "Taken", pair.Owner)).Status);
    }

    [Theory]
    [InlineData("{}", "agent_name is required; owner_identifier is required")]
    [InlineData("", "agent_name is required; owner_identifier is required")]
    [InlineData("""{"agent_name":null,"owner_identifier":"o"}""", "agent_name is required")]
    [InlineData("""{"agent_name":"","owner_identifier":"o"}""", "agent_name must be a string of 1 to 100 letters, digits, _ and -")]
    [InlineData("""{"agent_name":"two words","owner_identifier":"o"}""", "agent_name must be a string of 1 to 100 letters, digits, _ and -")]
    [InlineData("""{"agent_name":"käfer","owner_identifier":"o"}""", "agent_name must be a string of 1 to 100 letters, digits, _ and -")]
    [InlineData("""{"agent_name":7,"owner_identifier":"o"}""", "agent_name must be a string of 1 to 100 letters, digits, _ and -")]
    [InlineData("""{"agent_name":"a","owner_identifier":""}""", "owner_identifier must be a string of 1 to 255 printable characters")]
    [InlineData("""{"agent_name":"a","owner_identifier":"line\nbreak"}""", "owner_identifier must be a string of 1 to 255 printable characters")]
    [InlineData("""{"agent_name":"a","owner_identifier":["o"]}""", "owner_identifier must be a string of 1 to 255 printable characters")]
    public async Task What_is_wrong_with_the_fields_is_said(string body, string message) =>
        (await AgentClient.PostAsync(Http, Path, body)).AssertError(422, "VALIDATION_ERROR", message);

    [Theory]
    [InlineData(100, 255, "o", 201)]
    [InlineData(101, 255, "o", 422)]
    [InlineData(100, 256, "o", 422)]
    [InlineData(100, 255, "😀", 201)]
    [InlineData(100, 256, "😀", 422)]
    public async Task Names_and_owners_have_a_longest_length(int name, int owner, string character, int status)
    {
        var id = $"{Guid.NewGuid():N}";

        Assert.Equal(
            status, (await AgentClient.RegisterAsync(Http, new string('n', name), id + string.Concat(Enumerable.Repeat(character, owner - id.Length)))).Status);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_the_replacement_character()
    {
        var (name, owner) = ("half", Guid.NewGuid().ToString());

        Assert.Equal(201, (await AgentClient.PostAsync(Http, Path, $$"""{"agent_name":"{{name}}","owner_identifier":"{{owner}}\ud800"}""")).Status);
        Assert.Equal(409, (await AgentClient.RegisterAsync(Http, name, $"{owner}\ufffd")).Status);
    }

    [Fact]
    public async Task Other_fields_are_ignored() =>
        Assert.Equal(201, (await AgentClient.PostAsync(Http, Path, $$"""{"agent_name":"extra","owner_identifier":"{{Guid.NewGuid()}}","agree_to_terms":true,"x":[1]}""")).Status);

    [Theory]
    [InlineData("{", "application/json", 400, "VALIDATION_ERROR", "The body is not valid JSON")]
    [InlineData("[]", "application/json", 400, "VALIDATION_ERROR", "The body is not valid JSON")]
    [InlineData("{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json, in UTF-8")]
    public async Task A_body_that_is_no_JSON_object_is_refused(string body, string type, int status, string code, string message) =>
        (await AgentClient.PostAsync(Http, Path, body, type)).AssertError(status, code, message);

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var body = new JsonObject { ["agent_name"] = "a", ["owner_identifier"] = "o", ["filler"] = new string('x', 64 * 1024) }.ToJsonString();

        (await AgentClient.PostAsync(Http, Path, body)).AssertError(413, "PAYLOAD_TOO_LARGE", "The body is larger than 65536 bytes");
    }
}
