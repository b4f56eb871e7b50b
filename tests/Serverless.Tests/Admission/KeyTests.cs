using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Admission;
using Serverless.Logs;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Admission;

/// <summary>Keys that are not, or no longer, or not yet ours.</summary>
public sealed class KeyTests(AdmissionFixture fixture) : IClassFixture<AdmissionFixture>
{
    private const int SecretLength = 28;
    private static readonly LogAnswer Unknown = new(401, "INVALID_API_KEY", null, null, null, null);

    private AdmissionGate Gate => fixture.Host.Services.GetRequiredService<AdmissionGate>();

    public static TheoryData<string, Func<string, string>> Defects => new()
    {
        { "a wrong secret", WithAnotherSecret },
        { "another id", key => ApiKey.Create(LuminaLog.KeyPrefix, ApiKey.Parse(key, LuminaLog.KeyPrefix)!.Account).Reveal() },
        { "another organization", key => "ll_" + TenantIds.NewAccount() + key[15..] },
        { "truncated", key => key[..^1] },
        { "prolonged", key => key + "0" },
        { "uppercase", key => key.ToUpperInvariant() },
        { "uppercase digits", key => "ll_" + key[3..].ToUpperInvariant() },
        { "of another surface", key => "lma_" + key[3..] },
        { "without its prefix", key => key[3..] },
        { "random", _ => ApiKey.Create(LuminaLog.KeyPrefix, TenantIds.NewAccount()).Reveal() },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task A_key_that_is_not_right_is_unknown_and_learns_nothing_of_limits(string defect, Func<string, string> spoil)
    {
        var client = await fixture.CreateClientAsync("Indie");
        Assert.Equal(200, (await LogAnswer.PostAsync(client)).Status);

        Assert.True(Unknown == await LogAnswer.PostAsync(fixture.ClientOf(spoil(client.Key))), defect);
        Assert.Equal(AdmissionFixture.SlowRate - 2, (await LogAnswer.PostAsync(client)).Remaining);
    }

    [Fact]
    public async Task A_key_that_belongs_to_another_surface_is_unknown_here()
    {
        var client = await fixture.CreateClientAsync("Indie");
        var other = (await fixture.Keys.CreateAsync(client.Organization, "lma_", new KeyOptions()))!.Reveal();

        Assert.Equal(Unknown, await LogAnswer.PostAsync(fixture.ClientOf(other)));
        Assert.Equal(Unknown, await LogAnswer.PostAsync(fixture.ClientOf("ll_" + other[4..])));
    }

    [Fact]
    public async Task Ten_thousand_random_keys_are_unknown_and_not_remembered()
    {
        var client = await fixture.CreateClientAsync("Indie");
        await LogAnswer.PostAsync(client);
        var remembered = fixture.Tenants.RememberedRows;

        // More than that at a time, and requests to a busy emulator time out.
        const int AtOnce = 500;
        var keys = Enumerable.Range(0, 10_000).Select(number =>
            ApiKey.Create(LuminaLog.KeyPrefix, number % 20 == 0 ? TenantIds.NewAccount() : client.Organization));
        foreach (var some in keys.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(some.Select(key => Gate.LookAsync(key, _ => [])));
            Assert.All(answers, answer => Assert.Equal(AdmittanceStatus.UnknownCredential, answer.Status));
        }

        Assert.InRange(fixture.Tenants.RememberedRows, 0, remembered);
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_key_take_the_same_look_at_storage()
    {
        var client = await fixture.CreateClientAsync("Indie");
        await LogAnswer.PostAsync(client);
        await client.WaitForAsync(1);

        Assert.Equal(["GET"], await CostAsync(ApiKey.Parse(WithAnotherSecret(client.Key), LuminaLog.KeyPrefix)!));
        Assert.Equal(["GET"], await CostAsync(ApiKey.Create(LuminaLog.KeyPrefix, client.Organization)));
        Assert.Equal(["GET"], await CostAsync(ApiKey.Create(LuminaLog.KeyPrefix, TenantIds.NewAccount())));

        async Task<IEnumerable<string>> CostAsync(ApiKey key)
        {
            await fixture.Proxy.ResetWhenQuietAsync();
            await Gate.AdmitAsync(key, _ => []);
            return [.. fixture.Proxy.Transactions.Where(transaction => transaction.Service == "table").Select(transaction => transaction.Method)];
        }
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_key_take_about_as_long()
    {
        const int samples = 150;
        var client = await fixture.CreateClientAsync("Indie");
        await LogAnswer.PostAsync(client);
        var wrong = ApiKey.Parse(WithAnotherSecret(client.Key), LuminaLog.KeyPrefix)!;
        var (wrongTimes, unknownTimes) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var sample = 0; sample < samples; sample++)
        {
            wrongTimes.Add(await TimeAsync(wrong));
            unknownTimes.Add(await TimeAsync(ApiKey.Create(LuminaLog.KeyPrefix, client.Organization)));
        }

        var factor = Median(wrongTimes) / Median(unknownTimes);
        Assert.True(factor is > 1 / 3.0 and < 3, $"{Median(wrongTimes)} for a wrong secret, {Median(unknownTimes)} for an unknown key");

        async Task<TimeSpan> TimeAsync(ApiKey key)
        {
            var started = Stopwatch.GetTimestamp();
            await Gate.AdmitAsync(key, _ => []);
            return Stopwatch.GetElapsedTime(started);
        }

        static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
    }

    [Fact]
    public async Task A_key_works_until_it_expires()
    {
        var client = await fixture.CreateClientAsync("Indie", new KeyOptions { ExpiresAt = fixture.Time.GetUtcNow() + TimeSpan.FromMinutes(1) });
        fixture.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(200, (await LogAnswer.PostAsync(client)).Status);

        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Unknown, await LogAnswer.PostAsync(client));
    }

    [Fact]
    public async Task A_key_that_is_bound_to_a_project_is_suspended_with_it_and_no_other_is()
    {
        var unbound = await fixture.CreateClientAsync("Indie");
        var projects = fixture.Host.Services.GetRequiredService<ProjectStore>();
        var project = await projects.CreateAsync(unbound.Organization, "Test");
        var bound = await fixture.AddClientAsync(unbound.Organization, new KeyOptions { Project = project!.Id });
        Assert.Equal(200, (await LogAnswer.PostAsync(bound)).Status);

        await projects.UpdateAsync(project.Id, name: null, TenantStatus.Suspended);

        Assert.Equal((403, "FORBIDDEN"), await LogAnswer.PostAsync(bound) is var answer ? (answer.Status, answer.Code) : default);
        Assert.Equal(200, (await LogAnswer.PostAsync(unbound)).Status);
    }

    private static string WithAnotherSecret(string key) => key[..^SecretLength] + string.Concat(key[^SecretLength..].Select(digit => digit == '0' ? '1' : '0'));
}
