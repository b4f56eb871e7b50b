using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>What the service says of itself, without a key.</summary>
public sealed class ServiceTests
{
    [Fact]
    public async Task It_is_up_and_ready()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        proxy.Reset();

        await AssertAsync(host, "/health", HttpStatusCode.OK, """{"status":"ok"}""");
        Assert.Empty(proxy.Transactions);
        await AssertAsync(host, "/ready", HttpStatusCode.OK, """{"status":"ready"}""");
        await AssertAsync(host, "/health/x", HttpStatusCode.NotFound, """{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"r"}""");
        await AssertAsync(
            host,
            "/ready",
            HttpStatusCode.MethodNotAllowed,
            """{"error":"This path answers GET only","code":"METHOD_NOT_ALLOWED","retryable":false,"requestId":"r"}""",
            HttpMethod.Post);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_says_what_it_cannot_reach(bool queues)
    {
        var missing = string.Join(", ", queues ? QueueNames.All.Select(name => $"queue {name}") : TableNames.All.Select(name => $"table {name}"));
        var time = new ShiftedTime();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await OperatorClient.StartHostAsync(proxy.Account, time);
        proxy.Fault = request => IsQueue(request) == queues ? StorageFault.Unavailable : StorageFault.None;

        var expected = $$"""{"error":"Storage cannot be reached: {{missing}}","code":"RESOURCE_UNAVAILABLE","retryable":true,"requestId":"r"}""";
        Assert.Equal("5", await AssertAsync(host, "/ready", HttpStatusCode.ServiceUnavailable, expected));
        await AssertAsync(host, "/health", HttpStatusCode.OK, """{"status":"ok"}""");

        proxy.Fault = static _ => StorageFault.None;
        time.Advance(TimeSpan.FromSeconds(2));
        await AssertAsync(host, "/ready", HttpStatusCode.OK, """{"status":"ready"}""");
    }

    [Fact]
    public async Task However_often_it_is_asked_storage_is_asked_once_a_second()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        proxy.Reset();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AssertAsync(host, "/ready", HttpStatusCode.OK, """{"status":"ready"}""")));

        // Three tables a time; a question about a queue looks like an empty poll. A slow machine may take more than a second.
        Assert.InRange(proxy.Transactions.Count, 3, 15);
    }

    private static bool IsQueue(HttpRequest request) => request.Query.ContainsKey("comp") || request.Path.Value!.Contains("messages", StringComparison.Ordinal);

    private static async Task<string?> AssertAsync(ServerlessHost host, string path, HttpStatusCode status, string body, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.Add("X-Request-Id", "r");
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(status, response.StatusCode);
        return response.Headers.TryGetValues("Retry-After", out var wait) ? wait.Single() : null;
    }
}
