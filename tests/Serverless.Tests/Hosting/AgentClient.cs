using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tenancy;

namespace Serverless.Tests.Hosting;

/// <summary>An answer of Lithtrix.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body, as it came.</param>
/// <param name="RetryAfter">Its <c>Retry-After</c>; null when it has none.</param>
public sealed record AgentAnswer(int Status, string Body, long? RetryAfter)
{
    /// <summary>Its body.</summary>
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    /// <summary>Reads an answer.</summary>
    public static async Task<AgentAnswer> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
            Assert.True(response.Headers.Contains("X-Request-Id"));
            return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), (long?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
        }
    }

    /// <summary>Asserts that it is this error, and nothing else.</summary>
    public void AssertError(int status, string code, string message, long? retryAfter = null)
    {
        Assert.Equal(status, Status);
        Assert.Equal($$"""{"status":"error","error_code":"{{code}}","message":"{{message}}"}""", Body);
        Assert.Equal(retryAfter, RetryAfter);
    }
}

/// <summary>A Lithtrix client with a key.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="key">The key.</param>
public sealed class AgentClient(HttpClient http, string key)
{
    private static int _count;

    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The agent's account.</summary>
    public string Account => ApiKey.Parse(Key, KeyPrefix.Lithtrix)!.Account;

    /// <summary>A client of a new agent.</summary>
    public static async Task<AgentClient> RegisterAsync(HttpClient http)
    {
        var name = $"agent-{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}";
        var answer = await RegisterAsync(http, name, "test@example.com");
        Assert.Equal(201, answer.Status);
        return new(http, answer.Json["api_key"]!.GetValue<string>());
    }

    /// <summary>Registers.</summary>
    public static Task<AgentAnswer> RegisterAsync(HttpClient http, string name, string owner) =>
        PostAsync(http, "/v1/register", new JsonObject { ["agent_name"] = name, ["owner_identifier"] = owner }.ToJsonString());

    /// <summary>Posts anything, without a key.</summary>
    public static async Task<AgentAnswer> PostAsync(HttpClient http, string path, string body, string type = "application/json", string? address = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)) };
        if (address is not null)
        {
            request.Headers.Add("X-Client-IP", address);
        }

        return await AgentAnswer.OfAsync(await http.SendAsync(request));
    }

    /// <summary>The same agent, by another way or with another key.</summary>
    public AgentClient With(HttpClient? otherHttp = null, string? otherKey = null) => new(otherHttp ?? http, otherKey ?? Key);

    /// <summary>Sends a request with the key.</summary>
    public async Task<AgentAnswer> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new("Bearer", Key);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await AgentAnswer.OfAsync(await http.SendAsync(request));
    }

    /// <summary>Gets something with the key.</summary>
    public Task<AgentAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Searches.</summary>
    public Task<AgentAnswer> SearchAsync(string query) => GetAsync($"/v1/search?q={Uri.EscapeDataString(query)}");

    /// <summary>Searches, which has to succeed.</summary>
    public async Task<JsonObject> FindAsync(string query)
    {
        var answer = await SearchAsync(query);
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json;
    }

    /// <summary>Replaces the key.</summary>
    public Task<AgentAnswer> RotateAsync() => SendAsync(HttpMethod.Post, "/v1/keys/rotate");

    /// <summary>What was used, by <c>GET /v1/usage</c>.</summary>
    public async Task<JsonObject> UsageAsync()
    {
        var answer = await GetAsync("/v1/usage");
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json;
    }

    /// <summary>How many searches were counted.</summary>
    public async Task<long> CallsAsync() => (await UsageAsync())["calls_total"]!.GetValue<long>();
}
