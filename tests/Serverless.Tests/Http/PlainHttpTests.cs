using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;

namespace Serverless.Tests.Http;

/// <summary>
/// Outside of development nothing is served over plain HTTP. How a request came is the host's word: what the client says of it counts for nothing.
/// These are no contract tests, since a host that is checked may be one of development.
/// </summary>
public sealed class PlainHttpTests(PlainHttpFixture fixture) : IClassFixture<PlainHttpFixture>
{
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";

    [Theory]
    [InlineData("/v1/logs", """{"error":"Plain HTTP is not served: send the request over HTTPS","code":"FORBIDDEN","requestId":"id-1"}""")]
    [InlineData("/v1/events", """{"error":"Plain HTTP is not served: send the request over HTTPS"}""")]
    [InlineData("/v1/runs", """{"error":"Plain HTTP is not served: send the request over HTTPS","code":"FORBIDDEN","retryable":false,"requestId":"id-1"}""")]
    [InlineData("/v1/me", """{"status":"error","error_code":"FORBIDDEN","message":"Plain HTTP is not served: send the request over HTTPS"}""")]
    public async Task It_is_a_403_in_the_envelope_of_the_surface(string path, string body)
    {
        using var response = await SendAsync(fixture.Plain, HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("id-1", Assert.Single(response.Headers.GetValues("X-Request-Id")));
        Assert.Equal(JsonNode.Parse(body)!.ToJsonString(), JsonNode.Parse(await response.Content.ReadAsStringAsync())!.ToJsonString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http")]
    [InlineData("https")]
    [InlineData("http, https")]
    public async Task It_is_refused_before_its_key_is_looked_at_whatever_the_client_says(string? forwarded)
    {
        using var known = await SendAsync(fixture.Plain, HttpMethod.Post, "/v1/logs", forwarded, await fixture.Plain.CreateLogKeyAsync());
        using var unknown = await SendAsync(fixture.Plain, HttpMethod.Get, "/v1/logs/unknown", forwarded);

        await ExpectRefusedAsync(known);
        await ExpectRefusedAsync(unknown);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http")]
    public async Task A_request_over_HTTPS_is_served_whatever_the_client_says(string? forwarded)
    {
        using var response = await SendAsync(fixture.Secure, HttpMethod.Post, "/v1/logs", forwarded, await fixture.Secure.CreateLogKeyAsync());

        await response.ExpectAcceptedAsync(1, Entry.Length);
    }

    private static Task ExpectRefusedAsync(HttpResponseMessage response) =>
        response.ExpectErrorAsync(HttpStatusCode.Forbidden, "FORBIDDEN", "Plain HTTP is not served: send the request over HTTPS");

    private static async Task<HttpResponseMessage> SendAsync(ServerlessHost host, HttpMethod method, string path, string? forwarded = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = method == HttpMethod.Post ? new StringContent($"{{\"logs\":[{Entry}]}}", Encoding.UTF8, "application/json") : null;
        request.Headers.Add("X-Request-Id", "id-1");
        if (forwarded is not null)
        {
            request.Headers.Add("X-Forwarded-Proto", forwarded);
        }

        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        return await host.Client.SendAsync(request);
    }
}

/// <summary>The application as it runs in production, once behind a host that speaks plain HTTP and once behind one that speaks HTTPS.</summary>
public sealed class PlainHttpFixture : IAsyncLifetime
{
    private string _thumbprint = "";

    private readonly string _certificate = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pfx");

    /// <summary>Speaks plain HTTP.</summary>
    public ServerlessHost Plain { get; private set; } = null!;

    /// <summary>Speaks HTTPS.</summary>
    public ServerlessHost Secure { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await WriteCertificateAsync();
        Plain = await ServerlessHost.StartAsync(configure: BeInProduction);
        Secure = await ServerlessHost.StartAsync(
            configure: builder =>
            {
                BeInProduction(builder);
                builder.Configuration["Kestrel:Certificates:Default:Path"] = _certificate;
            },
            url: "https://127.0.0.1:0",
            client: new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = IsOurs } }));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Plain.DisposeAsync();
        await Secure.DisposeAsync();
        File.Delete(_certificate);
    }

    // No authority has signed it.
    private bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString(HashAlgorithmName.SHA256) == _thumbprint;

    private static void BeInProduction(FunctionsApplicationBuilder builder) => builder.Environment.EnvironmentName = Environments.Production;

    private async Task WriteCertificateAsync()
    {
        using var key = ECDsa.Create();
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _thumbprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        await File.WriteAllBytesAsync(_certificate, certificate.Export(X509ContentType.Pfx));
    }
}
