using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>An operator with the right key.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="key">The key it sends; none when null.</param>
public sealed class OperatorClient(HttpClient http, string? key = OperatorClient.Key)
{
    /// <summary>The operator's key in tests.</summary>
    public const string Key = "the-operators-key-0123456789abcdef";

    private const string RequestId = "test-1";

    /// <summary>Starts an application that has an operator.</summary>
    public static Task<ServerlessHost> StartHostAsync(StorageAccount? account = null, TimeProvider? time = null, string? key = Key) =>
        ServerlessHost.StartAsync(account, builder =>
        {
            builder.Configuration["AdminKey"] = key;

            // Hashing is meant to be slow, and tests are not about that.
            builder.Services.PostConfigure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
            builder.Services.TryAddSingleton(time ?? TimeProvider.System);
        });

    /// <summary>Sends a request below <c>/v1/admin/</c>.</summary>
    public async Task<OperatorAnswer> SendAsync(string method, string path, string? json = null)
    {
        using var content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await SendAsync(method, path, content);
    }

    /// <summary>Sends a request with any content.</summary>
    public async Task<OperatorAnswer> SendAsync(string method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/admin/" + path) { Content = content };
        request.Headers.Add("X-Request-Id", RequestId);
        if (key is not null)
        {
            request.Headers.Add("x-admin-key", key);
        }

        using var response = await http.SendAsync(request);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.True(!response.IsSuccessStatusCode || response.Headers.CacheControl?.NoStore is true);
        Assert.Equal(RequestId, Assert.Single(response.Headers.GetValues("X-Request-Id")));
        return new(response.StatusCode, await response.Content.ReadAsStringAsync()) { RetryAfter = response.Headers.RetryAfter?.Delta };
    }

    /// <summary>Sends a request that succeeds.</summary>
    /// <returns>The data of the answer.</returns>
    public async Task<JsonNode> DoAsync(string method, string path, string? json = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        var answer = await SendAsync(method, path, json);
        Assert.True(answer.Status == status, $"{method} {path}: {answer}");
        return answer.Json["data"]!;
    }

    /// <summary>Makes something.</summary>
    /// <returns>The data of the answer.</returns>
    public Task<JsonNode> CreateAsync(string path, string json) => DoAsync("POST", path, json, HttpStatusCode.Created);

    /// <summary>Makes an organization.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateOrganizationAsync(string logPlan = "Scale", string tracePlan = "Free") =>
        (await CreateAsync("organizations", $$"""{"name":"Test","logPlan":"{{logPlan}}","tracePlan":"{{tracePlan}}"}"""))["id"]!.GetValue<string>();

    /// <summary>Reads a list page by page to its end.</summary>
    /// <returns>The items, and how many pages there were.</returns>
    public async Task<(IReadOnlyList<JsonNode> Items, int Pages)> ListAsync(string path)
    {
        var items = new List<JsonNode>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var query = cursor is null ? "" : (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "cursor=" + cursor;
            var answer = await SendAsync("GET", path + query);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
            items.AddRange(answer.Json["data"]!.AsArray().Select(item => item!));
            cursor = answer.Json["pagination"]!["nextCursor"]?.GetValue<string>();
            pages++;
        }
        while (cursor is not null);
        return (items, pages);
    }
}

/// <summary>An answer to the operator.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
public sealed record OperatorAnswer(HttpStatusCode Status, string Body)
{
    /// <summary>What <c>Retry-After</c> says; null when it is not there.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>Expects an error without details, in Lamina's envelope.</summary>
    public void AssertError(HttpStatusCode status, string code, string message) =>
        AssertIs(status, $$"""{"error":"{{message}}","code":"{{code}}","retryable":false,"requestId":"test-1"}""");

    /// <summary>Expects a 400 with exactly these problems.</summary>
    public void AssertInvalid(string message, params IEnumerable<(string Param, string Code, string Message)> details)
    {
        var problems = new JsonArray([.. details.Select(detail => new JsonObject
        {
            ["param"] = detail.Param,
            ["code"] = detail.Code,
            ["message"] = detail.Message,
        })]);
        var expected = new JsonObject
        {
            ["error"] = message,
            ["code"] = "VALIDATION_ERROR",
            ["retryable"] = false,
            ["requestId"] = "test-1",
            ["details"] = problems,
        };
        Assert.Equal(expected.ToJsonString(), Json.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, Status);
    }

    /// <summary>Expects an answer to the letter.</summary>
    public void AssertIs(HttpStatusCode status, string body)
    {
        Assert.Equal(body, Body);
        Assert.Equal(status, Status);
    }
}

/// <summary>An application with an operator, for the tests of a class to share.</summary>
public sealed class OperatorFixture : IAsyncLifetime
{
    private ServerlessHost? _host;

    /// <summary>The application.</summary>
    public ServerlessHost Host => _host!;

    /// <summary>The operator.</summary>
    public OperatorClient Operator => new(Host.Client);

    /// <inheritdoc/>
    public async Task InitializeAsync() => _host = await OperatorClient.StartHostAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Host.DisposeAsync();
}

/// <summary>The real time, moved ahead by as much as a test likes.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    /// <summary>Moves on.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

    /// <inheritdoc/>
    public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Read(ref _ticks) * (TimestampFrequency / TimeSpan.TicksPerSecond));
}
