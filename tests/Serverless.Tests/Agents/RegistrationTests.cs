using System.Text.Json.Nodes;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>Registering: what is asked for, what is given, and that a pair is given away once.</summary>
public sealed class RegistrationTests(AgentFixture fixture) : IClassFixture<AgentFixture>
{
    private const string Path = "/v1/register";
    private const string Taken = "This owner has registered an agent of this name already";

    private AgentHost Host => fixture.Host;

    [Fact]
    public async Task A_new_agent_gets_a_key_that_works_at_once()
    {
        var answer = await AgentClient.RegisterAsync(Host.Client, "my-Agent_1", "you@example.com");

        Assert.Equal(201, answer.Status);
        Assert.Equal(["api_key", "agent_id", "message"], answer.Json.Select(member => member.Key));
        var (key, id) = (answer.Json["api_key"]!.GetValue<string>(), answer.Json["agent_id"]!.GetValue<string>());
        Assert.StartsWith("ltx_", key, StringComparison.Ordinal);
        Assert.Equal(id, Guid.ParseExact(id, "D").ToString());
        Assert.Equal(8, Guid.Parse(id).Version);
        Assert.Equal(
            $$"""{"agent_id":"{{id}}","agent_name":"my-Agent_1","owner_identifier":"you@example.com","tier":"free"}""",
            (await new AgentClient(Host.Client, key).GetAsync("/v1/me")).Body);
    }

    [Fact]
    public async Task A_pair_is_taken_for_good_and_another_is_not()
    {
        var pair = (Name: "taken", Owner: "first@example.com");
        Assert.Equal(201, (await AgentClient.RegisterAsync(Host.Client, pair.Name, pair.Owner)).Status);

        (await AgentClient.RegisterAsync(Host.Client, pair.Name, pair.Owner)).AssertError(409, "AGENT_ALREADY_EXISTS", Taken);
        Assert.Equal(201, (await AgentClient.RegisterAsync(Host.Client, pair.Name, "second@example.com")).Status);
        Assert.Equal(201, (await AgentClient.RegisterAsync(Host.Client, "Taken", pair.Owner)).Status);
    }

    [Fact]
    public async Task Of_200_simultaneous_registrations_of_a_pair_one_succeeds()
    {
        await using var other = await Host.StartAnotherAsync();
        var name = $"wanted-{Guid.NewGuid():N}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number =>
            AgentClient.RegisterAsync(number % 2 == 0 ? Host.Client : other.Client, name, "owner")));

        var winner = Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Except([winner]), answer => answer.AssertError(409, "AGENT_ALREADY_EXISTS", Taken));
        Assert.Equal(200, (await new AgentClient(other.Client, winner.Json["api_key"]!.GetValue<string>()).GetAsync("/v1/me")).Status);
    }

    [Fact]
    public async Task A_registration_whose_storage_answers_are_lost_is_made_once()
    {
        var lost = 0;
        Host.Proxy.Fault = request =>
            request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal) && Interlocked.Increment(ref lost) % 2 == 1 ? StorageFault.ResponseLost : StorageFault.None;
        try
        {
            var answer = await AgentClient.RegisterAsync(Host.Client, "unlucky", "owner");

            Assert.Equal(201, answer.Status);
            Assert.True(lost > 1);
            Assert.Equal(200, (await new AgentClient(Host.Client, answer.Json["api_key"]!.GetValue<string>()).GetAsync("/v1/me")).Status);
        }
        finally
        {
            Host.Proxy.Fault = static _ => StorageFault.None;
        }
    }

    [Fact]
    public async Task An_id_that_belongs_to_somebody_else_keeps_nobody_from_registering()
    {
        var ids = Enumerable.Range(0, 2).Select(attempt => AgentIds.AccountOf("unlucky-id", "owner", attempt)).ToArray();
        await Host.Get<Ledgers>().Tenants.ApplyAsync(ids[0], [TenantRows.Account], view =>
        {
            new Account(ids[0], AccountKind.Organization, "Somebody else", TenantStatus.Active, "Indie", "Free", "").Write(view);
            return new Verdict<bool>(true);
        });

        var answer = await AgentClient.RegisterAsync(Host.Client, "unlucky-id", "owner");

        Assert.Equal(201, answer.Status);
        Assert.EndsWith(ids[1], answer.Json["agent_id"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(409, (await AgentClient.RegisterAsync(Host.Client, "unlucky-id", "owner")).Status);
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
        (await AgentClient.PostAsync(Host.Client, Path, body)).AssertError(422, "VALIDATION_ERROR", message);

    [Theory]
    [InlineData(100, 255, 201)]
    [InlineData(101, 255, 422)]
    [InlineData(100, 256, 422)]
    public async Task Names_and_owners_have_a_longest_length(int name, int owner, int status) =>
        Assert.Equal(status, (await AgentClient.RegisterAsync(Host.Client, new string('n', name), new string('o', owner))).Status);

    [Fact]
    public async Task Other_fields_are_ignored() =>
        Assert.Equal(201, (await AgentClient.PostAsync(Host.Client, Path, """{"agent_name":"extra","owner_identifier":"o","agree_to_terms":true,"x":[1]}""")).Status);

    [Theory]
    [InlineData("{", "application/json", 400, "VALIDATION_ERROR", "The body is not valid JSON")]
    [InlineData("[]", "application/json", 400, "VALIDATION_ERROR", "The body is not valid JSON")]
    [InlineData("""{"agent_name":"a","owner_identifier":"\ud800"}""", "application/json", 400, "VALIDATION_ERROR", "The body is not valid JSON")]
    [InlineData("{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json, in UTF-8")]
    public async Task A_body_that_is_no_JSON_object_is_refused(string body, string type, int status, string code, string message) =>
        (await AgentClient.PostAsync(Host.Client, Path, body, type)).AssertError(status, code, message);

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var body = new JsonObject { ["agent_name"] = "a", ["owner_identifier"] = "o", ["filler"] = new string('x', 64 * 1024) }.ToJsonString();

        (await AgentClient.PostAsync(Host.Client, Path, body)).AssertError(413, "PAYLOAD_TOO_LARGE", "The body is larger than 65536 bytes");
    }

    [Fact]
    public async Task An_address_may_register_20_times_an_hour_and_is_told_when_it_may_again()
    {
        await using var host = await AgentHost.StartAsync(builder => builder.Configuration["Limits:LithtrixRegistrationsPerHour"] = null);
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal(201, (await RegisterAsync("203.0.113.7", $"agent-{number}")).Status);
        }

        // Not even the body is looked at.
        var denied = await AgentClient.PostAsync(host.Client, Path, "{", address: "203.0.113.7");
        denied.AssertError(429, "RATE_LIMIT_EXCEEDED", "Too many requests, please try again later", denied.RetryAfter);
        Assert.InRange(denied.RetryAfter!.Value, 3600, 3660 + 2);
        Assert.Equal(201, (await RegisterAsync("203.0.113.8", "elsewhere")).Status);

        host.Time.Advance(TimeSpan.FromSeconds(denied.RetryAfter.Value));
        Assert.Equal(201, (await RegisterAsync("203.0.113.7", "later")).Status);

        Task<AgentAnswer> RegisterAsync(string address, string name) =>
            AgentClient.PostAsync(host.Client, Path, $$"""{"agent_name":"{{name}}","owner_identifier":"o"}""", address: address);
    }
}
