using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Agents;

/// <summary>A pair is given away once, whatever happens at the same time, and nobody takes many.</summary>
[Trait("Category", "Faults")]
public sealed class RegistrationRaceTests(AgentFixture fixture) : IClassFixture<AgentFixture>
{
    private const string Path = "/v1/register";
    private const string Taken = "This owner has registered an agent of this name already";

    private AgentHost Host => fixture.Host;

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
