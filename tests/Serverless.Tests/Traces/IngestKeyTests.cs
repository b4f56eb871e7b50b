using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Whose events are taken, and that everybody else learns nothing.</summary>
public sealed class IngestKeyTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private const string InvalidKey = "Invalid API key";
    private static readonly TimeSpan RefusedWithoutALook = TimeSpan.FromSeconds(1.1);
    private static readonly string Event = TraceEvents.Simple().ToJsonString();

    [Theory]
    [InlineData(KeyPrefix.LuminaLog)]
    [InlineData(KeyPrefix.Lamina)]
    [InlineData(KeyPrefix.Lithtrix)]
    [InlineData(KeyPrefix.Session)]
    public async Task A_credential_of_another_surface_is_unknown_here(string prefix)
    {
        var client = await fixture.CreateClientAsync();
        var other = (await fixture.Keys.CreateAsync(client.Organization, prefix, new KeyOptions { Project = client.Project }))!.Reveal();

        using var asItIs = await client.With(other).PostAsync(Event);
        using var disguised = await client.With(KeyPrefix.LumiqTrace + other[prefix.Length..]).PostAsync(Event);

        await asItIs.ExpectErrorAsync(HttpStatusCode.Unauthorized, InvalidKey);
        await disguised.ExpectErrorAsync(HttpStatusCode.Unauthorized, InvalidKey);
    }

    [Fact]
    public async Task A_key_of_no_project_or_of_one_that_does_not_exist_is_no_key()
    {
        var client = await fixture.CreateClientAsync();
        var another = await fixture.CreateClientAsync();
        foreach (var project in new[] { "", TenantIds.NewProject(client.Organization), another.Project, "nonsense" })
        {
            var key = await fixture.Keys.CreateAsync(client.Organization, KeyPrefix.LumiqTrace, new KeyOptions { Project = project });

            using var response = await client.With(key!.Reveal()).PostAsync(Event);

            await response.ExpectErrorAsync(HttpStatusCode.Unauthorized, InvalidKey);
        }

        await client.ExpectNothingStoredAsync();
        await another.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_key_works_until_it_expires()
    {
        var client = await fixture.CreateClientAsync(options: new KeyOptions { ExpiresAt = fixture.Time.GetUtcNow() + TimeSpan.FromMinutes(1) });
        fixture.Time.Advance(TimeSpan.FromSeconds(59));
        using var before = await client.PostAsync(Event);
        await before.ExpectAcceptedAsync(1);

        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        using var after = await client.PostAsync(Event);
        await after.ExpectErrorAsync(HttpStatusCode.Unauthorized, InvalidKey);
    }

    [Fact]
    public async Task What_another_instance_changes_the_very_next_request_obeys()
    {
        await using var other = await ServerlessHost.StartAsync(fixture.Host.Account, fixture.Configure);
        var (keys, projects, accounts) =
            (other.Services.GetRequiredService<KeyStore>(), other.Services.GetRequiredService<ProjectStore>(), other.Services.GetRequiredService<AccountStore>());
        var client = await fixture.CreateClientAsync();
        await ExpectAsync(client, configurationVersion: 1);

        await projects.UpdateAsync(client.Project, "Renamed", status: null);
        await ExpectAsync(client, configurationVersion: 2);

        await projects.UpdateAsync(client.Project, name: null, TenantStatus.Suspended);
        await ExpectRefusedAsync(client, HttpStatusCode.Forbidden, "The project is suspended");
        await projects.UpdateAsync(client.Project, name: null, TenantStatus.Active);
        fixture.Time.Advance(RefusedWithoutALook);
        await ExpectAsync(client, configurationVersion: 4);

        await SetStatusAsync(TenantStatus.Suspended);
        await ExpectRefusedAsync(client, HttpStatusCode.Forbidden, "The organization is suspended");
        await SetStatusAsync(TenantStatus.Active);
        fixture.Time.Advance(RefusedWithoutALook);
        await ExpectAsync(client, configurationVersion: 4);

        var replacement = await keys.RotateAsync(client.Organization, ApiKey.Parse(client.Key, KeyPrefix.LumiqTrace)!.Id, grace: TimeSpan.Zero);
        await ExpectRefusedAsync(client, HttpStatusCode.Unauthorized, InvalidKey);
        await ExpectAsync(client.With(replacement!.Reveal()), configurationVersion: 4);

        await keys.RevokeAsync(client.Organization, replacement.Id);
        await ExpectRefusedAsync(client.With(replacement.Reveal()), HttpStatusCode.Unauthorized, InvalidKey);

        Task SetStatusAsync(string status) => accounts.UpdateAsync(
            client.Organization, new Dictionary<string, string>(StringComparer.Ordinal) { [TenantColumns.Status] = status });
    }

    private static async Task ExpectAsync(TraceClient client, int configurationVersion)
    {
        using var response = await client.PostAsync(Event);
        await response.ExpectAcceptedAsync(1, configurationVersion);
    }

    private static async Task ExpectRefusedAsync(TraceClient client, HttpStatusCode status, string text)
    {
        using var response = await client.PostAsync(Event);
        await response.ExpectErrorAsync(status, text);
    }
}
