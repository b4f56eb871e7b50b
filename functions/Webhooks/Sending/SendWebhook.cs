using System.Net.Http.Headers;
using System.Text;
using Serverless.Outbound;
using Serverless.Secrets;
using Serverless.Webhooks.Deliveries;
using Serverless.Webhooks.Endpoints;
using Serverless.Webhooks.Messages;
using Serverless.Webhooks.Signing;

namespace Serverless.Webhooks.Sending;

/// <summary>Sends a message to a receiver, freshly signed, and says what came of it.</summary>
public sealed class SendWebhook(GuardedHttp http, SigningKeyStore keys, EndpointSecrets secrets, TimeProvider time)
{
    /// <summary>How long a receiver may take to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MaxAnswerBytes = 1024;

    /// <summary>Makes sure that a message can be signed, so that whatever else may fail does so before a try is in the log.</summary>
    internal async Task PrepareAsync(CancellationToken cancellationToken) => await keys.GetAsync(cancellationToken);

    /// <summary>Makes a try.</summary>
    /// <param name="content">What the message says.</param>
    /// <param name="endpoint">The receiver; null for the address that wants this one message.</param>
    /// <param name="begun">The try, as it is in the log.</param>
    /// <param name="cancellationToken">Gives up: nothing is known of the try then.</param>
    /// <returns>The try as it came out.</returns>
    internal async Task<DeliveryTry> TryAsync(WebhookContent content, WebhookEndpoint? endpoint, DeliveryTry begun, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var received = await SendAsync(content, endpoint, begun.At, cancellationToken);
        return begun with
        {
            Duration = time.GetElapsedTime(started),
            Status = received.Status,
            Error = received.Error,
            Answer = received.Answer,
            NextAt = received.Error is null
                ? null
                : TrySchedule.NextAt(begun.Attempt, received.Status, received.RetryAfter, time.GetUtcNow(), Random.Shared.NextDouble()),
        };
    }

    private async Task<Received> SendAsync(WebhookContent content, WebhookEndpoint? endpoint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(content, endpoint, await keys.GetAsync(cancellationToken), now);
            var response = await http.SendForStatusAsync(request, Patience, MaxAnswerBytes, cancellationToken);
            var answer = response.Body.IsEmpty ? null : Encoding.UTF8.GetString(response.Body.Span);
            return response.IsSuccess
                ? new((int)response.Status, null, answer)
                : new((int)response.Status, $"The receiver answered {(int)response.Status}", answer) { RetryAfter = RetryAfterOf(response.Headers) };
        }
        catch (OutboundRefusedException refusal)
        {
            return new(null, $"The URL {refusal.Message}", null);
        }
        catch (OutboundFailedException failure)
        {
            return new(null, $"The receiver {failure.Message}", null);
        }
        catch (SecretKeyException missing)
        {
            return new(null, $"The message could not be signed. {missing.Message}", null);
        }
    }

    private HttpRequestMessage Request(WebhookContent content, WebhookEndpoint? endpoint, SigningKey key, DateTimeOffset now)
    {
        var signers = endpoint is null ? [] : secrets.Open(endpoint);
        var body = endpoint is null ? WebhookBody.Bare(content) : WebhookBody.Of(content);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint?.Url ?? content.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in WebhookSignature.Sign(key, signers, content.Id, body.Span, now))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private TimeSpan? RetryAfterOf(HttpResponseHeaders headers) => headers.RetryAfter is { } asked ? asked.Delta ?? (asked.Date - time.GetUtcNow()) : null;

    private sealed record Received(int? Status, string? Error, string? Answer)
    {
        public TimeSpan? RetryAfter { get; init; }
    }
}
