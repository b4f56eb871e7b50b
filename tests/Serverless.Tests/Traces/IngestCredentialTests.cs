using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Whose events are taken, as the senders see it.</summary>
[Trait("Category", "Contract")]
public sealed class IngestCredentialTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string InvalidKey = "Invalid API key";
    private static readonly string Event = TraceEvents.Simple().ToJsonString();

    [Theory]
    [InlineData("none")]
    [InlineData("empty")]
    [InlineData("wrong secret")]
    [InlineData("unknown key of a known organization")]
    [InlineData("unknown organization")]
    [InlineData("truncated")]
    [InlineData("too long")]
    [InlineData("upper case")]
    [InlineData("upper-case prefix")]
    [InlineData("without prefix")]
    [InlineData("bearer")]
    [InlineData("repeated")]
    public async Task A_key_that_is_not_valid_is_refused(string defect)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var key = client.Key;
        var wrong = defect switch
        {
            "none" => null,
            "empty" => "",
            "wrong secret" => key[..^1] + (key[^1] == '0' ? '1' : '0'),
            "unknown key of a known organization" => ApiKey.Create(KeyPrefix.LumiqTrace, client.Organization).Reveal(),
            "unknown organization" => ApiKey.Create(KeyPrefix.LumiqTrace, TenantIds.NewAccount()).Reveal(),
            "truncated" => key[..^1],
            "too long" => key + "0",
            "upper case" => KeyPrefix.LumiqTrace + key[4..].ToUpperInvariant(),
            "upper-case prefix" => "LQT_" + key[4..],
            "without prefix" => key[4..],
            "bearer" => "Bearer " + key,
            "repeated" => $"{key}, {key}",
            _ => throw new ArgumentOutOfRangeException(nameof(defect), defect, null),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/ingest") { Content = new StringContent(Event, Encoding.UTF8, "application/x-ndjson") };
        request.Headers.TryAddWithoutValidation("x-api-key", wrong is null ? [] : [wrong]);

        using var response = await fixture.Host.Client.SendAsync(request);

        await response.ExpectErrorAsync(HttpStatusCode.Unauthorized, InvalidKey);
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Fact]
    public async Task A_key_in_another_header_is_no_key()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/ingest") { Content = new StringContent(Event, Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Authorization = new("Bearer", client.Key);

        using var response = await fixture.Host.Client.SendAsync(request);

        await response.ExpectErrorAsync(HttpStatusCode.Unauthorized, InvalidKey);
    }

    [Fact]
    public async Task A_credential_of_another_surface_is_unknown_here()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        foreach (var prefix in (string[])[KeyPrefix.LuminaLog, KeyPrefix.Lamina])
        {
            var other = await fixture.Host.CreateKeyAsync(client.Organization, prefix);
            await ExpectRefusedAsync(client.With(other), HttpStatusCode.Unauthorized, InvalidKey);
            await ExpectRefusedAsync(client.With(KeyPrefix.LumiqTrace + other[prefix.Length..]), HttpStatusCode.Unauthorized, InvalidKey);
        }
    }

    [Fact]
    public async Task What_the_operator_changes_holds_from_the_next_request_on()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var (organization, key) = ($"organizations/{client.Organization}", ApiKey.Parse(client.Key, KeyPrefix.LumiqTrace)!.Id);
        await ExpectAsync(client, configurationVersion: 1);

        await fixture.Operator.DoAsync("PATCH", $"{organization}/projects/{client.Project}", """{"name":"Renamed"}""");
        await ExpectAsync(client, configurationVersion: 2);

        var replacement = await fixture.Operator.CreateAsync($"{organization}/keys/{key}/rotate", "{}");
        await ExpectRefusedAsync(client, HttpStatusCode.Unauthorized, InvalidKey);
        var renewed = client.With(replacement["key"]!.GetValue<string>());
        await ExpectAsync(renewed, configurationVersion: 2);

        await fixture.Operator.DoAsync("PATCH", organization, """{"status":"suspended"}""");
        await ExpectRefusedAsync(renewed, HttpStatusCode.Forbidden, "The organization is suspended");

        await fixture.Operator.DoAsync("DELETE", $"{organization}/keys/{replacement["id"]}");
        await ExpectRefusedAsync(renewed, HttpStatusCode.Unauthorized, InvalidKey);
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_order()
    {
        var client = await TraceClient.CreateAsync(fixture.Host, options: new KeyOptions { RequestsPerMinute = 1 });

        // The credential before the media type, the media type before the body.
        using var unknown = await client.With(client.Key[..^1] + (client.Key[^1] == '0' ? '1' : '0')).PostAsync("x"u8.ToArray(), "text/plain");
        using var unsupported = await client.PostAsync("x"u8.ToArray(), "text/plain");
        await ExpectAsync(client, configurationVersion: 1);
        using var limited = await client.PostAsync("x"u8.ToArray(), "text/plain");

        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unsupported.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
    }

    [Fact]
    public async Task Another_method_is_answered_in_the_same_envelope()
    {
        using var response = await fixture.Host.Client.GetAsync("/v1/ingest");

        await response.ExpectErrorAsync(HttpStatusCode.MethodNotAllowed, "This path answers POST only");
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Events_go_to_the_project_of_the_key()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var sibling = await TraceClient.AddAsync(fixture.Host, client.Organization);

        await ExpectAsync(sibling, configurationVersion: 1);

        Assert.Single(await fixture.Host.StoredEventsAsync(sibling, 1));
        Assert.Equal(0, await (await TraceReader.CreateAsync(fixture.Host, client)).CountStoredAsync());
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
