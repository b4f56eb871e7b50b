using System.Net;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs;

/// <summary><c>POST /v1/apps/{appId}/runs</c> while storage fails, and with a webhook on this machine.</summary>
[Trait("Category", "Faults")]
public sealed class StartRunFaultTests(RunFixture fixture) : IClassFixture<RunFixture>, IAsyncLifetime
{
    private const string Hello = """{"inputs":{"Text":"Hello"}}""";

    private LaminaClient _client = null!;

    public async Task InitializeAsync() => _client = await LaminaClient.CreateAsync(fixture.Host, "admin");

    public Task DisposeAsync()
    {
        fixture.Proxy.Fault = static _ => StorageFault.None;
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_webhook_of_this_machine_is_named_where_that_is_allowed()
    {
        var run = await _client.DoAsync("POST", "/v1/apps/echo/runs?webhook=http%3A%2F%2F127.0.0.1%3A9%2Fhook%3Fa%3Db", Hello, HttpStatusCode.Accepted);

        Assert.Equal("http://127.0.0.1:9/hook?a=b", run["webhookUrl"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_key_cannot_be_used_for_another_webhook()
    {
        await PostAsync(Hello, "key");

        (await _client.SendAsync("POST", "/v1/apps/echo/runs?webhook=http%3A%2F%2F127.0.0.1%3A9%2F", Hello, ("Idempotency-Key", "key")))
            .AssertError(HttpStatusCode.Conflict, "IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for another body");
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_request_whose_answer_could_not_be_kept_is_accepted_and_its_repetition_names_the_same_run()
    {
        // The first write is the claim, the second the answer.
        var writes = 0;
        fixture.Proxy.Fault = request => request.HttpContext.Items[StorageProxy.TransactionBody] is string body
            && body.Contains("-requests", StringComparison.Ordinal)
            && Interlocked.Increment(ref writes) > 1
                ? StorageFault.Refused(400)
                : StorageFault.None;
        var first = await PostAsync(Hello, "key");
        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        fixture.Proxy.Fault = static _ => StorageFault.None;

        var second = await PostAsync(Hello, "key");

        Assert.Equal(first.Body, second.Body);
        Assert.False(second.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_refusal_of_the_queue_may_be_retried_and_means_that_there_is_no_run()
    {
        fixture.Proxy.Fault = static request => request.IsRunMessage() ? StorageFault.Unavailable : StorageFault.None;

        var answer = await _client.SendAsync("POST", "/v1/apps/echo/runs", Hello);

        answer.AssertError(HttpStatusCode.ServiceUnavailable, "RESOURCE_UNAVAILABLE", "Storage cannot be reached at the moment, please try again", retryable: true);
        Assert.Equal("5", answer.Headers.RetryAfter!.ToString());
        fixture.Proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_run_that_could_not_be_inserted_is_accepted()
    {
        fixture.Proxy.Fault = static request => request.IsRunInsertion() ? StorageFault.Unavailable : StorageFault.None;

        var run = await _client.DoAsync("POST", "/v1/apps/echo/runs", Hello, HttpStatusCode.Accepted);

        fixture.Proxy.Fault = static _ => StorageFault.None;
        using var patience = new CancellationTokenSource(RunDriver.Patience);
        while ((await _client.GetAsync($"/v1/runs/{run["runId"]}")).Status == HttpStatusCode.NotFound)
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private Task<LaminaAnswer> PostAsync(string body, string key) => _client.SendAsync("POST", "/v1/apps/echo/runs", body, ("Idempotency-Key", key));

    private async Task<int> CountAsync() => JsonNode.Parse((await _client.GetAsync("/v1/runs")).Body)!["pagination"]!["total"]!.GetValue<int>();
}
