using System.Net.Http.Headers;
using Azure;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Runs.Engine;
using Serverless.Runs.Watching;
using Serverless.Storage;

namespace Serverless.Runs.Webhooks;

/// <summary>
/// Reports the end of a run to its webhook: the body of <c>GET /v1/runs/{runId}</c>, freshly signed with each try. What is not answered with a 2xx
/// within 15 seconds is tried again after 5 s, 30 s and 2 min. Each try is in the log before it leaves, so that of several messages about it one
/// sends it. A receiver may get it twice when a process dies over it; the id is the same then.
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
    /// <summary>How long a receiver may take to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MaxAnswerBytes = 4 * 1024;
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    // A short outage is often over by then.
    private static readonly TimeSpan OutageWait = TimeSpan.FromSeconds(5);

    /// <summary>Tries once.</summary>
    /// <param name="message">The message that names the run.</param>
    /// <param name="messageId">Its id in the queue: the same when it comes again.</param>
    /// <param name="cancellationToken">The process is about to end: the message comes back.</param>
    /// <exception cref="FormatException">The message cannot be read.</exception>
    public Task HandleAsync(BinaryData message, string messageId, CancellationToken cancellationToken)
    {
        var report = WebhookMessage.Decode(message);
        return work.DoAsync(QueueNames.Webhooks, message, report.Origin, report.Workspace, () => DeliverAsync(report, messageId, cancellationToken));
    }

    private async Task DeliverAsync(WebhookMessage report, string messageId, CancellationToken cancellationToken)
    {
        if (report.Made is { } made)
        {
            await deliveries.EndAsync(report, made);
            await GoOnAsync(report with { Made = null }, made);
            return;
        }

        var run = (await store.FindAsync(report.Workspace, report.Id, cancellationToken))?.Run;
        if (run is not { IsTerminal: true, WebhookUrl: { } url })
        {
            Log.Dropped(logger, report.Id, report.Workspace);
            return;
        }

        // Whatever else may fail does so before the try is in the log.
        var key = await keys.GetAsync(cancellationToken);
        if (await BeginAsync(report, messageId, cancellationToken) is not { } delivery)
        {
            return;
        }

        delivery = await TryAsync(run, url, key, delivery, cancellationToken);
        try
        {
            await deliveries.EndAsync(report, delivery);
        }
        catch (Exception failure) when (failure is RequestFailedException || StorageRetry.MayHaveLanded(failure))
        {
            // The receiver has had it: what must not be lost is carried by another message.
            Log.NotWritten(logger, failure, report.Id);
            await queue.ReportAsync(report with { Made = delivery }, OutageWait);
            return;
        }

        await GoOnAsync(report, delivery);
    }

    // The try, once it is in the log; null when it is not for this message to make.
    private async Task<Delivery?> BeginAsync(WebhookMessage report, string messageId, CancellationToken cancellationToken)
    {
        var delivery = new Delivery(report.Attempt, time.GetUtcNow()) { MessageId = messageId };
        while (!await deliveries.TryBeginAsync(report, delivery, cancellationToken))
        {
            var log = await deliveries.ReadAsync(report.Workspace, report.Id, cancellationToken).ToListAsync(cancellationToken);
            var left = RepeatedReport.Of(report, messageId, log, time.GetUtcNow());
            if (left.Repetition is not { } repetition)
            {
                await (left.Message is { } next ? queue.ReportAsync(next, left.Delay) : Task.CompletedTask);
                return null;
            }

            delivery = delivery with { Repetition = repetition };
        }

        return delivery;
    }

    private Task GoOnAsync(WebhookMessage report, Delivery delivery) => delivery.NextAt is { } nextAt
        ? queue.ReportAsync(report with { Attempt = report.Attempt + 1 }, nextAt - time.GetUtcNow())
        : Task.CompletedTask;

    private async Task<Delivery> TryAsync(Run run, string url, SigningKey key, Delivery delivery, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (status, error) = await SendAsync(run, url, key, delivery.At, cancellationToken);
        return delivery with
        {
            Duration = time.GetElapsedTime(started),
            Status = status,
            Error = error,
            NextAt = error is null || delivery.Attempt > Pauses.Length ? null : time.GetUtcNow() + Pauses[delivery.Attempt - 1],
        };
    }

    private async Task<(int? Status, string? Error)> SendAsync(Run run, string url, SigningKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = JsonResponse.Body(new(RunAnswer.Of(run)), RunJson.Default.AnsweredRunAnswer);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in WebhookSignature.Sign(key, run.Id.Text, body.Span, now))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            var response = await http.SendForStatusAsync(request, Patience, MaxAnswerBytes, cancellationToken);
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

        [LoggerMessage(2, LogLevel.Warning, "What came of the report of run {Run} could not be written down yet")]
        public static partial void NotWritten(ILogger logger, Exception failure, RunId run);
    }
}
