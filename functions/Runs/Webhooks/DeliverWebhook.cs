using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Serverless.Diagnostics;
using Serverless.Outbound;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;
using Serverless.Runs.Watching;
using Serverless.Storage;

namespace Serverless.Runs.Webhooks;

/// <summary>
/// Reports the end of a run to its webhook: the body of <c>GET /v1/runs/{runId}</c>, freshly signed with each try. What is not answered with a 2xx
/// within 15 seconds is tried again after 5 s, 30 s and 2 min. A receiver may get it twice; the id is the same then.
/// </summary>
public sealed partial class DeliverWebhook(
    RunStore store,
    DeliveryLog deliveries,
    SigningKeyStore keys,
    GuardedHttp http,
    RunQueue queue,
    QueueWork work,
    TimeProvider time,
    ILogger<DeliverWebhook> logger)
{
    private const int MaxAnswerBytes = 4 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    /// <summary>Tries once.</summary>
    /// <param name="message">The message that names the run.</param>
    /// <param name="cancellationToken">The process is about to end: the message comes back.</param>
    /// <exception cref="FormatException">The message cannot be read.</exception>
    public Task HandleAsync(BinaryData message, CancellationToken cancellationToken)
    {
        var order = WebhookMessage.Decode(message);
        return work.DoAsync(QueueNames.Webhooks, order.Origin, order.Workspace, () => DeliverAsync(order, cancellationToken));
    }

    private async Task DeliverAsync(WebhookMessage order, CancellationToken cancellationToken)
    {
        var run = (await store.FindAsync(order.Workspace, order.Id, cancellationToken))?.Run;
        if (run is not { IsTerminal: true, WebhookUrl: { } url })
        {
            Log.Dropped(logger, order.Id, order.Workspace);
            return;
        }

        var delivery = await TryAsync(run, url, order.Attempt, cancellationToken);
        await deliveries.AddAsync(order, delivery, cancellationToken);
        if (delivery.NextAt is not null)
        {
            await queue.ReportAsync(order with { Attempt = order.Attempt + 1 }, Pauses[order.Attempt - 1]);
        }
    }

    private async Task<Delivery> TryAsync(Run run, string url, int attempt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var started = time.GetTimestamp();
        var (status, error) = await SendAsync(run, url, now, cancellationToken);
        var duration = time.GetElapsedTime(started);
        DateTimeOffset? nextAt = error is null || attempt > Pauses.Length ? null : time.GetUtcNow() + Pauses[attempt - 1];
        return new(attempt, now, duration, status, error, nextAt);
    }

    private async Task<(int? Status, string? Error)> SendAsync(Run run, string url, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = LaminaResponse.Body(writer => RunAnswers.Write(writer, run));
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in WebhookSignature.Sign(await keys.GetAsync(cancellationToken), run.Id.Text, body.Span, now))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            var response = await http.SendAsync(request, Timeout, MaxAnswerBytes, cancellationToken);
            return ((int)response.Status, response.IsSuccess ? null : $"The receiver answered {(int)response.Status}");
        }
        catch (OutboundRefusedException refusal)
        {
            return (null, $"The URL {refusal.Message}");
        }
        catch (OutboundFailedException failure)
        {
            return (null, $"The receiver {failure.Message}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "There is nothing to report of run {Run} of workspace {Workspace}: its message is dropped")]
        public static partial void Dropped(ILogger logger, RunId run, string workspace);
    }
}
