using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;

namespace Serverless.Tests.Hosting;

/// <summary>A Lamina client with a key of its own.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="key">The key; null for none.</param>
public sealed class LaminaClient(HttpClient http, string? key)
{
    /// <summary>The id that every request carries.</summary>
    public const string RequestId = "test-1";

    /// <summary>The key; null for none.</summary>
    public string? Key { get; } = key;

    /// <summary>The workspace of the key.</summary>
    public string Workspace => ApiKey.Parse(Key, KeyPrefix.Lamina)!.Account;

    /// <summary>Starts an application where the limit by client address does not stand in the way.</summary>
    public static Task<ServerlessHost> StartHostAsync(StorageAccount? account = null) =>
        ServerlessHost.StartAsync(account, builder => builder.Configuration["Limits:LaminaRequestsPerMinute"] = "1000000");

    /// <summary>A client of a new workspace.</summary>
    /// <param name="host">The application.</param>
    /// <param name="scopes">What its key may do.</param>
    public static async Task<LaminaClient> CreateAsync(ServerlessHost host, string scopes = "")
    {
        var organization = await host.Services.GetRequiredService<AccountStore>()
            .CreateOrganizationAsync("Test", Plans.DefaultLogPlan, Plans.DefaultTracePlan);
        return await CreateAsync(host, organization.Id, scopes);
    }

    /// <summary>A client of a new workspace.</summary>
    /// <param name="host">The application.</param>
    /// <param name="scopes">What its key may do.</param>
    public static async Task<LaminaClient> CreateAsync(ContractHost host, string scopes = "")
    {
        var organization = await host.Operator.CreateOrganizationAsync();
        return new(host.Client, await host.CreateKeyAsync(organization, KeyPrefix.Lamina, new KeyOptions { Scopes = scopes }));
    }

    /// <summary>A client with a new key of an account.</summary>
    public static async Task<LaminaClient> CreateAsync(ServerlessHost host, string account, string scopes)
    {
        var key = await host.Services.GetRequiredService<KeyStore>().CreateAsync(account, KeyPrefix.Lamina, new KeyOptions { Scopes = scopes });
        return new(host.Client, key!.Reveal());
    }

    /// <summary>Sends a request.</summary>
    public async Task<LaminaAnswer> SendAsync(string method, string path, string? json = null, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Request-Id", RequestId);
        foreach (var (name, value) in Key is null ? headers : headers.Prepend(("x-api-key", Key)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        Assert.Equal(RequestId, Assert.Single(response.Headers.GetValues("X-Request-Id")));
        return new(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asks for something.</summary>
    public Task<LaminaAnswer> GetAsync(string path, params IEnumerable<(string Name, string Value)> headers) => SendAsync("GET", path, json: null, headers);

    /// <summary>Sends a request that succeeds.</summary>
    /// <returns>The data of the answer.</returns>
    public async Task<JsonNode> DoAsync(string method, string path, string? json = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        var answer = await SendAsync(method, path, json);
        Assert.True(answer.Status == status, $"{method} {path}: {answer.Status} {answer.Body}");
        return JsonNode.Parse(answer.Body)!["data"]!;
    }
}

/// <summary>An answer of Lamina.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="Body">The body.</param>
public sealed record LaminaAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Body)
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Expects an answer to the letter.</summary>
    public void AssertIs(HttpStatusCode status, string body)
    {
        Assert.Equal(body, Body);
        Assert.Equal(status, Status);
        Assert.Equal("application/json; charset=utf-8", ContentType);
    }

    /// <summary>Expects an error without details.</summary>
    public void AssertError(HttpStatusCode status, string code, string message, bool retryable = false) =>
        AssertIs(status, Envelope(message, code, retryable).ToJsonString(Compact));

    /// <summary>Expects a 400 with exactly these problems, in this order.</summary>
    public void AssertInvalid(string message, params IEnumerable<(string? Param, string Code, string Message)> details)
    {
        var body = Envelope(message, "VALIDATION_ERROR", retryable: false);
        body["details"] = new JsonArray(
        [
            .. details.Select(detail => new JsonObject { ["param"] = detail.Param, ["code"] = detail.Code, ["message"] = detail.Message }),
        ]);
        AssertIs(HttpStatusCode.BadRequest, body.ToJsonString(Compact));
    }

    private static JsonObject Envelope(string message, string code, bool retryable) =>
        new() { ["error"] = message, ["code"] = code, ["retryable"] = retryable, ["requestId"] = LaminaClient.RequestId };
}
