using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Http;

/// <summary>A request whose sender never learned what became of it, by example of <c>POST /v1/logs</c>.</summary>
[Trait("Category", "Faults")]
public sealed class IdempotencyFaultTests
{
    private const string Body = """{"logs":[{"timestamp":"2026-01-26T14:30:00.000Z","level":"info","message":"Once"},{"level":"bad"}]}""";

    [Fact]
    public async Task A_request_whose_outcome_was_unknown_is_stored_once_when_it_is_repeated()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);

        // The queue takes the batch, but the application never learns of it.
        proxy.Fault = request => IsSend(request) ? StorageFault.ResponseLost : StorageFault.None;
        using var lost = await PostAsync(logs);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        proxy.Fault = _ => StorageFault.None;
        using var repeated = await PostAsync(logs);
        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);

        // The queue is no strict order: an entry of another batch that is there says that those before it had their chance.
        await logs.AcceptAsync(LogEntries.Simple("Mark"));
        await logs.WaitForAsync(2);

        static bool IsSend(Microsoft.AspNetCore.Http.HttpRequest request) =>
            request.Method == "POST" && request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(LogClient logs)
    {
        var content = new StringContent(Body, Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Idempotency-Key", "key");
        return logs.PostAsync(content);
    }
}
