using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>Applications that send as fast as they can with keys that are limited, by a token bucket and by a sliding window.</summary>
internal sealed class LimitLoad(FaultTenants tenants) : Load("limits")
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(30);

    private readonly AdmittedRequests _bucket = new();
    private readonly AdmittedRequests _window = new();

    public override Task<string> ExpectAsync(ServerlessHost host)
    {
        _bucket.ExpectBucket(FaultTenants.Limit, Minute);
        _window.ExpectWindow(FaultTenants.Limit, Minute);
        return Task.FromResult($"{this}: bucket of {FaultTenants.Limit} let in {_bucket.Count}, window of {FaultTenants.Limit} let in {_window.Count}, 0 exceeded");
    }

    protected override async Task<Outcome> TrySendAsync(HttpClient http)
    {
        var isBucket = Random.Shared.Next(2) == 0;
        var sent = DateTimeOffset.UtcNow;
        var (outcome, _) = await SendAsync(http, isBucket ? Logs() : Events());
        if (outcome == Outcome.Acknowledged)
        {
            (isBucket ? _bucket : _window).Add(sent);
        }
        else if (outcome == Outcome.Refused)
        {
            await Task.Delay(PauseAfterRefusal);
        }

        return outcome;
    }

    private HttpRequestMessage Logs()
    {
        var body = new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple("limited")) }.ToJsonString();
        return Post("/v1/logs", body, "application/json", tenants.LimitedLogKey);
    }

    private HttpRequestMessage Events() => Post("/v1/ingest", TraceEvents.Lines(1), "application/x-ndjson", tenants.LimitedTraceKey);

    private static HttpRequestMessage Post(string path, string body, string type, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Add("x-api-key", key);
        return request;
    }
}
